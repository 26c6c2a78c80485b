"""torchvision's PIL path, one thread.

loader_reference.py FOLDER SIZE BATCH

Reads "WORK ROUNDS" lines and answers each with wall-clock and CPU seconds. WORK is decode (open, resize the shorter side, center crop, convert to an array)
or augment (the same, then random flips, rotation, zoom, translation, brightness and contrast, normalization, stacking into batches).
"""
import glob
import sys
import time

import numpy
import torch
from PIL import Image

from transforms_reference import keras_like, square

folder, size, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(1)
paths = sorted(glob.glob(f'{folder}/*.jpg'))
prepare, augment = square(size), keras_like()


def load(path):
    return prepare(Image.open(path).convert('RGB'))


def decode():
    for path in paths:
        numpy.asarray(load(path))


def augmented():
    for first in range(0, len(paths), batch):
        torch.stack([augment(load(path)) for path in paths[first:first + batch]])


work = {"decode": decode, "augment": augmented}
print(torch.__version__, flush=True)
for line in sys.stdin:
    mode, rounds = line.split()
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(int(rounds)):
        work[mode]()
    print(time.perf_counter() - start, time.process_time() - cpu, flush=True)
