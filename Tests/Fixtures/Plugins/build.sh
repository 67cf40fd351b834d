#!/bin/sh
# Builds the fixture plugins: build.sh OUT makes OUT/<name>/{plugin.toml,lib<name>.so} of every <name>.c and .cpp here,
# two files that are no plugins (not-elf, truncated-elf), and OUT/probe, the small host of probe.c.
# A second call only rebuilds what is older than its sources. OTE_INCLUDE names the folder of ote_plugin.h;
# OTE_CFLAGS adds flags (give each set of flags its own OUT).
set -eu
[ $# -eq 1 ] || { echo "usage: build.sh OUT" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")"
include=${OTE_INCLUDE:-$(cd ../../../PluginAPI/CPluginABI/include && pwd)}
flags="-O2 -fPIC -fvisibility=hidden -Wall -Wextra -Werror -I$include -Ifixture ${OTE_CFLAGS:-}"

exec 9>"$out/.lock"
flock 9 # two test processes may build at once

shared="fixture $include build.sh"
newer() { find $2 -type f -newer "$1" | grep -q .; } # newer TARGET SOURCES

# The part all plugins share, compiled once.
if [ ! -e "$out/.fixture.o" ] || newer "$out/.fixture.o" "$shared"; then
  for file in table feeds ends module; do
    ${CC:-cc} -std=c11 $flags -c fixture/$file.c -o "$out/.$file.o"
  done
  ${CC:-cc} -r -nostdlib "$out/.table.o" "$out/.feeds.o" "$out/.ends.o" "$out/.module.o" -o "$out/.fixture.o.part"
  mv -f "$out/.fixture.o.part" "$out/.fixture.o"
fi

# manifest NAME
manifest() {
  mkdir -p "$out/$1"
  cat >"$out/$1/plugin.toml" <<END
manifest_version = 1
id = "org.example.fixtures.$1"
name = "$1"
version = "1.0.0"
title = "Fixture $1"
publisher = "example"
license = "Apache-2.0"
summary = "A test plugin, named for what it does."

[abi]
needs = "$2"
built = "1.0"

[files."linux_amd64"]
path = "lib$1.so"
END
  case $1 in
    tells-secrets | answers-forms) printf '\n[requests]\nsecrets = true\n' >>"$out/$1/plugin.toml" ;;
  esac
}

for source in *.c *.cpp; do
  name=${source%.*}
  [ "$name" != probe ] || continue
  library=$out/$name/lib$name.so
  [ ! -e "$library" ] || newer "$library" "$source $shared" || continue
  case $name in needs-newer-abi) manifest "$name" 1.99 ;; *) manifest "$name" 1.0 ;; esac
  case $source in *.cpp) compiler="${CXX:-c++} -std=c++17" ;; *) compiler="${CC:-cc} -std=c11" ;; esac
  $compiler $flags -shared -Wl,-z,now -DFIXTURE_NAME="\"$name\"" "$source" "$out/.fixture.o" -o "$out/.part"
  mv -f "$out/.part" "$library"
done

# What is not even a shared object.
manifest not-elf 1.0
echo "This is text, not a shared object, and long enough for a loader to look at its first bytes." \
  >"$out/not-elf/libnot-elf.so"
manifest truncated-elf 1.0
whole=$out/well-behaved/libwell-behaved.so
head -c $(($(wc -c <"$whole") / 2)) "$whole" >"$out/truncated-elf/libtruncated-elf.so"

if [ ! -e "$out/probe" ] || newer "$out/probe" "probe.c $include build.sh"; then
  ${CC:-cc} -std=c11 $flags probe.c -ldl -o "$out/.part"
  mv -f "$out/.part" "$out/probe"
fi
