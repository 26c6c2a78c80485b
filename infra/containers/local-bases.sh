#!/usr/bin/env bash
# Builds base images for build.sh if no container registry is reachable: Debian from debootstrap plus this machine's .NET and Node.js.
# Needs root. Prints the variables that build.sh reads:   eval "$(sudo infra/containers/local-bases.sh)"
#   SUITE, MIRROR    Debian release (default trixie) and mirror (default: debootstrap's)
#   CA_BUNDLE        PEM file with a closed network's certificate authorities, replaces Debian's
#   CONTAINER_TOOL   podman (default), with options if needed: "podman --runtime runc"
set -euo pipefail
tool=(${CONTAINER_TOOL:-podman})
suite=${SUITE:-trixie}
prefix=localhost/linnaeus-base
stop() { echo "local-bases.sh: $*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || stop "debootstrap needs root."
for program in debootstrap dotnet node npm "${tool[0]}"; do command -v "$program" >/dev/null || stop "$program is missing."; done
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# layer NAME CONTEXT: builds an image from the container file on standard input.
layer() { "${tool[@]}" build -q -t "$prefix/$1" -f - "$2" >/dev/null; }

if ! "${tool[@]}" image exists "$prefix/debian:$suite"; then
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$work/debian" ${MIRROR:+"$MIRROR"} >&2
  rm -rf "$work"/debian/var/cache/apt/archives/*.deb "$work"/debian/var/lib/apt/lists/*
  [ -z "${CA_BUNDLE:-}" ] || cp "$CA_BUNDLE" "$work/debian/etc/ssl/certs/ca-certificates.crt"
  tar -C "$work/debian" -c . | "${tool[@]}" import -q - "$prefix/debian:$suite" >/dev/null
fi

layer aspnet "$dotnet" <<EOF
FROM $prefix/debian:$suite
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libssl3 libstdc++6 zlib1g >/dev/null && rm -rf /var/lib/apt/lists/* /var/cache/apt
COPY dotnet LICENSE.txt ThirdPartyNotices.txt /usr/share/dotnet/
COPY host /usr/share/dotnet/host
COPY shared /usr/share/dotnet/shared
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
EOF
layer sdk "$dotnet" <<EOF
FROM $prefix/aspnet
COPY . /usr/share/dotnet
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
EOF
cp "$(readlink -f "$(command -v node)")" "$work/node"
cp -r "$npm" "$work/npm"
layer node "$work" <<EOF
FROM $prefix/debian:$suite
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libstdc++6 >/dev/null && rm -rf /var/lib/apt/lists/* /var/cache/apt
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
EOF

echo "export SYSTEM_IMAGE=$prefix/debian:$suite ASPNET_IMAGE=$prefix/aspnet SDK_IMAGE=$prefix/sdk NODE_IMAGE=$prefix/node"
