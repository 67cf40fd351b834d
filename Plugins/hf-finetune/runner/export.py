"""The adapter as a GGUF file, by llama.cpp's own converter."""
import pathlib
import subprocess
import sys

from problems import Problem

MINUTES_MAX = 10


def to_gguf(job, folder, adapter):
    """The file, which lies beside the adapter's own, or None and the reason why there is none."""
    if job["gguf"] == "never":
        return None, "it was not asked for"
    if not job.gguf_converter or not pathlib.Path(job.gguf_converter).is_file():
        return absent(job, "llama.cpp's convert_lora_to_gguf.py is not there. Run Scripts/setup-llama.sh")
    target = adapter / "adapter.gguf"
    command = [sys.executable, job.gguf_converter, "--base", str(folder), "--outfile", str(target),
               "--outtype", "f16", str(adapter)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=MINUTES_MAX * 60)
    except subprocess.TimeoutExpired:
        return absent(job, f"the conversion to GGUF took more than {MINUTES_MAX} minutes")
    if done.returncode != 0 or not target.is_file():
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no output"]
        return absent(job, f"the conversion to GGUF failed: {lines[-1][:300]}")
    return target, None


def absent(job, reason):
    if job["gguf"] == "always":
        raise Problem("missing", reason, path="/gguf")
    return None, reason
