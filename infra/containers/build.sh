#!/usr/bin/env bash
# Builds the images that infra/k8s runs: build.sh [SERVICE ...]   (registry trainer explainer portal; default: all). See README.md.
#   CONTAINER_TOOL   podman (default) or docker, with options if needed
#   BUILD_OPTIONS    more options for the build command, such as --secret id=nuget,src=NuGet.Config
#   REPOSITORY, TAG  image names are REPOSITORY/SERVICE:TAG (default: linnaeus and the version)
#   SDK_IMAGE, ASPNET_IMAGE, SYSTEM_IMAGE, NODE_IMAGE, ACCELERATOR, LIBTORCH   build arguments, passed on if set
set -euo pipefail
cd "$(dirname "$0")/../.."
tool=(${CONTAINER_TOOL:-podman})
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
[ $# -gt 0 ] || set -- registry trainer explainer portal

for service in "$@"; do
  file=infra/containers/${service^}.Containerfile
  [ -f "$file" ] || { echo "build.sh: unknown service '$service', expected registry, trainer, explainer or portal." >&2; exit 2; }
  image=${REPOSITORY:-linnaeus}/$service:${TAG:-$version}
  # Not as build arguments: podman's layer cache ignores those in labels and would keep the values of an earlier build.
  arguments=(--label "org.opencontainers.image.version=$version"
    --label "org.opencontainers.image.revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)")
  for name in $(sed -n 's/^ARG \([A-Z_]*\).*/\1/p' "$file" | sort -u); do
    [ -z "${!name:-}" ] || arguments+=(--build-arg "$name=${!name}")
  done
  printf '== %s\n' "$image"
  "${tool[@]}" build ${BUILD_OPTIONS:-} "${arguments[@]}" -t "$image" -f "$file" .
done
