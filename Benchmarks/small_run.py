"""small-run: from exec to exit of `ote run` on ten rows, worker and all: what a pipeline costs that has nothing to do."""
import statistics

import measure
import workspace

NAME = "small-run"
ROWS, ROUNDS = 10, 30
LIMITS = {"plain_ms": 60, "duckdb_ms": 250}


def run(rows, rounds):
    with workspace.store(workspace.fixtures() / "counter") as (folder, env):
        csv = folder / "numbers.csv"
        csv.write_text("id,name\n" + "".join(f"{number},name {number}\n" for number in range(rows)))
        numbers = {"use": "counter/numbers", "with": {"rows": rows}}
        files = {"use": "local-files/source", "with": {"path": str(csv)}}
        publish = {"use": "duckdb/dataset", "with": {"name": "numbers"}}
        documents = {
            "plain": {"numbers": numbers, "sink": {"use": "counter/null", "in": "numbers"}},
            "duckdb": {"files": files, "table": {"use": "duckdb/read", "in": "files"}, "publish": {**publish, "in": "table"}},
            "duckdb, two nodes": {"numbers": numbers, "publish": {**publish, "in": "numbers"}},
        }
        log = folder / "log"
        contenders = {"true": lambda: measure.run(["true"], log)}  # what measuring itself costs
        for name, nodes in documents.items():
            document = workspace.pipeline(folder, name.replace(", ", "-").replace(" ", "-"), nodes)
            contenders[name] = lambda document=document: measure.run([workspace.OTE, "run", document], log, env)
        samples = measure.interleaved(contenders, rounds)
    milliseconds = {}
    for name, taken in samples.items():
        walls = sorted(sample.wall * 1000 for sample in taken)
        milliseconds[name] = {
            "median": round(statistics.median(walls), 1), "min": round(walls[0], 1),
            "p95": round(walls[min(len(walls) - 1, int(len(walls) * 0.95))], 1),
            "cpu": round(statistics.median(sample.cpu * 1000 for sample in taken), 1),
        }
    result = {
        "benchmark": NAME, "rows": rows, "rounds": rounds,
        "plain_ms": milliseconds["plain"]["median"], "duckdb_ms": milliseconds["duckdb"]["median"],
        "milliseconds": milliseconds, "limits": LIMITS, "medians": measure.medians(samples),
        "samples": measure.raw(samples), "versions": workspace.versions(), "machine": workspace.machine(),
    }
    result["within_limits"] = all(result[key] < limit for key, limit in LIMITS.items())
    return result


def table(result):
    rows = [[name, *(f"{m[key]:.1f}" for key in ("median", "min", "p95", "cpu"))] for name, m in result["milliseconds"].items()]
    return "\n".join([
        workspace.table(f"{NAME}: ote run on {result['rows']} rows, exec to exit, {result['rounds']} runs, milliseconds",
                        ["", "median", "min", "p95", "CPU"], rows), "",
        f"plain C plugins  {result['plain_ms']:.1f} ms (limit {LIMITS['plain_ms']})",
        f"with duckdb      {result['duckdb_ms']:.1f} ms (limit {LIMITS['duckdb_ms']})",
    ])
