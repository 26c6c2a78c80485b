"""Writes files with torch.save, and their expected content: pth.py FOLDER"""
import collections
import os
import pickle
import sys
import zipfile

import torch

import safetensors_io

folder = sys.argv[1]
torch.manual_seed(3)
shared = torch.randn(40)
state = collections.OrderedDict(
    f32=torch.randn(3, 4),
    f64=torch.randn(5, dtype=torch.float64),
    f16=torch.randn(7).half(),
    bf16=torch.randn(2, 3).bfloat16(),
    i64=torch.tensor([-(2**63), 0, 2**63 - 1]),
    i32=torch.tensor([-5, 9], dtype=torch.int32),
    u8=torch.tensor([0, 255], dtype=torch.uint8),
    flag=torch.tensor([True, False, True]),
    scalar=torch.tensor(42),
    empty=torch.zeros(0, 3),
    transposed=torch.randn(4, 6).t(),
    every_other=torch.randn(10)[1::2],
    channels_last=torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
    part_one=shared[:10],
    part_two=shared[5:35].view(5, 6),
    expanded=torch.randn(1, 3).expand(4, 3),
    parameter=torch.nn.Parameter(torch.randn(3)),
)
state._metadata = collections.OrderedDict(version=1)
torch.save(state, f"{folder}/state.pth")
torch.save({"epoch": 3, "loss": 0.25, "best": None, "done": True, "names": ["a", "b"], "state_dict": state}, f"{folder}/nested.pth")
torch.save(state, f"{folder}/legacy.pth", _use_new_zipfile_serialization=False)
torch.save([1, 2], f"{folder}/list.pth")
torch.save(torch.nn.Linear(2, 2), f"{folder}/module.pth")
expected = {name: tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor for name, tensor in state.items() if tensor.dtype != torch.int32}
safetensors_io.save(f"{folder}/expected.safetensors", expected)


class Code:
    """Runs a command when unpickled."""

    def __reduce__(self):
        return os.system, (f"touch {folder}/it_ran",)


torch.save({"weight": torch.zeros(2), "code": Code()}, f"{folder}/code.pth")


class Sneaky:
    """Runs code through one of torch's own names."""

    def __reduce__(self):
        return torch.load, (f"{folder}/code.pth",)


torch.save({"weight": torch.zeros(2), "code": Sneaky()}, f"{folder}/sneaky.pth")


def rewrite(source, target, change, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(f"{folder}/{source}") as old, zipfile.ZipFile(f"{folder}/{target}", "w") as new:
        for item in old.namelist():
            new.writestr(item, change(item, old.read(item)), zipfile.ZIP_STORED if item.endswith("pkl") else method)


# A few kilobytes that unpack to 64 MiB.
torch.save({"weight": torch.zeros(4)}, f"{folder}/small.pth")
rewrite("small.pth", "bomb.pth", lambda name, data: bytes(1 << 26) if name.endswith("data/0") else data, zipfile.ZIP_DEFLATED)
rewrite("small.pth", "short.pth", lambda name, data: data[:8] if name.endswith("data/0") else data)
rewrite("small.pth", "big_endian.pth", lambda name, data: b"big" if name.endswith("byteorder") else data)
with zipfile.ZipFile(f"{folder}/big_endian.pth", "a") as archive:
    if not any(name.endswith("byteorder") for name in archive.namelist()):
        archive.writestr("small/byteorder" if "small/data.pkl" in archive.namelist() else "archive/byteorder", b"big")
rewrite("small.pth", "broken.pth", lambda name, data: data[:-20] if name.endswith("data.pkl") else data)


class Far:
    """A tensor that reaches beyond its storage, and one of absurd size."""

    def __init__(self, *view):
        self.view = view

    def __reduce__(self):
        offset, size, stride = self.view
        return torch._utils._rebuild_tensor_v2, (torch.zeros(4).storage(), offset, size, stride, False, collections.OrderedDict())


torch.save({"weight": Far(3, (2,), (1,))}, f"{folder}/beyond.pth")
torch.save({"weight": Far(0, (2**40, 2**40), (2**40, 2**40))}, f"{folder}/absurd.pth")
