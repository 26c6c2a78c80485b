#!/bin/sh
# Installs missing image codecs that Vision loads (libjpeg-turbo, libpng, libwebp) from Debian or Ubuntu packages.
set -eu

library() { /sbin/ldconfig -p 2>/dev/null | grep -q "$1" || ls /usr/lib/*/"$1"* >/dev/null 2>&1; }
missing=""
need() { missing="$missing $1"; }
library libturbojpeg.so.0 || need "libturbojpeg0|libturbojpeg"
library libpng16.so.16 || need "libpng16-16|libpng16-16t64"
library libwebp.so.7 || need libwebp7
[ -n "$missing" ] || exit 0

# apt also knows names that other packages only replace or refer to; those have no candidate.
installable() { LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }
# Picks the first installable name of each "a|b", since releases name the same package differently.
choose() {
    packages=""
    for item in $missing; do
        chosen=${item%%|*}
        if [ "$item" != "$chosen" ] && ! installable "$chosen"; then chosen=${item##*|}; fi
        packages="$packages $chosen"
    done
}

if ! command -v apt-get >/dev/null 2>&1; then
    echo "error: missing native packages:$missing. Install them with this system's package manager." >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then sudo=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo="sudo -n"
else
    choose
    echo "error: missing native packages. Run: sudo apt-get update && sudo apt-get install -y$packages" >&2
    exit 1
fi

# Two builds may get here at once; dpkg's lock makes the second one wait.
export DEBIAN_FRONTEND=noninteractive
install() { $sudo apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends $packages >&2; }
choose
echo "Installing native packages:$packages" >&2
if ! install; then
    $sudo apt-get -o DPkg::Lock::Timeout=600 update >&2
    choose
    install
fi
