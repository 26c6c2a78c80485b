"""CPU milliseconds per picture of torchvision's PIL path, one thread.

loader_reference.py FOLDER SIZE ROUNDS [BATCH]

Without BATCH: open, scale the shorter side, cut the middle out, make an array. With it: the same, then flips, rotation, zoom, translation,
brightness and contrast at random, made a normalised tensor and stacked to batches.
"""
import glob
import statistics
import sys
import time

import numpy
import torch
from PIL import Image
from torchvision import transforms

folder, size, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
batch = int(sys.argv[4]) if len(sys.argv) > 4 else None
torch.set_num_threads(1)
paths = sorted(glob.glob(f'{folder}/*.jpg'))
prepare = transforms.Compose([transforms.Resize(size), transforms.CenterCrop(size)])
augment = transforms.Compose([
    transforms.RandomHorizontalFlip(),
    transforms.RandomVerticalFlip(),
    transforms.RandomAffine(degrees=45, translate=(0.25, 0.25), scale=(0.7, 0.8), interpolation=transforms.InterpolationMode.BILINEAR),
    transforms.ColorJitter(brightness=0.5, contrast=0.5),
    transforms.ToTensor(),
    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
])


def load(path):
    return prepare(Image.open(path).convert('RGB'))


def epoch():
    if batch is None:
        for path in paths:
            numpy.asarray(load(path))
    else:
        for first in range(0, len(paths), batch):
            torch.stack([augment(load(path)) for path in paths[first:first + batch]])


times = []
for _ in range(rounds + 1):
    start = time.process_time()
    epoch()
    times.append((time.process_time() - start) * 1000 / len(paths))
print(statistics.median(times[1:]))
