#!/usr/bin/env python3
"""Runs pip so that a person sees what comes: `pip-with-progress.py NAME ARGUMENT...`, by the Python that runs this.

On a terminal that is pip with its own bar. Elsewhere, say in a log, each package of a megabyte and more gets a line with its
size, and a line every few seconds that says how much of it has come. All of it goes to standard error: the scripts that call
this print a path on standard output. NAME stands before each line.
"""
import os
import pathlib
import re
import select
import subprocess
import sys
import tempfile
import time

EVERY = 5  # seconds without a word, at most
SIZED = re.compile(rb"\s*Downloading (?:\S*/)?([^\s/]+) \((\d+(?:\.\d+)?) MB\)")
INSTALLING = re.compile(rb"Installing collected packages: (.*)")


def megabytes_come(folder):
    """Of the file that pip is writing: it has no name of its own before it is whole, but it is the newest."""
    newest = max(((file.stat().st_mtime, file.stat().st_size) for file in folder.glob("pip-*/*")), default=(0, 0))
    return newest[1] / 1e6


class Progress:
    """What pip is doing, in lines for people."""

    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        self.package, self.size, self.installing, self.last = None, 0.0, None, "begins"

    def say(self, words):
        print(f"{self.name}: {words}", file=sys.stderr, flush=True)

    def read(self, line):
        if found := SIZED.match(line):
            self.package, self.size = found.group(1).decode(), float(found.group(2))
            self.say(f"{self.package}, {self.size:.1f} MB")
        elif found := INSTALLING.match(line):
            self.installing = time.monotonic()
            self.say(f"installing {len(found.group(1).split(b','))} packages")
        elif line.strip():
            self.package = None
            self.last = line.decode(errors="replace").partition(" (from")[0].strip()

    def tell(self):
        if self.installing:
            self.say(f"installing for {time.monotonic() - self.installing:.0f} s")
        elif self.package:
            self.say(f"{self.package}: {min(megabytes_come(self.folder), self.size):.1f} of {self.size:.1f} MB")
        else:
            self.say(f"pip: {self.last}")


def follow(name, arguments):
    with tempfile.TemporaryDirectory(prefix="opentrusteval-pip-") as folder:
        progress = Progress(name, pathlib.Path(folder))
        pip = subprocess.Popen([sys.executable, "-m", "pip", *arguments, "--progress-bar", "off"], bufsize=0,
                               stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": folder})
        told = time.monotonic()
        while True:
            ready, _, _ = select.select([pip.stdout], [], [], EVERY)
            if ready:
                line = pip.stdout.readline()
                if not line:
                    return pip.wait()
                progress.read(line)
            if not ready or time.monotonic() - told > EVERY:
                progress.tell()
                told = time.monotonic()


def main():
    name, *arguments = sys.argv[1:]
    arguments.append("--disable-pip-version-check")
    if sys.stderr.isatty():
        os.dup2(2, 1)
        os.execv(sys.executable, [sys.executable, "-m", "pip", *arguments])
    try:
        sys.exit(follow(name, arguments))
    except KeyboardInterrupt:
        sys.exit(130)


main()
