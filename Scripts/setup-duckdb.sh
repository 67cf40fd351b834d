#!/bin/sh
# Prints the path of a libduckdb.so 1.5.5 on the last line, fetching it from PyPI when the machine has none.
# Order: $LIBDUCKDB, the system's loader, our cache. The cache also gets the `excel` extension.
# Run it as often as you like: everything present and right is left alone.
set -eu

version=1.5.5
library_sha256=fc23f12e376c47be520f75221288281906e7942e8fd6f6ce4849198ba60d0405
excel_sha256=9063a4f13804d3d1bdc37d37bde735f0779791971d3b909f5cc87ff3f8814483
cache="${XDG_CACHE_HOME:-$HOME/.cache}/opentrusteval/duckdb/$version"

say() { echo "setup-duckdb: $*" >&2; }
sum() { sha256sum "$1" | cut -d ' ' -f 1; }

# A stamp written after the digest was checked: the second run need not hash 70 MB again.
present() { [ -f "$cache/$1" ] && [ "$(cat "$cache/.$1.sha256" 2>/dev/null)" = "$2" ]; }

# install NAME SHA256 MEMBER REQUIREMENT [pip options]: one member of one wheel, checked, then moved into place.
install_member() {
  name=$1 sha256=$2 member=$3 requirement=$4
  shift 4
  if present "$name" "$sha256"; then return 0; fi
  say "fetching $requirement from PyPI"
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/.fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT INT TERM
  "$(dirname "$0")/pip-with-progress.py" setup-duckdb download --no-deps --only-binary=:all: "$@" \
    --dest "$work" "$requirement"
  python3 - "$work" "$member" "$work/$name" <<'PYTHON'
import glob, shutil, sys, zipfile
wheel = glob.glob(sys.argv[1] + "/*.whl")[0]
with zipfile.ZipFile(wheel) as archive, archive.open(sys.argv[2]) as member, open(sys.argv[3], "wb") as out:
    shutil.copyfileobj(member, out)
PYTHON
  found=$(sum "$work/$name")
  if [ "$found" != "$sha256" ]; then
    say "$requirement: $member has sha256 $found, expected $sha256; nothing was installed"
    exit 1
  fi
  chmod 0644 "$work/$name"
  mv -f "$work/$name" "$cache/$name"
  printf %s "$sha256" >"$cache/.$name.sha256"
  rm -rf "$work"
  trap - EXIT INT TERM
}

if [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ]; then
  # bareduckdb carries a plain libduckdb.so built from upstream's tag. Its wheel asks for Python 3.12, the library
  # itself needs no Python at all.
  if [ -z "${LIBDUCKDB:-}" ]; then
    library=$(ldconfig -p 2>/dev/null | awk '/libduckdb\.so /{print $NF; exit}')
    [ -n "$library" ] || install_member libduckdb.so "$library_sha256" bareduckdb/_libs/libduckdb.so \
      bareduckdb==0.12.155 --python-version 3.12 --implementation cp --abi abi3 \
      --platform manylinux_2_28_x86_64 --platform manylinux_2_26_x86_64
  fi
  install_member excel.duckdb_extension "$excel_sha256" \
    "duckdb_extension_excel/extensions/v$version/excel.duckdb_extension" "duckdb-extension-excel==$version"
elif [ -z "${LIBDUCKDB:-}" ] && ! ldconfig -p 2>/dev/null | grep -q 'libduckdb\.so '; then
  say "no prebuilt libduckdb is known for $(uname -s)-$(uname -m)"
  say "install DuckDB $version and set LIBDUCKDB to its libduckdb.so"
  exit 1
fi

echo "${LIBDUCKDB:-${library:-$cache/libduckdb.so}}"
