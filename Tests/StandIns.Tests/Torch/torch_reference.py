# What PyTorch itself answers, for the tests of the TorchSharp stand-in: python3 torch_reference.py > reference.json
# Both sides take the inputs printed here, so nothing depends on equal random numbers.
import json, sys, warnings
import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")
torch.manual_seed(7)
torch.set_num_threads(1)

X = {
    "a": torch.randn(3, 4), "b": torch.randn(3, 4), "p": torch.rand(3, 4) + 0.1, "v": torch.randn(6), "m": torch.randn(4, 5),
    "x": torch.randn(2, 3, 9, 8), "w": torch.randn(6, 3, 3, 3) * 0.3, "wg": torch.randn(3, 1, 3, 3), "c": torch.randn(6),
    "s": torch.rand(3), "t": torch.rand(3) + 0.5, "u": torch.rand(3), "h": torch.randn(5, 7), "q": torch.softmax(torch.randn(5, 7), 1),
    "k": torch.rand(7) + 0.2, "theta": torch.tensor([[[0.8, 0.3, 0.1], [-0.2, 1.1, -0.4]], [[1.3, -0.5, 0.7], [0.4, 0.9, 0.2]]]),
    "batch1": torch.randn(2, 3, 4), "batch2": torch.randn(2, 4, 5), "mask": torch.randn(3, 4) > 0,
    "y": torch.randint(0, 7, (5,)), "i": torch.tensor([2, 0, 1, 2]), "g": torch.randint(0, 4, (3, 2)),
}
a, b, p, v, m, x, w, wg, c, s, t, u, h, q, k, theta, batch1, batch2, mask, y, i, g = X.values()


def grads(f, *tensors):
    leaves = [n.clone().requires_grad_() for n in tensors]
    f(*leaves).backward()
    return torch.cat([n.grad.flatten() for n in leaves])


def net(x, w, c):
    return F.silu(F.conv2d(x, w, c, stride=2, padding=1)).mean((2, 3)).pow(2).sum()


def trained(optimiser, **options):
    weight = torch.nn.Parameter(m.clone())
    bias = torch.nn.Parameter(torch.zeros(5))
    optimiser = optimiser([{"params": [weight]}, {"params": [bias], "weight_decay": 0.0}], lr=0.01, weight_decay=0.05, **options)
    for step in range(20):
        for group in optimiser.param_groups:
            group["lr"] = 0.01 * (step + 1) / 20
        optimiser.zero_grad()
        ((a @ weight + bias).tanh() - b[:, :1]).pow(2).mean().backward()
        optimiser.step()
    return torch.cat([weight.flatten(), bias])


R = {
    "add": a + b, "add_alpha": torch.add(a, b, alpha=0.5), "sub_number": 2 - a, "mul": a * b, "div": a / p, "div_number": 3 / p, "neg": -a, "rem": torch.remainder(a, 0.7),
    "pow": p ** 1.7, "pow_tensor": p ** b, "exp": a.exp(), "log": p.log(), "sqrt": p.sqrt(), "rsqrt": p.rsqrt(), "sigmoid": a.sigmoid(), "tanh": a.tanh(), "abs": a.abs(),
    "floor": a.floor(), "round": (a * 3).round(), "erf": a.erf(), "clamp": a.clamp(-0.5, 0.6), "clamp_min": a.clamp(min=0.1), "gt": a > b, "le": a <= 0.2, "and": mask & (a > b), "not": ~mask,
    "maximum": torch.maximum(a, b), "where": torch.where(mask, a, b), "lerp": a.lerp(b, 0.3), "addcmul": a.addcmul(b, p, value=0.4), "addcdiv": a.addcdiv(b, p, value=-0.4),
    "sum": a.sum(), "sum_dim": a.sum(1), "mean_dims": x.mean((0, 2, 3), keepdim=True), "var": a.var(1, unbiased=False), "std": x.std((2, 3)), "norm": a.norm(), "prod": p.prod(1),
    "max_values": a.max(1)[0], "max_indexes": a.max(1)[1], "argmax": a.argmax(), "amin": x.amin((1, 2)), "topk_values": h.topk(3)[0], "topk_indexes": h.topk(3)[1],
    "argsort": h.argsort(1, descending=True), "sort": v.sort()[0], "cumsum": a.cumsum(1), "logsumexp": h.logsumexp(1), "any": mask.any(1), "median": v.median(), "bincount": torch.bincount(i, minlength=5),
    "quantile": torch.quantile(v, torch.tensor([0.1, 0.5])), "count_nonzero": mask.count_nonzero(), "nonzero": mask.nonzero(),
    "slice": x[:, 1:, 2:9:3], "select": x[1, :, -1], "range": v[1:-1], "index_select": a.index_select(1, i), "index_tensor": a[:, i], "gather": a.gather(1, g), "masked_select": a[mask],
    "masked_fill": a.masked_fill(mask, -1.5), "ellipsis": x[..., None, 2], "scatter": torch.zeros(3, 4).scatter_(1, g, 1.0), "take": a.flatten().take(i),
    "index_put": a.clone().index_fill_(1, torch.tensor([1]), 9.0), "mask_put": torch.where(mask, torch.tensor(4.0), a),
    "permute": x.permute(0, 2, 3, 1), "flip": x.flip(3), "roll": x.roll((1, -2), (2, 3)), "cat": torch.cat([a, b], 1), "stack": torch.stack([a, b], 1), "chunk": x.chunk(2, 3)[1],
    "split": v.split([1, 2, 3])[2], "expand": s[:, None].expand(3, 4), "repeat": a.repeat(2, 1), "flatten": x.flatten(1), "unbind": a.unbind(0)[1], "tril": h.tril(), "meshgrid": torch.meshgrid(v, s, indexing="ij")[0],
    "repeat_interleave": v.repeat_interleave(2), "arange": torch.arange(1, 2, 0.25), "linspace": torch.linspace(-1, 1, 7), "full": torch.full((2, 2), 3.5), "eye": torch.eye(3), "one_hot": F.one_hot(y, 7),
    "matmul": a @ m, "bmm": batch1.bmm(batch2), "einsum": torch.einsum("bij,bjk->bk", batch1, batch2), "dot": v.dot(c),
    "softmax": h.softmax(1), "log_softmax": h.log_softmax(1), "relu": a.relu(), "relu6": F.relu6(a * 5), "silu": F.silu(a), "gelu": F.gelu(a), "hardswish": F.hardswish(a),
    "conv2d": F.conv2d(x, w, c, stride=2, padding=1), "conv2d_groups": F.conv2d(x, wg, padding=1, groups=3), "linear": F.linear(h, h[:2]),
    "batch_norm": F.batch_norm(x, s, t, u, s), "batch_norm_train": F.batch_norm(x, s.clone(), t.clone(), u, s, training=True), "layer_norm": F.layer_norm(a, (4,)),
    "adaptive_avg_pool2d": F.adaptive_avg_pool2d(x, 1), "avg_pool2d": F.avg_pool2d(x, 3, 2, 1), "max_pool2d": F.max_pool2d(x, 2),
    "interpolate": F.interpolate(x, (5, 13), mode="bilinear"), "interpolate_antialias": F.interpolate(x, (4, 3), mode="bilinear", antialias=True),
    "interpolate_bicubic": F.interpolate(x, (5, 13), mode="bicubic", align_corners=True), "interpolate_scale": F.interpolate(x, scale_factor=1.7, mode="nearest"),
    "affine_grid": F.affine_grid(theta, (2, 3, 5, 6), align_corners=False),
    "pad_reflect": F.pad(x, (2, 1, 3, 0), mode="reflect"), "pad_replicate": F.pad(x, (2, 1, 3, 0), mode="replicate"), "pad_constant": F.pad(a, (1, 2), value=0.5), "pad_circular": F.pad(x, (1, 2, 2, 1), mode="circular"),
    "cross_entropy": F.cross_entropy(h, y), "cross_entropy_smooth": F.cross_entropy(h, y, weight=k, label_smoothing=0.1), "cross_entropy_soft": F.cross_entropy(h, q, label_smoothing=0.05),
    "cross_entropy_none": F.cross_entropy(h, y, reduction="none"), "nll_loss": F.nll_loss(h.log_softmax(1), y, weight=k), "mse_loss": F.mse_loss(a, b), "l1_loss": F.l1_loss(a, b, reduction="sum"),
    "bce": F.binary_cross_entropy_with_logits(a, p), "kl_div": F.kl_div(h.log_softmax(1), q, reduction="batchmean") * 5,
    "grad_conv": grads(net, x, w, c), "grad_cross_entropy": grads(lambda h: F.cross_entropy(h, y, label_smoothing=0.1), h),
    "grad_grid_sample": grads(lambda x: F.grid_sample(x, F.affine_grid(theta, (2, 3, 5, 6), align_corners=False), align_corners=False).pow(2).sum(), x),
    "second_derivative": (lambda z: torch.autograd.grad(torch.autograd.grad((z ** 3).sum(), z, create_graph=True)[0].sum(), z)[0])(a.clone().requires_grad_()),
    "adamw": trained(torch.optim.AdamW), "adam": trained(torch.optim.Adam), "adam_amsgrad": trained(torch.optim.Adam, amsgrad=True), "sgd": trained(torch.optim.SGD),
    "sgd_momentum": trained(torch.optim.SGD, momentum=0.9, dampening=0.2), "sgd_nesterov": trained(torch.optim.SGD, momentum=0.9, nesterov=True),
}
for mode in ("zeros", "border", "reflection"):
    for sampling in ("bilinear", "nearest"):
        R[f"grid_sample_{mode}_{sampling}"] = F.grid_sample(x, F.affine_grid(theta, (2, 3, 5, 6), align_corners=False), mode=sampling, padding_mode=mode, align_corners=False)


def encode(n):
    n = n.detach()
    kind = "bool" if n.dtype == torch.bool else "int64" if n.dtype == torch.int64 else "float32"
    return {"dtype": kind, "shape": list(n.shape), "data": [float(e) for e in n.flatten().tolist()]}


json.dump({"version": torch.__version__, "inputs": {n: encode(e) for n, e in X.items()}, "results": {n: encode(e) for n, e in R.items()}}, sys.stdout)
