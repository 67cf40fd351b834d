#!/bin/sh
# Makes the Python environment of the tests once, at pinned versions, and prints the path of its interpreter.
# requirements-alone.txt holds packages without what they ask for: the tests use a part that needs little.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/opentrusteval/venv-tests"
mark="$venv/requirements.installed"
is_there() { cat "$here/requirements.txt" "$here/requirements-alone.txt" | cmp -s - "$mark"; }
if ! is_there; then
  mkdir -p "$(dirname "$venv")"
  (
    # One at a time, when several tests ask at once.
    flock 9
    is_there && exit 0
    python3 -m venv "$venv" >&2
    pip() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2; }
    pip -r "$here/requirements.txt"
    pip --no-deps -r "$here/requirements-alone.txt"
    cat "$here/requirements.txt" "$here/requirements-alone.txt" >"$mark"
  ) 9>"$venv.lock"
fi
echo "$venv/bin/python"
