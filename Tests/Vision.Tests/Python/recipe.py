"""Four epochs of torchvision's EfficientNet-B0 with the whole recipe except randomness: recipe.py FOLDER adamw|adam|sgd"""
import math
import sys

import torch
from torchvision.models import efficientnet

import safetensors_io

folder, kind = sys.argv[1:]
torch.manual_seed(5)
torch.set_num_threads(2)
stages, last_channel = efficientnet._efficientnet_conf("efficientnet_b0", width_mult=1.0, depth_mult=1.0)
model = efficientnet.EfficientNet(stages, dropout=0.0, stochastic_depth_prob=0.0, num_classes=4, last_channel=last_channel)
for module in model.modules():  # statistics that frozen layers must keep
    if isinstance(module, torch.nn.BatchNorm2d):
        module.running_mean.normal_(0, 0.1)
        module.running_var.uniform_(0.8, 1.2)
start = {k: v.clone() for k, v in model.state_dict().items()}
images, targets = torch.randn(10, 3, 32, 32), torch.softmax(2 * torch.randn(10, 4), 1)
batches = [slice(0, 4), slice(4, 8), slice(8, 10)]
groups = [[0, 1], [2]]
class_weights = torch.tensor([1.0, 2.0, 0.5, 1.5])
blocks = [b for stage in model.features for b in (stage if type(stage) is torch.nn.Sequential else [stage])]
average = {k: v.clone() for k, v in start.items()}


def optimizer(parts):
    groups = []
    for module, factor in parts:
        parameters = [p for p in module.parameters() if p.requires_grad]
        groups += [{"params": [p for p in parameters if (p.dim() > 1) == d], "weight_decay": 0.05 if d else 0.0, "factor": factor} for d in (True, False)]
    groups = [g for g in groups if g["params"]]
    if kind == "sgd":
        return torch.optim.SGD(groups, lr=0.01, momentum=0.9)
    return {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[kind](groups, lr=0.01)


losses, rates, update = [], [], 0
for frozen in (True, False):
    peak = 0.02 if frozen else 0.01
    for p in model.parameters():
        p.requires_grad_(False)
    trained = [(model.classifier, 1.0)]
    if not frozen:
        trained += [(block, 0.5 * 0.8**distance) for distance, block in enumerate(reversed(blocks)) if distance < 10]
    for module, _ in trained:
        for m in module.modules():
            for p in m.parameters(recurse=False):
                p.requires_grad_(not isinstance(m, torch.nn.BatchNorm2d))
    model.eval()  # no dropout, no stochastic depth: evaluation mode only affects batch normalization
    opt = optimizer(trained)
    for i in range(4):  # two epochs of two updates
        rate = peak * (i + 1) / 2 if i < 2 else peak * 0.5 * (1 + math.cos(math.pi * (i - 2) / 2))
        for g in opt.param_groups:
            g["lr"] = rate * g["factor"]
        opt.zero_grad()
        for b in groups[i % 2]:
            logits = model(images[batches[b]])
            loss = torch.nn.functional.cross_entropy(logits, targets[batches[b]], weight=class_weights, label_smoothing=0.1)
            (loss / len(groups[i % 2])).backward()
            losses.append(loss.item())
            rates.append(rate)
        torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.grad is not None], 0.5)
        opt.step()
        decay = min(0.9, (1 + update) / (10 + update))
        update += 1
        for k, v in model.state_dict().items():
            if v.is_floating_point():
                average[k].lerp_(v, 1 - decay)

final = model.state_dict()
names = ["classifier.1.weight", "classifier.1.bias", "features.8.0.weight", "features.5.2.block.1.0.weight", "features.8.1.weight"]
safetensors_io.save(f"{folder}/weights.safetensors", start)
safetensors_io.save(
    f"{folder}/reference.safetensors",
    {
        "images": images,
        "targets": targets,
        "losses": torch.tensor(losses, dtype=torch.float64),
        "rates": torch.tensor(rates, dtype=torch.float64),
        **{name: final[name] for name in names},
        **{f"average.{name}": average[name] for name in names},
    },
)
