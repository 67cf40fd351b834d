#!/usr/bin/env bash
# Drives an installed host with a real browser: Tests/Browser/run.sh DIST [pytest's arguments: files below Tests/Browser, -k WORDS].
# DIST is what Scripts/install.sh makes. Pictures of every page go to .build/browser/pictures, of failures to
# .build/browser/failures; OTE_BROWSER_XML names a file for the totals.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [ $# -lt 1 ] || [ ! -x "$1/bin/ote" ]; then
  echo "usage: Tests/Browser/run.sh DIST [pytest's arguments]; DIST/bin/ote has to be there" >&2
  exit 2
fi
dist="$(cd "$1" && pwd)"
shift

venv=.build/browser/venv
wanted=Tests/Browser/requirements.txt
if ! cmp -s "$wanted" "$venv/requirements.installed"; then
  python3 -m venv --clear "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
  cp "$wanted" "$venv/requirements.installed"
fi
Tests/Fixtures/Plugins/build.sh .build/fixtures/plugins
Tests/Fixtures/Strangers/build.sh .build/fixtures/strangers
rm -rf .build/browser/failures

export OTE_DIST="$dist" OTE_FIXTURES="$PWD/.build/fixtures/plugins" OTE_STRANGERS="$PWD/.build/fixtures/strangers"
export OTE_BROWSER_OUT="$PWD/.build/browser"
export PYTHONDONTWRITEBYTECODE=1
python="$PWD/$venv/bin/python" xml="${OTE_BROWSER_XML:+$(realpath "$OTE_BROWSER_XML")}"
cd Tests/Browser
exec "$python" -m pytest --quiet --tb short -p no:cacheprovider --rootdir . ${xml:+--junitxml "$xml"} "$@"
