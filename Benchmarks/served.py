"""What the serve-* benchmarks share: a served host from dist/, a store with many runs, and the load generator."""
import contextlib
import json
import pathlib
import re
import sqlite3
import sys

import workspace

sys.path.insert(0, str(workspace.ROOT / "Tests" / "Fixtures" / "host"))
from served_host import ServedHost, Unexpected

LOAD = pathlib.Path(__file__).resolve().parent / "peers" / "load.lua"
STATUSES = ["succeeded"] * 17 + ["failed"] * 2 + ["stopped"]
CAUSES = ["schedule", "api", None]
PIPELINES = 20


@contextlib.contextmanager
def host(*plugins, options=()):
    if not workspace.OTE.exists():
        raise workspace.Failure("there is no dist/bin/ote yet; run ./start --no-serve first")
    try:
        with ServedHost(workspace.ROOT / "dist", options=options, env={"LIBDUCKDB": workspace.libduckdb()}, plugins=plugins) as served:
            yield served
    except Unexpected as fault:
        raise workspace.Failure(str(fault)) from fault


def run_ids(count):
    return [f"0000000000000000000{number:07d}" for number in range(count)]


def fill_runs(served, count):
    """Writes `count` finished runs of twenty pipelines into the store, as if they had run; answers the pipelines."""
    names = [f"nightly-{number:02d}" for number in range(PIPELINES)]
    nodes = {"numbers": {"use": "duckdb/sql", "with": {"query": "SELECT 1 AS n"}},
             "publish": {"use": "duckdb/dataset", "in": "numbers", "with": {"name": "numbers"}}}
    for name in names:
        served.save(name, nodes)
    digest = served.expect(200, "GET", f"/pipelines/{names[0]}")["digest"]
    rows = ((run, names[number % PIPELINES], 1, digest, STATUSES[number % len(STATUSES)],
             f"2025-{1 + number // 20000 % 12:02d}-{1 + number // 700 % 28:02d}T{number // 30 % 24:02d}:{number % 60:02d}:00.000Z",
             12.5, 1, "{}", CAUSES[number % len(CAUSES)]) for number, run in enumerate(run_ids(count)))
    store = sqlite3.connect(served.folder / "store" / "metadata.sqlite", timeout=60)
    with contextlib.closing(store), store:
        store.executemany(
            "INSERT INTO run (id, pipeline, pipeline_version, pipeline_digest, status, started_at, seconds, attempts, parameters, cause) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return names


def load(port, requests, clients, seconds):
    """Each client sends the next request when it has its answer, on one connection. `requests`: [(method, path, headers,
    body)], taken in turn. Answers requests, errors by kind, rate, and percentiles in milliseconds."""
    steps = [{"method": method, "path": path, "headers": headers, "body": body} for method, path, headers, body in requests]
    script = LOAD.read_text() + "\n" + "".join(
        f"add({lua(step['method'])}, {lua(step['path'])}, {lua(step['headers'])}, {lua(step['body'])})\n" for step in steps)
    workspace.BUILD.mkdir(parents=True, exist_ok=True)
    file = workspace.BUILD / "load.lua"
    file.write_text(script)
    said = workspace.output_of("wrk", "--threads", 1, "--connections", clients, "--duration", f"{seconds}s", "--timeout", "30s",
                               "--script", file, f"http://127.0.0.1:{port}/")
    found = re.search(r"^RESULT (\{.*\})$", said, re.M)
    if not found:
        raise workspace.Failure(f"wrk answered no result:\n{said}")
    return json.loads(found[1])


def lua(value):
    """A value of JSON as Lua writes it."""
    if value is None:
        return "nil"
    if isinstance(value, dict):
        return "{" + ", ".join(f"[ {lua(name)} ] = {lua(item)}" for name, item in value.items()) + "}"
    return "[==[" + value + "]==]" if isinstance(value, str) else str(value)
