#!/bin/sh
# Builds the plugins of this folder: build.sh OUT makes OUT/<name>/{plugin.toml,lib<name>.so}.
# A second call only rebuilds what is older than its sources. OTE_INCLUDE names the folder of ote_plugin.h;
# OTE_CFLAGS adds flags for cc and c++ (give each set of flags its own OUT).
set -eu
[ $# -eq 1 ] || { echo "usage: build.sh OUT" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")"
include=${OTE_INCLUDE:-$(cd ../../../PluginAPI/CPluginABI/include && pwd)}
shared="-O2 -fPIC -shared -fvisibility=hidden -Wall -Wextra -Werror -Wl,-z,now ${OTE_CFLAGS:-}"

exec 9>"$out/.lock"
flock 9 # two test processes may build at once

# True when lib<name>.so is missing or older than a source of the plugin or a header.
stale() {
  library=$out/$1/lib$1.so
  [ ! -e "$library" ] || [ -n "$(find "$1" "$include" build.sh -type f -newer "$library" | head -n 1)" ]
}

# finish NAME BUILT: puts the files in place; the library last and by rename, so that nobody loads half of one.
finish() {
  cp "$1/plugin.toml" "$out/$1/plugin.toml"
  mv -f "$2" "$out/$1/lib$1.so"
}

for name in hello counter parrot scale positive; do
  stale "$name" || continue
  mkdir -p "$out/$name"
  part=$out/.$name.part
  case $name in
    hello | counter | parrot) ${CC:-cc} -std=c11 $shared -I"$include" "$name"/*.c -o "$part" ;;
    scale)
      ${CXX:-c++} -std=c++17 $shared -Wl,--version-script=scale/exports.map -I"$include" scale/scale.cpp -o "$part" ;;
    positive)
      cargo build --quiet --offline --release --manifest-path positive/Cargo.toml --target-dir "$out/.cargo"
      cp "$out/.cargo/release/libpositive.so" "$part" ;;
  esac
  finish "$name" "$part"
done
