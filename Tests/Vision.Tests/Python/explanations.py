"""Grad-CAM and Integrated Gradients written straight from their definitions: explanations.py WEIGHTS INPUT OUTPUT NODES"""
import sys

import numpy as np
import torch
import torchvision

import safetensors_io

weights, inputs, output, nodes = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
torch.set_num_threads(2)
state = safetensors_io.load(weights)
model = torchvision.models.efficientnet_b0(num_classes=len(state["classifier.1.bias"]))
model.load_state_dict(state)
model.eval()
images = safetensors_io.load(inputs)["images"]
mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
black = (-mean / std).view(1, 3, 1, 1)

features = model.features(images).detach().requires_grad_(True)
logits = model.classifier(model.avgpool(features).flatten(1))
targets = logits.argmax(1)
logits.gather(1, targets.unsqueeze(1)).sum().backward()
alpha = features.grad.mean((2, 3), keepdim=True)
raw = (alpha * features).sum(1, keepdim=True).detach()
maps = torch.nn.functional.interpolate(raw.relu(), size=images.shape[2:], mode="bilinear", align_corners=False)
low, high = maps.amin((2, 3), keepdim=True), maps.amax((2, 3), keepdim=True)
cam = ((maps - low) / (high - low).clamp_min(1e-30)).squeeze(1)

roots, areas = np.polynomial.legendre.leggauss(nodes)
attributions = []
for image, target in zip(images, targets):
    total = torch.zeros_like(image)
    for first in range(0, nodes, 10):
        s = torch.tensor((roots[first : first + 10] + 1) / 2, dtype=torch.float32).view(-1, 1, 1, 1)
        w = torch.tensor(areas[first : first + 10] / 2, dtype=torch.float32).view(-1, 1, 1, 1)
        points = (black + s * (image - black)).requires_grad_(True)
        model(points)[:, target].sum().backward()
        total += (w * points.grad).sum(0)
    attributions.append(total * (image - black[0]))
safetensors_io.save(output, {"cam": cam.contiguous(), "raw": raw.squeeze(1), "ig": torch.stack(attributions), "targets": targets, "logits": logits})
