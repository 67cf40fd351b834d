#!/usr/bin/env bash
# Installs the Debian packages that are missing and nothing else. Beside what building and running need, which is always
# looked at, for each purpose that is named: `check` for tests, `benchmarks` for measuring, `llama` for building libllama.so
# (Scripts/setup-llama.sh), `training` for the trainer's Python environment (Scripts/setup-training.sh).
set -euo pipefail

for purpose in "$@"; do
  case "$purpose" in
    start | check | benchmarks | llama | training) ;;
    *)
      echo "packages: unknown purpose $purpose; known are start, check, benchmarks, llama and training" >&2
      exit 2
      ;;
  esac
done
purposes=" $* "
wanted_for() { # wanted_for PURPOSE...
  local purpose
  for purpose in "$@"; do [[ "$purposes" != *" $purpose "* ]] || return 0; done
  return 1
}

# Each need is tested by what it gives, not by its package: a hand-made installation counts as well.
missing=()
have() { command -v "$1" >/dev/null 2>&1; }
needs() { # needs PACKAGE TEST...
  local package="$1"
  shift
  "$@" >/dev/null 2>&1 && return
  # Two purposes may need one package, each for something else of it.
  [[ " ${missing[*]} " == *" $package "* ]] || missing+=("$package")
}
has_sqlite() { [ -e /usr/include/sqlite3.h ] || { have pkg-config && pkg-config --exists sqlite3; }; }

needs libsqlite3-dev has_sqlite
# HTTP of plugins: 7.85 or newer, and the authorities that it trusts.
has_curl() { compgen -G '/usr/include/*/curl/curl.h' || [ -e /usr/include/curl/curl.h ]; }
needs libcurl4-openssl-dev has_curl
# The classifier of Plugins/fasttext.
needs libfasttext-dev ls /usr/include/fasttext/fasttext.h
needs ca-certificates ls /etc/ssl/certs/ca-certificates.crt
needs python3 have python3
needs python3-pip python3 -m pip --version
needs python3-venv python3 -c 'import venv, ensurepip'
# The web UI is built with what Debian has: see Host/WebUI/README.md.
has_module() { [ -e "/usr/share/nodejs/$1" ]; }
needs esbuild have esbuild
needs node-typescript have tsc
needs node-react has_module react
needs node-react-dom has_module react-dom
needs node-yaml has_module yaml
needs fonts-inter ls /usr/share/fonts/opentype/inter/Inter-Regular.otf
needs python3-yaml python3 -c 'import yaml'
if wanted_for check; then
  needs chromium have chromium
  needs gcc have cc
  needs binutils have nm
  needs rustc have rustc
  needs cargo have cargo
  needs fasttext have fasttext
  needs prometheus have promtool
fi
if wanted_for check llama; then
  needs cmake have cmake
  needs ninja-build have ninja
  needs g++ have c++
fi
# What Scripts/training/cpu_only_torch.py compiles and reads with.
if wanted_for check training; then
  has_compiler() { have cc || have clang || have gcc; }
  has_readelf() { have readelf || have llvm-readelf; }
  needs gcc has_compiler
  needs binutils has_readelf
fi
if wanted_for benchmarks; then
  needs wrk have wrk
fi

if [ ${#missing[@]} -eq 0 ]; then
  echo "packages: nothing is missing"
  exit 0
fi

if ! have apt-get; then
  echo "packages: this machine lacks ${missing[*]} (Debian's names). Install them, then run this again." >&2
  exit 1
fi
root=()
if [ "$(id -u)" != 0 ]; then
  if have sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    root=(sudo)
  else
    echo "packages: run this as root, then try again: apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi
echo "packages: installing ${missing[*]}"
"${root[@]}" apt-get update -qq
install() { "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; }
# On a terminal all that apt-get says, with its progress; elsewhere the sum and the packages of a megabyte and more.
if [ -t 1 ]; then
  install
else
  install | sed -un -e 's/^Need to get/packages: to get:/p' \
    -e 's/^Get:[0-9]* .* \([^ ]*\) [^ ]* [^ ]* \(\[[0-9.,]\{4,\} kB\]\|\[[0-9.,]* MB\]\)$/packages: \1 \2/p'
fi
