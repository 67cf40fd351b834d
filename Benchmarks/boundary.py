"""boundary: what it costs that a stranger's plugin stands in the middle of a pipeline.

1. csv-to-parquet with the C stage counter/pass between read and sql, so that nothing can fuse, next to the same
   pipeline without it.
2. The price of one edge for one batch: pipelines of counter/numbers -> pass x K -> counter/null for two K; the
   difference in CPU over the difference in K and the number of batches. It holds everything that an edge costs here:
   the call, the host's checks of the batch, its counters. K stages in C, then K stages in Swift through PluginKit.
3. The same job as 1 through a pipe of JSON lines between two Python processes, the way Singer taps and targets work.
"""
import shutil
import statistics

import csv_to_parquet
import measure
import workspace

NAME = "boundary"
ROWS, ROUNDS = 10_000_000, 3
LIMITS = {"cpu_singer_to_ote": 20}
SINGER_ROWS = 1_000_000  # its cost is the same for each row: no need to wait for ten times as many
STAGES, BATCHES = 16, 100_000
BATCH_ROWS = (1, 2048)


def swift_plugin():
    """Our pass-through stage in Swift, as a plugin folder."""
    folder = workspace.BUILD / "bench-pass"
    folder.mkdir(parents=True, exist_ok=True)
    workspace.output_of("swift", "build", "-c", "release", "--product", "bench-pass")
    for file in (workspace.ROOT / ".build/release/libbench-pass.so", workspace.ROOT / "Benchmarks/pass-plugin/plugin.toml"):
        shutil.copy(file, folder)
    return folder


def edge_nodes(use, stages, batches, batch_rows):
    found = {"numbers": {"use": "counter/numbers", "with": {"rows": batches * batch_rows, "batch_rows": batch_rows}}}
    last = "numbers"
    for number in range(1, stages + 1):
        found[f"pass{number}"] = {"use": use, "in": last}
        last = f"pass{number}"
    found["sink"] = {"use": "counter/null", "in": last}
    return found


def edge_costs(folder, env, rounds):
    """Nanoseconds of CPU for one batch over one more edge, per language and rows of a batch."""
    contenders, log = {}, folder / "log"
    for rows in BATCH_ROWS:
        for name, use, stages in (("none", "counter/pass", 0), ("c", "counter/pass", STAGES), ("swift", "bench-pass/pass", STAGES)):
            document = workspace.pipeline(folder, f"edge-{name}-{rows}", edge_nodes(use, stages, BATCHES, rows))
            contenders[name, rows] = lambda document=document: measure.run([workspace.OTE, "run", document, "--json"], log, env)
    samples = measure.interleaved(contenders, rounds)
    return {
        name: {
            str(rows): round(statistics.median(
                (much.cpu - none.cpu) / (STAGES * BATCHES) * 1e9
                for much, none in zip(samples[name, rows], samples["none", rows])), 1)
            for rows in BATCH_ROWS
        }
        for name in ("c", "swift")
    }, {f"{name}, {rows} rows": taken for (name, rows), taken in samples.items()}


def run(rows, rounds):
    csv = workspace.events(rows)
    singer_rows = min(rows, SINGER_ROWS)
    with workspace.store(workspace.fixtures() / "counter", swift_plugin()) as (folder, env):
        log, singer_out = folder / "log", folder / "singer.csv"
        fused = workspace.pipeline(folder, "fused", csv_to_parquet.nodes(csv))
        stranger = workspace.pipeline(folder, "stranger", csv_to_parquet.nodes(csv, ["counter/pass"]))
        singer = f"python3 '{workspace.PEERS}/singer_tap.py' '{csv}' {singer_rows} | python3 '{workspace.PEERS}/singer_target.py' '{singer_out}'"
        samples = measure.interleaved({
            "ote": lambda: measure.run([workspace.OTE, "run", fused, "--json"], log, env),
            "ote, stranger in the middle": lambda: measure.run([workspace.OTE, "run", stranger, "--json"], log, env),
            "singer pipe": lambda: measure.run(["bash", "-o", "pipefail", "-c", singer], log),
        }, rounds)
        edges, edge_samples = edge_costs(folder, env, rounds)
    scale = rows / singer_rows
    per_row = {
        "ote": statistics.median(s.cpu for s in samples["ote"]) / rows,
        "ote, stranger in the middle": statistics.median(s.cpu for s in samples["ote, stranger in the middle"]) / rows,
        "singer pipe": statistics.median(s.cpu for s in samples["singer pipe"]) / singer_rows,
    }
    singer_ratio = scale * measure.ratio(samples, "singer pipe", "ote, stranger in the middle")
    return {
        "benchmark": NAME, "rows": rows, "singer_rows": singer_rows, "rounds": rounds,
        "ratios": {
            "cpu_stranger_to_fused": round(measure.ratio(samples, "ote, stranger in the middle", "ote"), 3),
            "cpu_singer_to_ote": round(singer_ratio, 1),
        },
        "microseconds_cpu_per_row": {name: round(value * 1e6, 3) for name, value in per_row.items()},
        "edge_ns_per_batch": edges, "edge_stages": STAGES, "edge_batches": BATCHES,
        "limits": LIMITS, "within_limits": singer_ratio >= LIMITS["cpu_singer_to_ote"],
        "medians": measure.medians({**samples, **edge_samples}), "samples": measure.raw({**samples, **edge_samples}),
        "versions": workspace.versions(), "machine": workspace.machine(),
    }


def table(result):
    names = ["ote", "ote, stranger in the middle", "singer pipe"]
    rows = [[name, f"{result['medians'][name]['cpu_s']:.2f}",
             f"{result['singer_rows' if name == 'singer pipe' else 'rows']:,}",
             f"{result['microseconds_cpu_per_row'][name]:.2f}"] for name in names]
    edges = [[{"c": "C", "swift": "Swift"}[name], *(f"{cost[str(n)]:.0f}" for n in BATCH_ROWS)]
             for name, cost in result["edge_ns_per_batch"].items()]
    ratios = result["ratios"]
    return "\n".join([
        workspace.table(f"{NAME}: medians of {result['rounds']} rounds", ["", "CPU s", "rows", "us a row"], rows), "",
        f"a stranger in the middle costs  {ratios['cpu_stranger_to_fused']:.2f} times the CPU of the fused pipeline",
        f"the Singer pipe costs           {ratios['cpu_singer_to_ote']:.0f} times the CPU a row (at least {LIMITS['cpu_singer_to_ote']})", "",
        workspace.table("One batch over one edge, ns of CPU", ["stage in", *(f"{n:,} rows" for n in BATCH_ROWS)], edges),
    ])
