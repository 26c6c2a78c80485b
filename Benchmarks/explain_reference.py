# Reference for `explain`: torchvision's EfficientNet-B0 on PyTorch, with Captum and pytorch-grad-cam if installed, otherwise plain code of the same
# formulas. Reads "METHOD IMAGES" lines and answers each with wall-clock seconds, CPU seconds and peak resident memory in MiB.
import sys, time
import numpy
import torch
import torchvision

size, classes, threads, steps = (int(a) for a in sys.argv[1:5])
torch.set_num_threads(threads)
torch.manual_seed(0)
network = torchvision.models.efficientnet_b0(num_classes=classes).eval()
image = torch.randn(1, 3, size, size)
roots, areas = numpy.polynomial.legendre.leggauss(steps)
try:
    from captum.attr import IntegratedGradients
    captum = IntegratedGradients(network)
except ImportError:
    captum = None
try:
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
except ImportError:
    GradCAM = None


def forward():
    with torch.inference_mode():
        network(image).argmax(1).tolist()


def gradcam():
    """pytorch-grad-cam: hooks at the layer, the logit backwards through the whole network with the gradients of all weights."""
    if GradCAM is not None:
        with GradCAM(network, [network.features[-1]]) as cam:
            return cam(image, [ClassifierOutputTarget(3)])
    kept = {}
    ahead = network.features[-1].register_forward_hook(lambda module, args, out: kept.update(a=out))
    back = network.features[-1].register_full_backward_hook(lambda module, given, out: kept.update(g=out[0]))
    network.zero_grad()
    network(image.requires_grad_(True))[0, 3].backward()
    ahead.remove()
    back.remove()
    cam = (kept["g"].mean((2, 3), keepdim=True) * kept["a"]).sum(1, keepdim=True).relu()
    cam = torch.nn.functional.interpolate(cam, (size, size), mode="bilinear", align_corners=False)
    return ((cam - cam.min()) / (cam.max() - cam.min())).detach().numpy()


def integrated_gradients(batch):
    if captum is not None:
        return captum.attribute(image, target=3, n_steps=steps, internal_batch_size=None if batch == steps else batch)
    total = torch.zeros_like(image)
    for first in range(0, steps, batch):
        node = torch.tensor((roots[first : first + batch] + 1) / 2, dtype=torch.float32).view(-1, 1, 1, 1)
        weight = torch.tensor(areas[first : first + batch] / 2, dtype=torch.float32).view(-1, 1, 1, 1)
        points = (node * image.detach()).requires_grad_(True)
        (gradient,) = torch.autograd.grad(network(points)[:, 3].sum(), points)
        total += (weight * gradient).sum(0, keepdim=True)
    return total * image.detach()


def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


methods = {"forward": forward, "gradcam": gradcam, "ig-default": lambda: integrated_gradients(steps), "ig-chunks": lambda: integrated_gradients(10)}
print(f"{torch.__version__}, {'pytorch-grad-cam' if GradCAM else 'plain Grad-CAM'}, {'Captum' if captum else 'plain Integrated Gradients'}", flush=True)
for line in sys.stdin:
    method, count = line.split()
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # reset the peak
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(int(count)):
        methods[method]()
    print(time.perf_counter() - start, time.process_time() - cpu, peak(), flush=True)
