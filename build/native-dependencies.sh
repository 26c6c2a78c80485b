#!/bin/sh
# Makes sure that the native libraries and build tools are there; installs the Debian/Ubuntu packages when it may.
# Usage: native-dependencies.sh [codecs] [torch] [torch-runtime]   (the first two by default; the third is libtorch without what compiles against it)
set -eu
[ $# -gt 0 ] || set -- codecs torch

library() { /sbin/ldconfig -p 2>/dev/null | grep -q "$1" || ls /usr/lib/*/"$1"* >/dev/null 2>&1; }
missing=""
need() { missing="$missing $1"; }

for group in "$@"; do
    case "$group" in
    codecs)
        library libturbojpeg.so.0 || need "libturbojpeg0|libturbojpeg"
        library libpng16.so.16 || need "libpng16-16|libpng16-16t64"
        library libwebp.so.7 || need libwebp7
        ;;
    torch)
        command -v g++ >/dev/null 2>&1 || need g++
        command -v cmake >/dev/null 2>&1 || need cmake
        # Only recommended by cmake's package, so a bare system lacks it.
        command -v make >/dev/null 2>&1 || need make
        if [ -z "${LIBTORCH:-}" ]; then
            [ -f /usr/include/ATen/ATen.h ] || [ -f /usr/local/include/ATen/ATen.h ] || need libtorch-dev
            # Debian's libtorch takes whatever BLAS the system has, by default the reference one: matrix products are then some ten times slower.
            library libopenblas.so.0 || need libopenblas0-openmp
        fi
        ;;
    torch-runtime)
        if [ -z "${LIBTORCH:-}" ]; then
            library libtorch_cpu.so || need "libtorch1.13|libtorch2.6"
            library libopenblas.so.0 || need libopenblas0-openmp
        fi
        ;;
    *) echo "native-dependencies.sh: unknown group '$group' (codecs, torch, torch-runtime)" >&2; exit 2 ;;
    esac
done
[ -n "$missing" ] || exit 0

# Of alternatives "a|b" (Debian 12 and 13 name one package differently) the first that the system knows.
packages=""
# A name that another package merely replaces or refers to is known, too, but has no candidate.
installable() { LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }
choose() {
    for item in $missing; do
        chosen=${item%%|*}
        if [ "$item" != "$chosen" ] && ! installable "$chosen"; then chosen=${item##*|}; fi
        packages="$packages $chosen"
    done
}

if ! command -v apt-get >/dev/null 2>&1; then
    echo "error: missing native packages:$missing. Install them with this system's package manager (or set LIBTORCH to a libtorch folder)." >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then sudo=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo="sudo -n"
else
    choose
    echo "error: missing native packages. Run: sudo apt-get update && sudo apt-get install -y$packages" >&2
    exit 1
fi

# Two builds may get here at once; dpkg's own lock makes the second one wait.
export DEBIAN_FRONTEND=noninteractive
choose
echo "Installing native packages:$packages" >&2
install() { $sudo apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends $packages >&2; }
if ! install; then
    $sudo apt-get -o DPkg::Lock::Timeout=600 update >&2
    packages=""
    choose
    install
fi
