"""CPU milliseconds per picture of torchvision's PIL path: open, scale the shorter side, cut the middle out, make an array.

loader_reference.py FOLDER SIZE ROUNDS
"""
import glob
import statistics
import sys
import time

import numpy
from PIL import Image
from torchvision import transforms

folder, size, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
paths = sorted(glob.glob(f'{folder}/*.jpg'))
prepare = transforms.Compose([transforms.Resize(size), transforms.CenterCrop(size)])
times = []
for _ in range(rounds + 1):
    start = time.process_time()
    for path in paths:
        numpy.asarray(prepare(Image.open(path).convert('RGB')))
    times.append((time.process_time() - start) * 1000 / len(paths))
print(statistics.median(times[1:]))
