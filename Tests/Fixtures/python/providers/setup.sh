#!/bin/sh
# Makes the Python environment with a real model server and the official client once, at pinned versions (38 MB), and prints the
# path of its interpreter.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/opentrusteval/venv-providers"
mark="$venv/requirements.installed"
if ! cmp -s "$here/requirements.txt" "$mark"; then
  mkdir -p "$(dirname "$venv")"
  (
    # One at a time, when several tests ask at once.
    flock 9
    cmp -s "$here/requirements.txt" "$mark" && exit 0
    echo "setup-providers: fetching xllamacpp and anthropic from PyPI (38 MB)" >&2
    python3 -m venv "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
    cp "$here/requirements.txt" "$mark"
  ) 9>"$venv.lock"
fi
echo "$venv/bin/python"
