"""Runs a command and tells what it and all processes it waited for have used."""
import os
import statistics
import time

from workspace import Failure


class Sample:
    """CPU is user + system seconds of the whole process tree; peak_mb is its largest single process."""

    def __init__(self, cpu, wall, peak_mb):
        self.cpu, self.wall, self.peak_mb = cpu, wall, peak_mb

    def json(self):
        return {"cpu_s": round(self.cpu, 4), "wall_s": round(self.wall, 4), "peak_mb": round(self.peak_mb, 1)}


def run(argv, log, env=None):
    """posix_spawn and wait4, so that nothing of this program's own start is in the figures: wait4 answers the usage
    of the child with all descendants that were waited for, which ote does for its workers."""
    argv = [str(word) for word in argv]
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, str(log), flags, 0o644),
             (os.POSIX_SPAWN_DUP2, 1, 2)]
    environment = {**os.environ, **(env or {})}
    began = time.perf_counter()
    child = os.posix_spawnp(argv[0], argv, environment, file_actions=files)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - began
    if status != 0:
        tail = "".join(open(log, errors="replace").readlines()[-20:])
        raise Failure(f"exit {os.waitstatus_to_exitcode(status)}: {' '.join(argv)}\n{tail}")
    return Sample(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def interleaved(contenders, rounds):
    """One warm-up each, then `rounds` times all of them in turn, beginning with another one each time, so that a
    machine that speeds up or slows down does it to all. Answers {name: [Sample]}."""
    names = list(contenders)
    for name in names:
        contenders[name]()
    samples = {name: [] for name in names}
    for number in range(rounds):
        for position in range(len(names)):
            name = names[(number + position) % len(names)]
            samples[name].append(contenders[name]())
    return samples


def ratio(samples, name, other, of=lambda sample: sample.cpu):
    """The median of the rounds' ratios."""
    return statistics.median(of(a) / of(b) for a, b in zip(samples[name], samples[other]))


def medians(samples):
    return {
        name: {
            "cpu_s": round(statistics.median(s.cpu for s in taken), 4),
            "wall_s": round(statistics.median(s.wall for s in taken), 4),
            "peak_mb": round(max(s.peak_mb for s in taken), 1),
        }
        for name, taken in samples.items()
    }


def raw(samples):
    return {name: [sample.json() for sample in taken] for name, taken in samples.items()}
