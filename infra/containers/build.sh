#!/usr/bin/env bash
# Builds the images of infra/k8s: build.sh [SERVICE ...]   (registry trainer explainer portal; all by default). README.md beside it says more.
#   CONTAINER_TOOL   podman, or docker; with options where it needs some
#   BUILD_OPTIONS    more options of its build command, as --secret id=nuget,src=NuGet.Config
#   REPOSITORY, TAG  names of the images: linnaeus/SERVICE and the version
#   SDK_IMAGE, ASPNET_IMAGE, SYSTEM_IMAGE, NODE_IMAGE, ACCELERATOR, LIBTORCH   build arguments, passed on where they are set
set -euo pipefail
cd "$(dirname "$0")/../.."
tool=(${CONTAINER_TOOL:-podman})
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
[ $# -gt 0 ] || set -- registry trainer explainer portal

for service in "$@"; do
  file=infra/containers/${service^}.Containerfile
  [ -f "$file" ] || { echo "build.sh: no service is named '$service' (registry, trainer, explainer, portal)." >&2; exit 2; }
  image=${REPOSITORY:-linnaeus}/$service:${TAG:-$version}
  arguments=(--build-arg "VERSION=$version" --build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)")
  for name in $(sed -n 's/^ARG \([A-Z_]*\).*/\1/p' "$file" | sort -u); do
    case $name in VERSION | REVISION) continue ;; esac
    [ -z "${!name:-}" ] || arguments+=(--build-arg "$name=${!name}")
  done
  printf '== %s\n' "$image"
  "${tool[@]}" build ${BUILD_OPTIONS:-} "${arguments[@]}" -t "$image" -f "$file" .
done
