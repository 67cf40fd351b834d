"""MLflow's tracking server as the peer of `ote serve`: a store of its own, as many workers as there are cores."""
import contextlib
import http.client
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

import workspace

REQUIREMENTS = "requirements-mlflow.txt"
START_SECONDS = 120


class MlflowServer:
    """Use it in a `with`. `port`, `ready_ms` from the start of the process to its first healthy answer, `experiment`."""

    def __init__(self, runs):
        self.python = pathlib.Path(workspace.python(REQUIREMENTS))
        self._folder = tempfile.TemporaryDirectory(prefix="mlflow-peer-")
        self.uri = f"sqlite:///{self._folder.name}/mlflow.db"
        # Filled first: also a store that is only started is then up to date, as ours is.
        said = workspace.output_of(self.python, workspace.PEERS / "mlflow_runs.py", self.uri, runs, env=self._env())
        self.experiment = said.splitlines()[-1]
        self.process = None

    def _env(self):
        return {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "PYTHONWARNINGS": "ignore"}

    def __enter__(self):
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = [self.python.parent / "mlflow", "server", "--backend-store-uri", self.uri, "--host", "127.0.0.1", "--port",
                 self.port, "--workers", len(os.sched_getaffinity(0))]
        log = open(f"{self._folder.name}/log", "wb")
        began = time.monotonic()
        self.process = subprocess.Popen([str(word) for word in words], env={**os.environ, **self._env()}, stdout=log,
                                        stderr=subprocess.STDOUT, start_new_session=True, cwd=self._folder.name)
        while not self._is_healthy():
            if self.process.poll() is not None or time.monotonic() - began > START_SECONDS:
                text = pathlib.Path(f"{self._folder.name}/log").read_text()
                self.__exit__()
                raise workspace.Failure(f"mlflow server did not start:\n{text[-2000:]}")
            time.sleep(0.005)
        self.ready_ms = (time.monotonic() - began) * 1000
        return self

    def _is_healthy(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        return False

    def resident_mb(self):
        """Of the server and its workers, what is shared between them counted once for each."""
        total = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, ValueError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[3]) == self.process.pid:  # its session
                    total += int((stat.parent / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return total / 1e6

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self._folder.cleanup()
