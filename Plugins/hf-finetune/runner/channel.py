"""The two pipes to the plugin: events go out as JSON lines, and the other one closes when we are to stop."""
import ctypes
import json
import math
import os
import select
import signal
import threading

LINE_MAX = 3500  # below PIPE_BUF, so that lines of several processes never mix
EVENTS, CONTROL = "OTE_TRAINER_EVENTS", "OTE_TRAINER_CONTROL"


def die_with_parent():
    """Nobody trains on for a plugin that is gone, not even where it went before this call."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    parent = os.environ.pop("OTE_TRAINER_PARENT", None)
    if parent and os.getppid() != int(parent):
        os.kill(os.getpid(), signal.SIGKILL)


def share():
    """Lets the processes that torchrun starts, which inherit no descriptors, open the same pipes by path."""
    for name in (EVENTS, CONTROL):
        if os.environ[name].isdigit():
            os.environ[name] = f"/proc/{os.getpid()}/fd/{os.environ[name]}"


def finite(value):
    """JSON has no NaN: what is not finite is not there."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    return [finite(item) for item in value] if isinstance(value, (list, tuple)) else value


class Channel:
    def __init__(self):
        self._events = self._open(EVENTS, os.O_WRONLY)
        self._control = self._open(CONTROL, os.O_RDONLY)
        self._lock = threading.Lock()
        self._poll = select.poll()
        self._poll.register(self._control, select.POLLIN | select.POLLHUP)

    @staticmethod
    def _open(name, mode):
        where = os.environ[name]
        return int(where) if where.isdigit() else os.open(where, mode | os.O_CLOEXEC)

    def send(self, event, **fields):
        line = json.dumps({"event": event, **finite(fields)}, allow_nan=False).encode()
        if len(line) > LINE_MAX and "words" in fields:
            fields["words"] = fields["words"][:1000] + " …"
            line = json.dumps({"event": event, **finite(fields)}, allow_nan=False).encode()
        with self._lock:
            rest = memoryview(line + b"\n")
            while rest:
                rest = rest[os.write(self._events, rest):]

    def is_cancelled(self):
        return bool(self._poll.poll(0))
