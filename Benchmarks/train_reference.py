"""Reference for `train`: a training epoch as in PyTorch's own examples.

train_reference.py LIST BATCH SIZE CLASSES DEVICE PRECISION WORKERS

LIST has one photo and its class per line. Pillow decodes and augments the photos in WORKERS processes of a DataLoader; channels-last tensors go to
the device from pinned memory. Reads "epoch N" lines and answers each with wall-clock seconds and CPU seconds of this process.
"""
import sys
import time

import torch
import torchvision
from PIL import Image

from transforms_reference import keras_like, square

batch, size, classes = (int(a) for a in sys.argv[2:5])
device, precision, workers = sys.argv[5], sys.argv[6], int(sys.argv[7])
files = [line.rstrip("\n").split("\t") for line in open(sys.argv[1])]
prepare, augment = square(size), keras_like()


class Photos(torch.utils.data.Dataset):
    def __len__(self):
        return len(files)

    def __getitem__(self, i):
        path, label = files[i]
        return augment(prepare(Image.open(path).convert("RGB"))), int(label)


def epoch():
    network.train()
    for images, labels in loader:
        images = images.to(device, non_blocking=True).contiguous(memory_format=torch.channels_last)
        labels = labels.to(device, non_blocking=True)
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bf16"):
            logits = network(images)
        loss = torch.nn.functional.cross_entropy(logits.float(), labels, label_smoothing=0.1)
        loss.backward()
        optimiser.step()
        loss.item()


if __name__ == "__main__":
    loader = torch.utils.data.DataLoader(
        Photos(), batch, shuffle=True, drop_last=True, num_workers=workers, pin_memory=device == "cuda", persistent_workers=workers > 0)
    network = torchvision.models.efficientnet_b0(num_classes=classes).to(device).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3)
    print(torch.__version__, flush=True)
    for line in sys.stdin:
        start, cpu = time.perf_counter(), time.process_time()
        epoch()
        if device == "cuda":
            torch.cuda.synchronize()
        print(time.perf_counter() - start, time.process_time() - cpu, flush=True)
