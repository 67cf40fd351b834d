#!/usr/bin/env bash
# Puts the function-calling prompts of the bfcl_eval package (Berkeley Function-Calling Leaderboard, Apache-2.0) into data/bfcl:
# questions/NAME.json and answers/NAME.json, JSON lines. Fetched from PyPI and cached; what is present and right is left alone.
# Prints the folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

requirement="bfcl_eval==2026.3.23 --hash=sha256:3bb6dfa5f0c68ad403c9ec50b00db2bb3b4cc9b38ab1ff33f48fe30d853d3a0a"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/opentrusteval/bfcl/2026.3.23"
folder="data/bfcl"
parts="simple_python live_simple multiple"

is_complete() {
  local part
  for part in $parts; do
    [ -s "$1/questions/$part.json" ] && [ -s "$1/answers/$part.json" ] || return 1
  done
}

fetch() {
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  echo "$requirement" >"$work/requirements.txt"
  # pip compares the archive with its digest before it opens it.
  Scripts/pip-with-progress.py setup-bfcl download --no-deps --only-binary :all: --require-hashes \
    --dest "$work" --requirement "$work/requirements.txt"
  python3 - "$work" $parts <<'PYTHON'
import pathlib, sys, zipfile

work = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(next(work.glob("*.whl"))) as archive:
    for part in sys.argv[2:]:
        for folder, member in (("questions", ""), ("answers", "possible_answer/")):
            target = work / "data" / folder / f"{part}.json"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(f"bfcl_eval/data/{member}BFCL_v4_{part}.json"))
PYTHON
  mkdir -p "$(dirname "$cache")"
  rm -rf "$cache.new"
  mv "$work/data" "$cache.new"
  rm -rf "$cache"
  mv "$cache.new" "$cache"
}

if ! is_complete "$folder"; then
  if ! is_complete "$cache"; then
    echo "setup-bfcl: fetching bfcl_eval from PyPI" >&2
    fetch
  fi
  mkdir -p "$folder"
  cp -R "$cache/." "$folder/"
fi
echo "$folder"
