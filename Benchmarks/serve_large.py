"""serve-large: the first page of 200,000 runs, by every filter, and of a dataset of 10 million rows."""
import os
import pathlib
import statistics
import time

import served
import workspace

NAME = "serve-large"
# ROWS: of the dataset. ROUNDS: first pages of each kind.
ROWS, ROUNDS = 10_000_000, 20
RUNS = 200_000
SORTED_ROUNDS = 3
LIMIT_MS = 100
ROW = """SELECT range AS id, (range * 7919) % 100000 AS customer, ['DE', 'FR', 'PL', 'IT'][1 + range % 4] AS country,
  (range % 10000) / 100.0 AS amount, TIMESTAMP '2020-01-01' + to_seconds(range) AS at FROM range({rows})"""
LISTS = {
    "runs": "", "runs, failed": "&status=failed", "runs of a pipeline": "&pipeline=nightly-07",
    "runs of a pipeline, failed": "&pipeline=nightly-07&status=failed", "runs by a schedule": "&cause=schedule",
    "runs by text": "&q=nightly-1", "runs by status that none has": "&status=cancelled",
    "runs by cause that none has": "&cause=upload", "runs by text that none has": "&q=nowhere",
    "runs of a pipeline, cause that none has": "&pipeline=nightly-07&cause=upload",
}


def run(rows, rounds):
    with served.host() as host:
        served.fill_runs(host, RUNS)
        host.save("large", {"rows": {"use": "duckdb/sql", "with": {"query": ROW.format(rows=rows)}},
                            "publish": {"use": "duckdb/dataset", "in": "rows", "with": {"name": "large"}}})
        ended = host.run("large", seconds=600)
        if ended["status"] != "succeeded":
            raise workspace.Failure(f"the large dataset was not made: {ended['problems']}")
        samples = {name: [] for name in [*LISTS, "rows", "rows, sorted"]}
        middle = served.run_ids(RUNS)[RUNS // 2]
        began = worker_cpu_ms(host.pid)
        for number in range(rounds):
            # Another page size each time: no answer is one that was kept.
            for name, query in LISTS.items():
                samples[name].append(page(host, f"/runs?limit={50 - number % 40}{query}"))
            samples.setdefault("runs from the middle", []).append(page(host, f"/runs?limit={50 - number % 40}&cursor={middle}"))
            samples["rows"].append(page(host, f"/datasets/large/versions/1/rows?limit={100 - number % 90}"))
        cpu = (worker_cpu_ms(host.pid) - began) / rounds
        for number in range(SORTED_ROUNDS):
            samples["rows, sorted"].append(page(host, f"/datasets/large/versions/1/rows?limit={100 - number}&sort=-amount"))
    medians = {name: round(statistics.median(taken), 1) for name, taken in samples.items()}
    lists = [name for name in medians if name.startswith("runs")]
    result = {
        "benchmark": NAME, "rows": rows, "runs": RUNS, "rounds": rounds, "medians_ms": medians,
        "largest_ms": {name: round(max(taken), 1) for name, taken in samples.items()},
        "runs_ms": max(medians[name] for name in lists), "rows_ms": medians["rows"],
        "rows_worker_cpu_ms": round(cpu, 1),
        "limits": {"runs_ms": LIMIT_MS, "rows_ms": LIMIT_MS}, "samples": samples, "machine": workspace.machine(),
    }
    result["within_limits"] = all(result[key] < limit for key, limit in result["limits"].items())
    return result


def worker_cpu_ms(pid):
    """Of the workers that the host has waited for: each first page of rows has one."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) * 1000 / os.sysconf("SC_CLK_TCK")


def page(host, path):
    began = time.monotonic()
    host.expect(200, "GET", path)
    return (time.monotonic() - began) * 1000


def table(result):
    rows = [[name, f"{value:.1f}", f"{result['largest_ms'][name]:.1f}"] for name, value in result["medians_ms"].items()]
    return "\n".join([
        workspace.table(f"{NAME}: first page of {result['runs']:,} runs and of {result['rows']:,} rows, milliseconds",
                        ["", "median", "largest"], rows), "",
        f"slowest list of runs  {result['runs_ms']:.1f} ms (limit {LIMIT_MS})",
        f"rows of the dataset   {result['rows_ms']:.1f} ms (limit {LIMIT_MS}); its worker's CPU {result['rows_worker_cpu_ms']:.1f} ms",
    ])
