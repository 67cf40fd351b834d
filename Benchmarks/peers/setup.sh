#!/usr/bin/env bash
# Makes a Python environment of the benchmarks' peers once, at pinned versions, and prints the path of its interpreter.
# Usage: setup.sh [REQUIREMENTS]; a server brings so much along that it has an environment of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

requirements="${1:-requirements.txt}"
# The folder is named by the pins, so a changed pin makes a new environment beside the old one.
name="$(sha256sum "$requirements" | cut -c 1-12)"
folder="${XDG_CACHE_HOME:-$HOME/.cache}/opentrusteval/peers/$name"
if [ ! -e "$folder/complete" ]; then
  echo "peers: installing $(grep -v '^#' "$requirements" | tr '\n' ' ')" >&2
  rm -rf "$folder"
  mkdir -p "$(dirname "$folder")"
  python3 -m venv "$folder" >&2
  "$folder/bin/python3" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
    --requirement "$requirements" >&2
  touch "$folder/complete"
fi
echo "$folder/bin/python3"
