"""Grad-CAM and Integrated Gradients computed from their definitions, on torchvision's EfficientNet-B0.

usage: reference.py WEIGHTS.safetensors IMAGE.png CLASS OUT_FOLDER
"""
import json
import struct
import sys

import numpy
import torch
import torchvision
from PIL import Image

weights, picture, target, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
torch.set_num_threads(1)

with open(weights, "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    data = file.read()
types = {"F32": numpy.float32, "I64": numpy.int64}
state = {
    name: torch.from_numpy(numpy.frombuffer(data[entry["data_offsets"][0]:entry["data_offsets"][1]], types[entry["dtype"]]).copy()).reshape(entry["shape"])
    for name, entry in header.items() if name != "__metadata__"
}
network = torchvision.models.efficientnet_b0(weights=None, num_classes=state["classifier.1.bias"].numel())
network.load_state_dict(state)
network.eval().requires_grad_(False)

mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
std = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
pixels = torch.from_numpy(numpy.asarray(Image.open(picture).convert("RGB")).copy()).permute(2, 0, 1)[None].float() / 255
x = (pixels - mean) / std

features = network.features(x).requires_grad_(True)
logits = network.classifier(torch.flatten(network.avgpool(features), 1))
gradient, = torch.autograd.grad(logits[0, target], features)
cam = (gradient.mean((2, 3), keepdim=True) * features).sum(1, keepdim=True).relu()
cam = torch.nn.functional.interpolate(cam, x.shape[2:], mode="bilinear", align_corners=False)[0, 0]
cam = (cam - cam.min()) / (cam.max() - cam.min())
numpy.save(f"{folder}/gradcam.npy", cam.detach().numpy())

start = -mean / std
nodes, quadrature = numpy.polynomial.legendre.leggauss(50)
total = torch.zeros_like(x)
for node, weight in zip((nodes + 1) / 2, quadrature / 2):
    point = (start + float(node) * (x - start)).requires_grad_(True)
    total += float(weight) * torch.autograd.grad(network(point)[0, target], point)[0]
numpy.save(f"{folder}/integrated-gradients.npy", ((x - start) * total)[0].numpy())
print(json.dumps({"predicted": int(logits.argmax()), "logit": float(logits[0, target])}))
