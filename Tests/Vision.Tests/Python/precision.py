"""Gradients of a torchvision network in float32 and under bfloat16 autocast: precision.py FOLDER ARCHITECTURE"""
import sys

import torch
import torchvision

import safetensors_io

folder, architecture = sys.argv[1:3]
torch.manual_seed(7)
torch.set_num_threads(2)
torch.nn.ReLU6.forward = lambda self, x: x.clamp(0, 6)  # equivalent; older torch lacks its bfloat16 gradient
model = getattr(torchvision.models, architecture)(num_classes=5)
for module in model.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        module.running_mean.normal_(0, 0.1)
        module.running_var.uniform_(0.8, 1.2)
model.eval()  # no dropout, no stochastic depth
images, labels = torch.randn(6, 3, 64, 64), torch.tensor([0, 1, 2, 3, 4, 0])
found = {"images": images, "labels": labels}
for kind in ("fp32", "bf16"):
    model.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=kind == "bf16"):
        logits = model(images).float()
    loss = torch.nn.functional.cross_entropy(logits, labels)
    loss.backward()
    found.update({f"{kind}.{key}": p.grad.clone().contiguous() for key, p in model.named_parameters()})
safetensors_io.save(f"{folder}/weights.safetensors", dict(model.state_dict()))
safetensors_io.save(f"{folder}/reference.safetensors", found)
