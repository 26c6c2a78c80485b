# Reference for `compute` and for the frozen epochs of `loader`: torchvision's EfficientNet-B0 on PyTorch. Reads "MODE LAYOUT [PRECISION] STEPS"
# lines and answers each with wall-clock seconds, CPU seconds and peak resident memory in MiB; a warm-up step is not counted.
import sys, time
import torch
import torchvision

batch, size, classes, threads = (int(a) for a in sys.argv[1:5])
device, precision = sys.argv[5:7]
torch.set_num_threads(threads)
torch.manual_seed(0)
formats = {"default": torch.contiguous_format, "channels-last": torch.channels_last}
images, labels = torch.randn(batch, 3, size, size).to(device), torch.randint(0, classes, (batch,)).to(device)
networks = {}


def prepared(layout):
    if layout not in networks:
        network = torchvision.models.efficientnet_b0(num_classes=classes).to(device).to(memory_format=formats[layout])
        decayed = [p for p in network.parameters() if p.dim() > 1]
        plain = [p for p in network.parameters() if p.dim() <= 1]
        optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}], lr=1e-4)
        networks[layout] = network, optimiser, images.contiguous(memory_format=formats[layout])
    return networks[layout]


def autocast():
    return torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bf16")


def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


def train(network, optimiser, x):
    network.train()
    optimiser.zero_grad(set_to_none=True)
    with autocast():
        logits = network(x)
    loss = torch.nn.functional.cross_entropy(logits.float(), labels, label_smoothing=0.1)
    loss.backward()
    loss.item()
    optimiser.step()


def infer(network, optimiser, x):
    network.eval()
    with torch.inference_mode(), autocast():
        network(x).argmax(1).tolist()


heads = {}


def frozen(network, optimiser, x):
    """A step of a classifier on a frozen backbone, which is gone through anew."""
    if network not in heads:
        heads[network] = torch.optim.AdamW(network.classifier.parameters(), lr=1e-3, weight_decay=1e-4)
    network.eval()
    with torch.no_grad():
        features = network.avgpool(network.features(x)).flatten(1)
    heads[network].zero_grad(set_to_none=True)
    network.classifier.train()
    loss = torch.nn.functional.cross_entropy(network.classifier(features), labels, label_smoothing=0.1)
    loss.backward()
    loss.item()
    heads[network].step()


modes = {"train": train, "infer": infer, "frozen": frozen}
print(torch.__version__, flush=True)
for line in sys.stdin:
    mode, layout, *given, steps = line.split()
    precision = given[0] if given else precision
    work = prepared(layout)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # reset the peak
    modes[mode](*work)
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(int(steps)):
        modes[mode](*work)
    print(time.perf_counter() - start, time.process_time() - cpu, peak(), flush=True)
