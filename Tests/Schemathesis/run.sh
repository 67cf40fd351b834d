#!/bin/sh
# Asks a real `ote serve` everything that its API document allows, and much that it does not.
# Usage: run.sh DIST [JUNIT-FILE]; DIST is what Scripts/install.sh made.
set -eu
[ $# -ge 1 ] || { echo "usage: Tests/Schemathesis/run.sh DIST [JUNIT-FILE]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/opentrusteval/venv-schemathesis"
mark="$venv/requirements.installed"
if ! cmp -s "$here/requirements.txt" "$mark"; then
  mkdir -p "$(dirname "$venv")"
  python3 -m venv "$venv" >&2
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
  cp "$here/requirements.txt" "$mark"
fi
exec "$venv/bin/python" "$here/ask_everything.py" "$@"
