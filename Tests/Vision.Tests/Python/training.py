"""Four AdamW steps of torchvision's EfficientNet-B0 without randomness: training.py FOLDER"""
import math
import sys

import torch
from torchvision.models import efficientnet

import safetensors_io

folder = sys.argv[1]
torch.manual_seed(3)
torch.set_num_threads(2)
stages, last_channel = efficientnet._efficientnet_conf("efficientnet_b0", width_mult=1.0, depth_mult=1.0)
model = efficientnet.EfficientNet(stages, dropout=0.0, stochastic_depth_prob=0.0, num_classes=4, last_channel=last_channel)
start = {k: v.clone() for k, v in model.state_dict().items()}
images, labels = torch.randn(8, 3, 64, 64), torch.tensor([0, 1, 2, 3, 0, 1, 2, 3])
decayed = [p for p in model.parameters() if p.dim() > 1]
plain = [p for p in model.parameters() if p.dim() <= 1]
optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}], lr=1e-3)
model.train()
losses, rates = [], []
for step in range(4):
    rate = 1e-3 * (step + 1) / 2 if step < 2 else 1e-3 * 0.5 * (1 + math.cos(math.pi * (step - 2) / 2))
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(images), labels, label_smoothing=0.1)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    rates.append(rate)
safetensors_io.save(f"{folder}/weights.safetensors", start)
safetensors_io.save(
    f"{folder}/reference.safetensors",
    {
        "images": images,
        "labels": labels,
        "losses": torch.tensor(losses),
        "rates": torch.tensor(rates, dtype=torch.float64),
        "head": model.classifier[1].weight,
        "norm": model.features[0][1].weight,
        "running_var": model.features[8][1].running_var,
    },
)
