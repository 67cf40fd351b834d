#!/usr/bin/env bash
# install.sh DEST CONFIG: puts what `swift build -c CONFIG` made into DEST the way a user has it, and pins the plugins.
#   DEST/bin/{ote,ote-worker}  DEST/plugins/NAME/{plugin.toml,*.so,README.md,docs.md,panel.html}  DEST/Manifests/NAME.yaml
#   DEST/share/{openapi.yaml,web/,templates/}: what `ote serve` serves
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ $# -ne 2 ]; then
  echo "usage: Scripts/install.sh DEST debug|release" >&2
  exit 2
fi
destination="$1"
built=".build/$2"
[ -x "$built/ote" ] || {
  echo "install: $built/ote is not there; run: swift build -c $2" >&2
  exit 1
}

# Copies only what changed. A running program keeps the file that it has: the new one takes its name by a rename.
put() { # put FROM TO
  cmp -s "$1" "$2" && return
  mkdir -p "$(dirname "$2")"
  cp "$1" "$2.new"
  mv -f "$2.new" "$2"
}

# The vendor manifest says which file the plugin is; `swift build` names it after the product.
library_of() { sed -n 's/^path *= *"\(.*\.so\)".*/\1/p' "$1" | head -n 1; }

plugin() { # plugin NAME BUILT-LIBRARY
  local from="Plugins/$1" to="$destination/plugins/$1" library
  library="$(library_of "$from/plugin.toml")"
  put "$built/$2" "$to/${library:-$2}"
  put "$from/plugin.toml" "$to/plugin.toml"
  put "$from/README.md" "$to/README.md"
  [ ! -f "Docs/$1.md" ] || put "Docs/$1.md" "$to/docs.md"
  [ ! -f "$from/panel.html" ] || put "$from/panel.html" "$to/panel.html"
  [ ! -f "$from/sign-in" ] || put "$from/sign-in" "$to/sign-in"
  # A store of its own: what is pinned does not depend on what this machine's user has.
  "$destination/bin/ote" plugins enable "$to" --manifests "$destination/Manifests" --store "$store"
}

# Built again only when a source of it changed.
web_ui() {
  local web="$destination/share/web"
  if [ -f "$web/index.html" ] && [ -z "$(find Host/WebUI Host/WebAPI/openapi.yaml Docs/problems -newer "$web/index.html" -type f \
    ! -path '*/types.ts*' -print -quit)" ]; then return; fi
  echo "install: building the web UI"
  Host/WebUI/build.sh "$web"
}

store="$(mktemp -d)"
trap 'rm -rf "$store"' EXIT
put "$built/ote" "$destination/bin/ote"
put "$built/ote-worker" "$destination/bin/ote-worker"
mkdir -p "$destination/Manifests" "$destination/share"
put Host/WebAPI/openapi.yaml "$destination/share/openapi.yaml"
for example in Examples/*.yaml; do put "$example" "$destination/share/templates/$(basename "$example")"; done
web_ui
plugin local-files liblocal-files.so
plugin expectations libexpectations.so
plugin corpus libcorpus.so
plugin duckdb libduckdb-plugin.so
plugin llama-cpp libllama-cpp.so
plugin s3 libs3-plugin.so
for file in Plugins/hf-finetune/runner/*.py; do put "$file" "$destination/plugins/hf-finetune/runner/$(basename "$file")"; done
plugin hf-finetune libhf-finetune.so
plugin text-metrics libtext-metrics.so
plugin classification libclassification.so
plugin generate libgenerate.so
plugin openai-compatible libopenai-compatible.so
plugin anthropic libanthropic.so
plugin trust libtrust-plugin.so
plugin judge libjudge-plugin.so
plugin release librelease-plugin.so
plugin webhook libwebhook-plugin.so
plugin smtp libsmtp-plugin.so
plugin fasttext libfasttext-plugin.so
plugin google-drive libgoogle-drive.so
plugin comparison libcomparison.so
plugin likelihood liblikelihood.so
