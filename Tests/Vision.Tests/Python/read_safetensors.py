import sys

import safetensors_io

for name, tensor in sorted(safetensors_io.load(sys.argv[1]).items()):
    print(name, tensor.dtype, list(tensor.shape), tensor.reshape(-1).tolist())
