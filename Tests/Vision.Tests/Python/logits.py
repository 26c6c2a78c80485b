"""torchvision's logits for random weights and images: logits.py ARCHITECTURE CLASSES SIDE FOLDER"""
import sys

import torch
import torchvision

import safetensors_io

architecture, classes, side, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
generator = torch.Generator().manual_seed(7)
torch.manual_seed(7)
torch.set_num_threads(2)
model = getattr(torchvision.models, architecture)(num_classes=classes)
safetensors_io.randomise(model, generator)
model.eval()
images = torch.randn(2, 3, side, side, generator=generator)
with torch.no_grad():
    features = model.features(images)
    logits = model(images)
safetensors_io.save(f"{folder}/weights.safetensors", model.state_dict())
safetensors_io.save(f"{folder}/reference.safetensors", {"images": images, "features": features, "logits": logits})
