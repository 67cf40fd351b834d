"""Checkpoints of one job: a folder appears in one step and holds a list of its files, so half a one never counts."""
import fcntl
import json
import os
import pathlib
import shutil
import time

from job import digest_of_file
from problems import Problem

LIST = "checkpoint.json"
KEPT = 2
STALE_SECONDS = 14 * 24 * 3600


class Checkpoints:
    def __init__(self, folder, job_digest):
        self.folder, self.job_digest = pathlib.Path(folder), job_digest
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def partial(self):
        return self.folder / "partial"

    def lock(self):
        """Held until the process ends."""
        self._lock = open(self.folder / "lock", "w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem("busy", "the very same training is running already; wait for it or change the seed") from None
        shutil.rmtree(self.partial, ignore_errors=True)

    def publish(self, made, name):
        """Flushes what lies in `made`, lists it, and gives it its name in one step."""
        files = {}
        for path in sorted(item for item in made.rglob("*") if item.is_file()):
            flush(path)
            files[str(path.relative_to(made))] = [path.stat().st_size, digest_of_file(path)]
        (made / LIST).write_text(json.dumps({"job": self.job_digest, "files": files}))
        flush(made / LIST)
        flush(made)
        target = self.folder / name
        if target.exists():
            old = self.folder / f"partial-old-{name}"
            shutil.rmtree(old, ignore_errors=True)
            os.rename(target, old)
            shutil.rmtree(old)
        os.rename(made, target)
        flush(self.folder)
        return target

    def steps(self):
        """Newest first."""
        found = [path for path in self.folder.glob("step-*") if path.name[5:].isdigit()]
        return sorted(found, key=lambda path: -int(path.name[5:]))

    def latest(self):
        """The newest whole one of this job; those that are not are left out."""
        return next((path for path in self.steps() if self.is_whole(path)), None)

    def is_whole(self, path):
        try:
            document = json.loads((path / LIST).read_text())
            return document["job"] == self.job_digest and all(
                (path / name).stat().st_size == size and digest_of_file(path / name) == digest
                for name, (size, digest) in document["files"].items())
        except (OSError, ValueError, KeyError):
            return False

    def drop_old(self):
        for path in self.steps()[KEPT:]:
            shutil.rmtree(path, ignore_errors=True)

    def remove(self):
        """The training is done: nobody will go on from here. The lock's file goes last."""
        shutil.rmtree(self.folder, ignore_errors=True)


def flush(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(jobs):
    """Removes what nobody has come back to."""
    for folder in jobs.glob("*"):
        try:
            if time.time() - folder.stat().st_mtime < STALE_SECONDS:
                continue
            with open(folder / "lock", "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
        except OSError:
            continue
