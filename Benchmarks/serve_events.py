"""serve-events: 1,000 readers of the event stream while pipelines run; each has to get every event."""
import asyncio
import contextlib
import pathlib
import re
import resource
import sqlite3
import time

import served
import workspace

NAME = "serve-events"
# ROWS: readers. ROUNDS: runs while they read.
ROWS, ROUNDS = 1000, 20
WAIT_SECONDS = 120
LIMITS = {"lost": 1, "peak_mb": 120}


class Reader(asyncio.Protocol):
    """Keeps all bytes: what they say is looked at when the runs are over."""

    def __init__(self, request):
        self.request, self.bytes, self.is_open = request, bytearray(), False

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data):
        self.bytes += data

    def has(self, mark):
        return self.bytes.find(mark, max(0, len(self.bytes) - 65536)) >= 0

    def ids(self):
        head, _, rest = bytes(self.bytes).partition(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise workspace.Failure(f"a reader was refused: {head.decode(errors='replace')}")
        body = b""
        while rest:  # chunked
            size, _, rest = rest.partition(b"\r\n")
            body, rest = body + rest[:int(size, 16)], rest[int(size, 16) + 2:]
        return [int(found) for found in re.findall(rb"^id: (\d+)$", body, re.M)]


def run(rows, rounds):
    # Each reader is a socket here and one there.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, rows + 256)), hard))
    with served.host() as host:
        pipelines = served.fill_runs(host, 0)
        host.run(pipelines[0])
        first, readers, seconds = asyncio.run(follow(host, rows, pipelines, rounds))
        peak = peak_mb(host.pid)
        with contextlib.closing(sqlite3.connect(host.folder / "store" / "metadata.sqlite")) as store:
            written = [row[0] for row in store.execute(
                "SELECT id FROM event WHERE id > ? AND (user IS NULL OR user = 'admin') ORDER BY id", (first,))]
        # Afterwards others may have been written: what counts is all up to the last run's end.
        last = max(readers[0].ids())
        expected = [number for number in written if number <= last]
        lost = doubled = 0
        for reader in readers:
            got = [number for number in reader.ids() if number <= last]
            lost += len(set(expected) - set(got))
            doubled += len(got) - len(set(got))
    result = {
        "benchmark": NAME, "rows": rows, "rounds": rounds, "events": len(expected), "delivered": len(expected) * rows - lost,
        "lost": lost, "doubled": doubled, "seconds": round(seconds, 2), "peak_mb": round(peak, 1), "limits": LIMITS,
        "machine": workspace.machine(),
    }
    result["within_limits"] = all(result[key] < limit for key, limit in LIMITS.items()) and doubled == 0 and len(expected) > rounds
    return result


async def follow(host, count, pipelines, rounds):
    """Opens the readers, runs the pipelines, and waits until each reader has the end of the last run."""
    loop = asyncio.get_running_loop()
    request = (f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {host.token}\r\n\r\n").encode()
    readers = []
    for _ in range(count):
        _, reader = await loop.create_connection(lambda: Reader(request), "127.0.0.1", host.port)
        readers.append(reader)
    await until(lambda: all(reader.has(b": follows from ") for reader in readers), "a reader was not taken")
    first = max(int(re.search(rb": follows from (\d+)", reader.bytes)[1]) for reader in readers)
    began = time.monotonic()
    runs = [await asyncio.to_thread(host.expect, 202, "POST", f"/pipelines/{pipelines[number % len(pipelines)]}/runs", {})
            for number in range(rounds)]
    await asyncio.to_thread(lambda: [host.finished(run["run"]) for run in runs])
    with contextlib.closing(sqlite3.connect(host.folder / "store" / "metadata.sqlite")) as store:
        last = store.execute("SELECT max(id) FROM event WHERE type = 'run.finished'").fetchone()[0]
    await until(lambda: all(reader.has(b"id: %d\n" % last) for reader in readers), "a reader did not get the end of the last run")
    seconds = time.monotonic() - began
    for reader in readers:
        reader.transport.abort()
    return first, readers, seconds


async def until(condition, otherwise):
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise workspace.Failure(f"{otherwise} within {WAIT_SECONDS} s")
        await asyncio.sleep(0.05)


def peak_mb(pid):
    return int(re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) * 1024 / 1e6


def table(result):
    return "\n".join([
        f"{NAME}: {result['rows']:,} readers, {result['rounds']} runs, {result['events']} events in {result['seconds']} s", "",
        f"delivered  {result['delivered']:,} events", f"lost       {result['lost']} (limit: none)",
        f"doubled    {result['doubled']} (limit: none)",
        f"memory     {result['peak_mb']} MB at most since the start (limit {LIMITS['peak_mb']})",
    ])
