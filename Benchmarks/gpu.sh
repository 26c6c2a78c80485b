#!/usr/bin/env bash
# Tests and benchmarks on an NVIDIA GPU. Runs the tests that need one on a libtorch with CUDA, then prints training and inference images/s against PyTorch
# on the same GPU, in float32 and bfloat16: single steps, and whole epochs from JPEG files against PyTorch's DataLoader. Nothing else should use the GPU.
#   LIBTORCH  folder of a libtorch 2.10 or PyTorch 2.10 with CUDA (default: that of PYTHON's torch)
#   PYTHON    a Python with a CUDA torch and torchvision (default: python3)
#   BATCH     images per step (default: 128)
#   PHOTOS    folder of JPEG files for the epochs (default: synthetic images)
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
stop() { echo "gpu.sh: $*" >&2; exit 1; }

command -v nvidia-smi >/dev/null || stop "nvidia-smi not found: this needs a machine with an NVIDIA GPU and its driver."
nvidia-smi -L | grep -q GPU || stop "nvidia-smi lists no GPU."
"$python" -c 'import sys, torch, torchvision; sys.exit(not torch.cuda.is_available())' \
  || stop "$python has no torch with CUDA and torchvision, which the benchmark compares with. Set PYTHON to one that has."
export LIBTORCH=${LIBTORCH:-$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__))')}
[ -f "$LIBTORCH/lib/libtorch_cuda.so" ] || [ -f "$LIBTORCH/torch/lib/libtorch_cuda.so" ] || stop "LIBTORCH=$LIBTORCH contains no CUDA libtorch (lib/libtorch_cuda.so)."

printf '== %s\n' "$(date -u +%F)"
nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader

printf '\n== Build, using libtorch from %s\n' "$LIBTORCH"
dotnet build Benchmarks -c Release --nologo -v quiet
dotnet build Tests/Vision.Tests -c Release --nologo -v quiet

printf '\n== Tests on the GPU\n'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test Tests/Vision.Tests -c Release --no-build --nologo --filter Category=Gpu --logger 'console;verbosity=normal' | tee "$log"
! grep -q '^ *Skipped ' "$log" || stop "tests were skipped: this build sees no CUDA device."

for precision in fp32 bf16; do
  printf '\n== EfficientNet-B0 against PyTorch, %s\n' "$precision"
  dotnet run -c Release --no-build --project Benchmarks -- compute --device cuda --precision "$precision" --batch "${BATCH:-128}" --steps 20 --python "$python"
done

for precision in fp32 bf16; do
  printf '\n== Epochs from files, %s\n' "$precision"
  dotnet run -c Release --no-build --project Benchmarks -- train --device cuda --precision "$precision" --batch "${BATCH:-128}" --python "$python" \
    ${PHOTOS:+--photos "$PHOTOS"}
done
