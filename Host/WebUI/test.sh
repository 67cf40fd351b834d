#!/bin/sh
# Runs test/*.test.ts and *.test.tsx: bundled by esbuild, run by node's own runner.
# Usage: test.sh [FILE...]
set -eu
cd "$(dirname "$0")"
export NODE_PATH="${NODE_PATH:-/usr/share/nodejs}"
[ -f src/api/types.ts ] || python3 generate-types.py ../WebAPI/openapi.yaml src/api/types.ts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- $(find test -name '*.test.ts' -o -name '*.test.tsx' | LC_ALL=C sort)
esbuild "$@" --bundle --platform=node --format=cjs --jsx=automatic --loader:.css=empty --log-level=warning \
  --sourcemap=inline --out-extension:.js=.cjs --outdir="$work"
NODE_ENV=test exec node --enable-source-maps --test "$work"
