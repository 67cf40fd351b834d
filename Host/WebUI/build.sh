#!/bin/sh
# Builds the web UI into OUTDIR: index.html, assets/ with hashed names, fonts and licences, and problems/.
# Usage: build.sh OUTDIR [--no-types]   (--no-types skips the type check)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { echo "Usage: build.sh OUTDIR [--no-types]" >&2; exit 64; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$here"
export NODE_PATH="${NODE_PATH:-/usr/share/nodejs}"
fonts="${OTE_FONTS:-/usr/share/fonts/opentype/inter}"
for tool in esbuild tsc python3; do
  command -v $tool >/dev/null || { echo "build.sh needs $tool; see README.md for the packages." >&2; exit 69; }
done

python3 generate-types.py ../WebAPI/openapi.yaml src/api/types.ts.new
cmp -s src/api/types.ts.new src/api/types.ts && rm src/api/types.ts.new || mv src/api/types.ts.new src/api/types.ts
[ "${2:-}" = "--no-types" ] || tsc -p .

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One style sheet, because a page that is loaded later can't bring its own under this bundler; the order is kept by layer.
{
  for file in src/app/theme.css src/app/base.css src/ui/*.css \
    $(find src -name '*.css' ! -path 'src/ui/*' ! -name theme.css ! -name base.css | LC_ALL=C sort); do
    echo "@import \"$here/$file\";"
  done
} > "$work/main.css"

common="--bundle --minify --target=es2020 --log-level=warning --legal-comments=linked"
# shellcheck disable=SC2086
esbuild src/app/main.tsx $common --splitting --format=esm --jsx=automatic '--define:process.env.NODE_ENV="production"' \
  --loader:.css=empty --entry-names=main-[hash] --chunk-names=[name]-[hash] --outdir="$work/assets" --metafile="$work/meta.json"
# shellcheck disable=SC2086
esbuild "$work/main.css" $common '--external:/assets/*' --entry-names=main-[hash] --outdir="$work/assets"

# Most scripts have no notices of their own.
find "$work/assets" -name '*.LEGAL.txt' -size 0 -delete
mkdir -p "$work/assets/fonts"
for weight in Regular Medium SemiBold; do cp "$fonts/Inter-$weight.otf" "$work/assets/fonts/"; done
cp src/app/favicon.svg "$work/assets/"
# What is bundled, under its own terms.
for package in node-react node-react-dom fonts-inter node-yaml; do
  [ ! -f "/usr/share/doc/$package/copyright" ] || cp "/usr/share/doc/$package/copyright" "$work/assets/$package.LICENSE.txt"
done

# The pages of problem codes, where the UI's links to them lead.
mkdir "$work/problems"
cp ../../Docs/problems/OTE-*.md "$work/problems/"

main=$(cd "$work/assets" && ls main-*.js)
css=$(cd "$work/assets" && ls main-*.css)
sed -e "s|@MAIN@|$main|" -e "s|@CSS@|$css|" index.html > "$work/index.html"
# The host sends what lies beside a file as NAME.gz to whoever takes it.
find "$work/assets" "$work/index.html" -type f \( -name '*.js' -o -name '*.css' -o -name '*.html' -o -name '*.svg' -o -name '*.map' \) \
  -exec gzip -9 -k -n {} +
rm -rf "$out/assets" "$out/problems" "$out"/index.html*
cp -r "$work/assets" "$work/problems" "$work"/index.html* "$out/"

# The budget of the first load: what index.html asks for, and what main imports at once.
python3 - "$work" "$main" "$css" <<'PYTHON'
import gzip, json, pathlib, sys
work, main, css = sys.argv[1:4]
root = pathlib.Path(work)
outputs = {pathlib.Path(name).name: entry for name, entry in json.loads((root / "meta.json").read_text())["outputs"].items()}
first, ahead = set(), [main]
while ahead:
    name = ahead.pop()
    if name not in first:
        first.add(name)
        ahead += [pathlib.Path(i["path"]).name for i in outputs[name]["imports"] if i["kind"] == "import-statement"]
files = [root / "index.html", root / "assets" / css] + [root / "assets" / name for name in first]
size = sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)
print(f"web UI: first load {size / 1000:.0f} KB gzip, {len(outputs)} scripts")
if size > 250_000:
    sys.exit("The first load is over 250 KB gzip.")
PYTHON
