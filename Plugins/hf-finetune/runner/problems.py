"""Failures with words a person can act on, and what foreign exceptions mean."""
import errno
import os
import re


class Problem(Exception):
    """`code` is one of: config, data, base, missing, memory, disk, diverged, busy, cancelled, bystander,
    internal."""

    def __init__(self, code, words, **details):
        super().__init__(words)
        self.code, self.words, self.details = code, words, details


class Cancelled(Problem):
    def __init__(self):
        super().__init__("cancelled", "stopped on request")


class Bystander(Problem):
    """One of several processes that ends because another one did: the other one says why."""

    def __init__(self):
        super().__init__("bystander", "another training process has ended")


PEER_GONE = re.compile(r"Connection (closed|reset) by peer|ncclRemoteError|ncclSystemError|Broken pipe", re.I)
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_MEMORY = re.compile(r"out of memory|can't allocate memory|not enough memory|Cannot allocate memory|bad_alloc", re.I)
# torch and safetensors wrap the system's error in text of their own.
NO_SPACE_WORDS = re.compile(
    r"No space left|File too large|Disk quota|os error (28|27|122)|PytorchStreamWriter failed|"
    r"unexpected pos \d+ vs|file write failed|write failed", re.I)


def from_exception(error):
    """Any exception as a Problem."""
    if isinstance(error, Problem):
        return error
    text = f"{type(error).__name__}: {error}"
    if "RANK" in os.environ and PEER_GONE.search(text):
        return Bystander()
    if isinstance(error, MemoryError) or NO_MEMORY.search(text):
        return Problem("memory", f"out of memory: {brief(error)}. Lower batch_size or max_length, set "
                       "gradient_checkpointing, or give the pipeline more memory")
    if (isinstance(error, OSError) and error.errno in NO_SPACE) or NO_SPACE_WORDS.search(text):
        return Problem("disk", f"the disk is full: {brief(error)}")
    if isinstance(error, ModuleNotFoundError):
        return Problem("missing", f"the Python package '{error.name}' is missing. Run Scripts/setup-training.sh again")
    return Problem("internal", text[:2000])


def brief(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:400]
