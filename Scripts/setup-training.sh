#!/usr/bin/env bash
# Makes the Python environment of the hf-finetune trainer once, at pinned versions, and prints its interpreter's path
# on the last line.
#   --cpu  without the CUDA libraries: 0.6 GB to download, 2 GB on disk (the default where no NVIDIA GPU is)
#   --gpu  with them: 3.2 GB to download, 6 GB on disk (the default where one is)
# Safe to run again: what is right is left alone, what was cut short goes on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/training"

set=cpu
[ ! -e /dev/nvidiactl ] || set=gpu
case "${1:-}" in
  --cpu | --gpu) set="${1#--}" ;;
  "") ;;
  *)
    sed -n '2,6s/^# //p' ../setup-training.sh >&2
    exit 2
    ;;
esac
root="${XDG_CACHE_HOME:-$HOME/.cache}/opentrusteval"
venv="$root/venv-training"
stamp="$venv/opentrusteval.stamp"
say() { echo "setup-training: $*" >&2; }

# What the stamp has to say: the set and the digest of everything that decides its contents.
wanted() { echo "$1 $(cat requirements.txt cpu_only_torch.py | sha256sum | cut -d ' ' -f 1)"; }
# The GPU set serves a machine without GPU as well.
ready() {
  local found
  found="$(cat "$stamp" 2>/dev/null)" || return 1
  [ "$found" = "$(wanted gpu)" ] || { [ "$set" = cpu ] && [ "$found" = "$(wanted cpu)" ]; }
}

requirements() {
  if [ "$set" = gpu ]; then cat requirements.txt; else sed '/^# CUDA/,$d' requirements.txt; fi
}

install() {
  if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "the packages need Python 3.11 or newer; $(python3 --version) is too old"
    return 1
  fi
  local free
  free="$(df --output=avail -B 1M "$root" | tail -n 1)"
  if [ "$free" -lt "$([ "$set" = gpu ] && echo 9500 || echo 3000)" ]; then
    say "$root has $free MB left; the $set set needs $([ "$set" = gpu ] && echo 9.5 || echo 3) GB until it is installed"
    return 1
  fi
  # From nothing where another set or other versions were there: stand-ins must not lie beside the real thing.
  [ ! -f "$stamp" ] || rm -rf "$venv"
  # What is downloaded waits there until it is installed: /tmp may lie in memory. One that was cut short leaves it behind.
  local temporary="$venv.temporary"
  rm -rf "$temporary"
  mkdir "$temporary"
  say "installing the $set set of Hugging Face TRL, PEFT and PyTorch into $venv"
  python3 -m venv "$venv"
  requirements >"$venv/requirements.txt"
  # The list is whole, so nothing else may come along. No second copy of 3 GB in pip's cache.
  TMPDIR="$temporary" "$venv/bin/python" ../pip-with-progress.py setup-training install --no-deps --no-cache-dir \
    --only-binary=:all: -r "$venv/requirements.txt"
  rm -rf "$temporary"
  local site
  site="$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
  [ "$set" = gpu ] || python3 cpu_only_torch.py "$site" >&2
  say "trying it"
  CUDA_VISIBLE_DEVICES="$([ "$set" = gpu ] && echo "${CUDA_VISIBLE_DEVICES-0}")" HF_HUB_OFFLINE=1 "$venv/bin/python" -c \
    'import torch, transformers, peft, trl, bitsandbytes, accelerate, datasets, gguf; print("setup-training: torch", torch.__version__)' >&2
  wanted "$set" >"$stamp.new"
  mv -f "$stamp.new" "$stamp"
}

mkdir -p "$root"
(
  # One at a time, when several ask at once.
  flock 9
  ready || install
) 9>"$venv.lock"
say "ready, $(cut -d ' ' -f 1 "$stamp") set"
echo "$venv/bin/python"
