"""Explanations computed from their definitions, in plain PyTorch on torchvision's EfficientNet-B0.

explanations.py WEIGHTS INPUT OUTPUT NODES: INPUT holds "images" [N, 3, S, S] and "noise" [n, 3, S, S] (standard normal).
"""
import sys

import numpy as np
import torch
import torchvision

import safetensors_io

EARLIER, NOISE_LEVEL, WINDOW, STRIDE, EPSILON = 6, 0.15, 32, 20, 1e-6

weights, inputs, output, nodes = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
torch.set_num_threads(2)
state = safetensors_io.load(weights)
model = torchvision.models.efficientnet_b0(num_classes=len(state["classifier.1.bias"]))
model.load_state_dict(state)
model.eval()
given = safetensors_io.load(inputs)
images, noise = given["images"], given["noise"]
mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
black = (-mean / std).view(1, 3, 1, 1)
with torch.no_grad():
    logits = model(images)
ranked = logits.argsort(1, descending=True)
targets, seconds = ranked[:, 0], ranked[:, 1]


def score(x, image):
    """The logit of the image's target class."""
    return model(x)[:, targets[image]].sum()


def activation_and_gradient(layer, against=None):
    kept = []
    hook = model.features[layer].register_forward_hook(lambda module, args, out: kept.append(out))
    z = model(images)
    hook.remove()
    explained = z.gather(1, targets[:, None]).sum()
    if against is not None:
        explained = explained - z.gather(1, against[:, None]).sum()
    (gradient,) = torch.autograd.grad(explained, kept[0])
    return kept[0].detach(), gradient


def shown(raw):
    maps = torch.nn.functional.interpolate(raw.relu(), size=images.shape[2:], mode="bilinear", align_corners=False)
    low, high = maps.amin((2, 3), keepdim=True), maps.amax((2, 3), keepdim=True)
    return ((maps - low) / (high - low).clamp_min(1e-30)).squeeze(1).contiguous()


def grad_cam(layer, against=None):
    a, g = activation_and_gradient(layer, against)
    return (g.mean((2, 3), keepdim=True) * a).sum(1, keepdim=True)


def grad_cam_plus_plus(layer):
    a, g = activation_and_gradient(layer)
    shares = g**2 / (2 * g**2 + a.sum((2, 3), keepdim=True) * g**3 + EPSILON)
    shares = torch.where(g != 0, shares, torch.zeros(()))
    return ((shares * g.relu()).sum((2, 3), keepdim=True) * a).sum(1, keepdim=True)


def integrated_gradients(s, w, start):
    attributions = []
    for i, image in enumerate(images):
        total = torch.zeros_like(image)
        for first in range(0, len(s), 10):
            steps = torch.tensor(s[first : first + 10], dtype=torch.float32).view(-1, 1, 1, 1)
            share = torch.tensor(w[first : first + 10], dtype=torch.float32).view(-1, 1, 1, 1)
            points = (start + steps * (image - start)).requires_grad_(True)
            (gradient,) = torch.autograd.grad(score(points, i), points)
            total += (share * gradient).sum(0)
        attributions.append(total * (image - start[0]))
    return torch.stack(attributions)


def smooth_grad():
    attributions = []
    for i, image in enumerate(images):
        points = (image + NOISE_LEVEL * (image.max() - image.min()) * noise).requires_grad_(True)
        (gradient,) = torch.autograd.grad(score(points, i), points)
        attributions.append(gradient.mean(0))
    return torch.stack(attributions)


def occlusion():
    """Masks a square with the mean color (zero in the normalized input); squares start at multiples of the stride until the image is covered."""
    side = images.shape[2]
    starts = [i * STRIDE for i in range(int(np.ceil((side - WINDOW) / STRIDE)) + 1)]
    attributions = []
    for i, image in enumerate(images):
        total, count = torch.zeros(side, side), torch.zeros(side, side)
        with torch.no_grad():
            for y in starts:
                for x in starts:
                    covered = image.clone()
                    covered[:, y : y + WINDOW, x : x + WINDOW] = 0
                    total[y : y + WINDOW, x : x + WINDOW] += logits[i, targets[i]] - score(covered[None], i)
                    count[y : y + WINDOW, x : x + WINDOW] += 1
        attributions.append(total / count)
    return torch.stack(attributions)


def blurred():
    """An 11 x 11 Gaussian blur, standard deviation 5, mirrored at the edges."""
    cells = torch.exp(-0.5 * (torch.arange(-5, 6).double() / 5) ** 2)
    kernel = torch.outer(cells, cells)
    kernel = (kernel / kernel.sum()).float().repeat(3, 1, 1, 1)
    return torch.nn.functional.conv2d(torch.nn.functional.pad(images, (5, 5, 5, 5), mode="reflect"), kernel, groups=3)


def perturbed(begin, end, maps):
    """RISE: area under the target's probability while pixels change from one image to the other, most important first, in 28 steps."""
    found = []
    for i in range(len(images)):
        order = torch.sort(maps[i].flatten(), descending=True, stable=True).indices
        curve = []
        for step in range(29):
            picture = begin[i].clone().flatten(1)
            taken = order[: int(np.round(step * len(order) / 28))]
            picture[:, taken] = end[i].flatten(1)[:, taken]
            with torch.no_grad():
                curve.append(float(model(picture.view(1, *images.shape[1:])).softmax(1)[0, targets[i]]))
        found.append(np.trapz(curve, dx=1 / 28))
    return torch.tensor(found, dtype=torch.float64)


roots, areas = np.polynomial.legendre.leggauss(nodes)
trapezoid = np.full(nodes, 1 / (nodes - 1))
trapezoid[[0, -1]] /= 2
last, earlier = grad_cam(8), grad_cam(EARLIER)
safetensors_io.save(
    output,
    {
        "targets": targets,
        "seconds": seconds,
        "logits": logits,
        "raw": last.squeeze(1),
        "cam": shown(last),
        "deletion": perturbed(images, torch.zeros_like(images), shown(last)),
        "insertion": perturbed(blurred(), images, shown(last)),
        "cam_earlier": shown(earlier),
        "cam_against": shown(grad_cam(8, seconds)),
        "cam_plus_plus": shown(grad_cam_plus_plus(8)),
        "cam_plus_plus_earlier": shown(grad_cam_plus_plus(EARLIER)),
        "ig": integrated_gradients((roots + 1) / 2, areas / 2, black),
        "ig_trapezoid_mean": integrated_gradients(np.linspace(0, 1, nodes), trapezoid, torch.zeros(1, 3, 1, 1)),
        "smooth_grad": smooth_grad(),
        "occlusion": occlusion(),
    },
)
