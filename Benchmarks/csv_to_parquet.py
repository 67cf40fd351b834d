"""csv-to-parquet: orders per day and country out of a large CSV file into Parquet: our pipeline, DuckDB, polars.

DuckDB is one native query through the very libduckdb.so that our plugin loads, from a small C program: importing the
duckdb package into Python would cost CPU that has nothing to do with the job, and would flatter us. polars comes twice:
finding the time format by itself, as the other two do, and with the format written down by hand.
"""

import measure
import workspace

NAME = "csv-to-parquet"
ROWS, ROUNDS = 10_000_000, 5
LIMITS = {"cpu_to_duckdb": 1.10, "cpu_to_polars": 0.6, "peak_mb": 400}
QUERY = """SELECT date_trunc('day', ordered_at) AS day, country, count(*) AS orders, sum(amount) AS amount
FROM {table} WHERE status = 'paid' AND amount >= 100 GROUP BY ALL"""


def nodes(csv, middle=()):
    """files -> read -> [middle ...] -> sql -> dataset"""
    found = {
        "files": {"use": "local-files/source", "with": {"path": str(csv)}},
        "events": {"use": "duckdb/read", "in": "files"},
    }
    last = "events"
    for number, use in enumerate(middle, 1):
        found[f"middle{number}"] = {"use": use, "in": last}
        last = f"middle{number}"
    found["totals"] = {"use": "duckdb/sql", "in": {"events": last}, "with": {"query": QUERY.format(table="events")}}
    found["publish"] = {"use": "duckdb/dataset", "in": "totals", "with": {"name": "totals"}}
    return found


def native_command(csv, out):
    query = QUERY.format(table=f"read_csv('{csv}')")
    return [workspace.native_duckdb(), workspace.libduckdb(), f"COPY ({query}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)"]


def published(folder):
    """A Parquet file that the pipeline has published: the store names files by digest, so they are known by their magic."""
    for file in (folder / "store").rglob("*"):
        if file.is_file() and not file.is_symlink():
            with open(file, "rb") as content:
                if content.read(4) == b"PAR1":
                    return file
    raise workspace.Failure("the pipeline published no Parquet file")


def run(rows, rounds):
    csv, python = workspace.events(rows), workspace.python()
    with workspace.store() as (folder, env):
        document = workspace.pipeline(folder, NAME, nodes(csv))
        log, native_out, polars_out = folder / "log", folder / "native.parquet", folder / "polars.parquet"
        native = native_command(csv, native_out)

        def polars(mode):
            command = [python, workspace.PEERS / "polars_query.py", mode, csv, polars_out]
            return lambda: measure.run(command, log, {"POLARS_MAX_THREADS": "2"})

        contenders = {
            "ote": lambda: measure.run([workspace.OTE, "run", document, "--json"], log, env),
            "duckdb": lambda: measure.run(native, log),
            "polars": polars("detect"),
            "polars, format given": polars("given"),
            "import polars": lambda: measure.run([python, "-c", "import polars"], log),
        }
        samples = measure.interleaved(contenders, rounds)
        groups = workspace.output_of(python, workspace.PEERS / "compare.py", native_out, polars_out, published(folder))
    result = {
        "benchmark": NAME, "rows": rows, "csv_mb": round(csv.stat().st_size / 1e6, 1), "rounds": rounds,
        "result_rows": int(groups),
        "ratios": {
            "cpu_to_duckdb": round(measure.ratio(samples, "ote", "duckdb"), 3),
            "cpu_to_polars": round(measure.ratio(samples, "ote", "polars"), 3),
            "cpu_to_polars_format_given": round(measure.ratio(samples, "ote", "polars, format given"), 3),
        },
        "peak_mb": round(max(s.peak_mb for s in samples["ote"]), 1),
        "limits": LIMITS, "medians": measure.medians(samples), "samples": measure.raw(samples),
        "versions": workspace.versions(), "machine": workspace.machine(),
    }
    result["within_limits"] = (result["ratios"]["cpu_to_duckdb"] <= LIMITS["cpu_to_duckdb"]
                               and result["ratios"]["cpu_to_polars"] <= LIMITS["cpu_to_polars"]
                               and result["peak_mb"] < LIMITS["peak_mb"])
    return result


def table(result):
    rows = [[name, f"{m['cpu_s']:.2f}", f"{m['wall_s']:.2f}", f"{m['peak_mb']:.0f}"] for name, m in result["medians"].items()]
    ratios = result["ratios"]
    return "\n".join([
        workspace.table(
            f"{NAME}: {result['rows']:,} rows, {result['csv_mb']} MB of CSV, 2 threads, medians of {result['rounds']} rounds",
            ["", "CPU s", "wall s", "peak MB"], rows), "",
        f"CPU to one native DuckDB query  {ratios['cpu_to_duckdb']:.2f}   (limit {LIMITS['cpu_to_duckdb']:.2f})",
        f"CPU to polars                   {ratios['cpu_to_polars']:.2f}   (limit {LIMITS['cpu_to_polars']:.2f})",
        f"CPU to polars, format given     {ratios['cpu_to_polars_format_given']:.2f}",
        f"largest process of ours         {result['peak_mb']:.0f} MB (limit {LIMITS['peak_mb']} MB)",
    ])
