"""serve-start: from the start of `ote serve` to its first answer on a store that it knows, and what it holds at rest."""
import http.client
import contextlib
import statistics
import time

import mlflow_server
import served
import workspace

NAME = "serve-start"
# ROWS: runs in the store.
ROWS, ROUNDS = 200, 10
REST_SECONDS = 2
LIMITS = {"ready_ms": 300, "resident_mb": 80}


def run(rows, rounds):
    with served.host() as host:
        served.fill_runs(host, rows)
        starts, said, memory = [], [], []
        for _ in range(rounds):
            host.stop()
            began = time.monotonic()
            host.start()
            answer(host.port)
            starts.append((time.monotonic() - began) * 1000)
            said.append(host.ready_ms)
            time.sleep(REST_SECONDS)
            memory.append(host.resident_mb())
    peer = mlflow_server.MlflowServer(rows)
    with peer:
        theirs = {"ready_ms": round(peer.ready_ms, 1), "resident_mb": round(peer.resident_mb(), 1)}
    result = {
        "benchmark": NAME, "rows": rows, "rounds": rounds, "ready_ms": round(statistics.median(starts), 1),
        "ready_max_ms": round(max(starts), 1), "said_ms": statistics.median(said), "resident_mb": round(max(memory), 1),
        "mlflow": theirs, "limits": LIMITS, "samples": {"ready_ms": starts, "resident_mb": memory},
        "machine": workspace.machine(),
    }
    result["within_limits"] = all(result[key] < limit for key, limit in LIMITS.items())
    return result


def answer(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", "/readyz")
        if connection.getresponse().status != 200:
            raise workspace.Failure("/readyz says that the host is not ready")


def table(result):
    return "\n".join([
        f"{NAME}: {result['rows']:,} runs in the store, {result['rounds']} starts", "",
        f"exec to the first answer  {result['ready_ms']:.0f} ms median, {result['ready_max_ms']:.0f} ms at most (limit {LIMITS['ready_ms']})",
        f"as the host says it       {result['said_ms']:.0f} ms",
        f"resident at rest          {result['resident_mb']:.1f} MB (limit {LIMITS['resident_mb']})",
        f"MLflow, one start         {result['mlflow']['ready_ms']:,.0f} ms, {result['mlflow']['resident_mb']:,.0f} MB with its workers",
    ])
