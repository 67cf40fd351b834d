"""serve-load: 100, 500 and 1,000 clients at once on mixed read routes, and the list of runs beside MLflow's."""
import statistics

import mlflow_server
import served
import workspace

NAME = "serve-load"
# ROWS: runs in both stores. ROUNDS: each of so many seconds a contender.
ROWS, ROUNDS = 2000, 3
SECONDS = 8
# Each of MLflow's workers imports a good deal with its first answers.
WARM_SECONDS = 10
CLIENTS = (100, 500, 1000)
# More would measure MLflow's queue.
PEER_CLIENTS = 10
LIMITS = {"p99_ms_100": 100, "p99_ms_1000": 500, "errors": 1}


def run(rows, rounds):
    workspace.output_of("Scripts/setup-packages.sh", "benchmarks")
    with served.host() as host:
        pipelines = served.fill_runs(host, rows)
        host.run(pipelines[0])
        headers = {"Cookie": host.session.cookie}
        mixed = [("GET", f"/api/v1{path}", headers, None) for path in routes(pipelines, served.run_ids(rows))]
        runs = [("GET", "/api/v1/runs?limit=50", headers, None)]
        with mlflow_server.MlflowServer(rows) as peer:
            body = f'{{"experiment_ids": ["{peer.experiment}"], "max_results": 50}}'
            search = [("POST", "/api/2.0/mlflow/runs/search", {"Content-Type": "application/json"}, body)]
            contenders = {f"mixed, {clients} clients": (host.port, mixed, clients) for clients in CLIENTS}
            contenders["list of runs"] = (host.port, runs, PEER_CLIENTS)
            contenders["list of runs, MLflow"] = (peer.port, search, PEER_CLIENTS)
            samples = {name: [] for name in contenders}
            for port, requests in ((host.port, mixed), (peer.port, search)):
                served.load(port, requests, PEER_CLIENTS, WARM_SECONDS)
            names = list(contenders)
            for number in range(rounds):
                for position in range(len(names)):
                    name = names[(number + position) % len(names)]
                    port, requests, clients = contenders[name]
                    samples[name].append(served.load(port, requests, clients, SECONDS))
        memory = host.resident_mb()
    return summary(rows, rounds, samples, memory)


def routes(pipelines, runs):
    """What the pages of the UI read, about as often as they do: many different ones."""
    yield from ("/home", "/runs?limit=50", "/runs?limit=50&status=failed", "/runs?limit=50&cause=schedule", "/pipelines",
                "/datasets", "/datasets/numbers", "/datasets/numbers/versions/1", "/notifications", "/components", "/system",
                "/search?q=nightly", "/quality/trends", "/datasets/numbers/lineage")
    for number, pipeline in enumerate(pipelines):
        yield f"/runs?limit=50&pipeline={pipeline}"
        yield f"/pipelines/{pipeline}"
        yield f"/runs/{runs[number * len(runs) // len(pipelines)]}"


def summary(rows, rounds, samples, memory):
    medians = {
        name: {key: round(statistics.median(sample[key] for sample in taken), 2) for key in ("rate", "p50_ms", "p90_ms", "p99_ms")}
        | {"max_ms": max(sample["max_ms"] for sample in taken), "errors": sum(sum(sample["errors"].values()) for sample in taken)}
        for name, taken in samples.items()
    }
    ours, theirs = samples["list of runs"], samples["list of runs, MLflow"]
    result = {
        "benchmark": NAME, "rows": rows, "rounds": rounds, "seconds": SECONDS, "medians": medians,
        "p99_ms_100": medians["mixed, 100 clients"]["p99_ms"], "p99_ms_500": medians["mixed, 500 clients"]["p99_ms"],
        "p99_ms_1000": medians["mixed, 1000 clients"]["p99_ms"],
        "errors": sum(figures["errors"] for name, figures in medians.items() if "MLflow" not in name),
        "rate_to_mlflow": round(statistics.median(a["rate"] / b["rate"] for a, b in zip(ours, theirs)), 1),
        "p99_to_mlflow": round(statistics.median(a["p99_ms"] / b["p99_ms"] for a, b in zip(ours, theirs)), 3),
        "resident_mb": round(memory, 1), "limits": LIMITS, "samples": samples, "machine": workspace.machine(),
    }
    result["within_limits"] = all(result[key] < limit for key, limit in LIMITS.items())
    return result


def table(result):
    rows = [[name, *(f"{figures[key]:,.1f}" for key in ("rate", "p50_ms", "p90_ms", "p99_ms", "max_ms")), figures["errors"]]
            for name, figures in result["medians"].items()]
    return "\n".join([
        workspace.table(f"{NAME}: {result['rows']:,} runs, {result['rounds']} rounds of {result['seconds']} s, medians",
                        ["", "requests/s", "p50 ms", "p90 ms", "p99 ms", "max ms", "errors"], rows), "",
        f"p99 at 100 clients    {result['p99_ms_100']:.0f} ms (limit {LIMITS['p99_ms_100']})",
        f"p99 at 1,000 clients  {result['p99_ms_1000']:.0f} ms (limit {LIMITS['p99_ms_1000']})",
        f"errors                {result['errors']} (limit: none)",
        f"the list of runs      at {PEER_CLIENTS} clients {result['rate_to_mlflow']} times MLflow's rate, {result['p99_to_mlflow']} times its p99",
        f"memory of the host    {result['resident_mb']} MB",
    ])
