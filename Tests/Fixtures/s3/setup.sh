#!/bin/sh
# Makes the Python environment that holds SeaweedFS and botocore once, at pinned versions, and prints the path of its
# interpreter.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/opentrusteval/venv-s3"
mark="$venv/requirements.installed"
if ! cmp -s "$here/requirements.txt" "$mark"; then
  mkdir -p "$(dirname "$venv")"
  (
    # One at a time, when several tests ask at once.
    flock 9
    cmp -s "$here/requirements.txt" "$mark" && exit 0
    echo "s3: installing SeaweedFS and botocore into $venv (172 MB)" >&2
    python3 -m venv "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
    cp "$here/requirements.txt" "$mark"
  ) 9>"$venv.lock"
fi
echo "$venv/bin/python"
