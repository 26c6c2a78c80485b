#!/bin/sh
# Compiles the shim against libtorch. Usage: build-shim.sh BUILD_DIR
# libtorch is $LIBTORCH (any libtorch or PyTorch distribution folder), else the system's.
set -eu
source=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
build=$(cd "$1" && pwd)

# One builder at a time: two projects may be built at once, and they share this output.
exec 9>"$build/lock"
flock 9

sh "$source/../../../build/native-dependencies.sh" torch >&2

if [ -n "${LIBTORCH:-}" ]; then
    root=$LIBTORCH
    [ -d "$root/torch/lib" ] && root=$root/torch # a site-packages folder
    include=$root/include libraries=$root/lib
    [ -f "$include/ATen/ATen.h" ] && [ -f "$libraries/libtorch_cpu.so" ] || { echo "error: LIBTORCH=$LIBTORCH holds no libtorch (include/ATen/ATen.h, lib/libtorch_cpu.so)." >&2; exit 1; }
else
    for include in /usr/include /usr/local/include; do [ ! -f "$include/ATen/ATen.h" ] || break; done
    libraries=
    for path in /usr/lib/*-linux-gnu /usr/lib64 /usr/lib /usr/local/lib; do
        if [ -f "$path/libtorch_cpu.so" ]; then libraries=$path; break; fi
    done
    [ -n "$libraries" ] || { echo "error: libtorch_cpu.so was not found. Install libtorch-dev or set LIBTORCH." >&2; exit 1; }
fi

# The shim has to agree with libtorch on the C++ string ABI: the old one has no cxx11 symbols.
abi=1
if command -v nm >/dev/null 2>&1; then
    nm -D --defined-only "$libraries/libc10.so" 2>/dev/null | grep -q '__cxx11' || abi=0
fi
# The newest headers refuse anything below C++20 and say so; the older ones want C++17.
standard=17
if grep -q 'C++20 or later' "$include/ATen/ATen.h"; then standard=20; fi

# System headers must not be named with -isystem again: that breaks the order of the C++ ones.
[ "$include" != /usr/include ] || include=
cmake -S "$source" -B "$build/cmake" -DCMAKE_BUILD_TYPE=Release \
    "-DTORCH_INCLUDE=$include" "-DTORCH_LIBRARY_DIR=$libraries" "-DTORCH_CXX11_ABI=$abi" "-DTORCH_CXX_STANDARD=$standard" >"$build/cmake.log" 2>&1 \
    && cmake --build "$build/cmake" --parallel 2 >>"$build/cmake.log" 2>&1 \
    || { cat "$build/cmake.log" >&2; echo "error: the shim did not compile against libtorch in $libraries (log above)." >&2; exit 1; }

# Replaced in one step, so that a process that has it loaded keeps its own copy.
cp "$build/cmake/libLinnaeusTorch.so" "$build/libLinnaeusTorch.so.new"
mv "$build/libLinnaeusTorch.so.new" "$build/libLinnaeusTorch.so"
