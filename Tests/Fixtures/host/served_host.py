"""`ote serve` from an installed tree, in a folder of its own, with its admin signed in. Standard library only."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import tempfile
import time

PASSWORD = "a long enough password"
START_SECONDS = 60
RUN_SECONDS = 120


class Unexpected(Exception):
    """An answer that was not the expected one; its text says which."""


class Session:
    """A signed-in browser: the cookie and what changes need beside it."""

    def __init__(self, cookie, csrf):
        self.cookie, self.csrf = cookie, csrf

    @property
    def headers(self):
        return {"Cookie": self.cookie, "X-CSRF-Token": self.csrf}


class ServedHost:
    """Use it in a `with`. `port`, `pid`, `ready_ms` (as the host says it), `session` of the admin, and `token`."""

    cwd = None  # Where the host runs: here.

    def __init__(self, dist, folder=None, options=(), env=None, plugins=()):
        """`plugins`: folders of plugins to enable beside those of the installed tree."""
        self.plugins = [pathlib.Path(plugin) for plugin in plugins]
        self.dist = pathlib.Path(dist).resolve()
        self._own = None if folder else tempfile.TemporaryDirectory(prefix="ote-served-")
        self.folder = pathlib.Path(folder or self._own.name)
        self.options = list(options)
        self.env = {**os.environ, "OTE_HOME": str(self.folder / "store"), "OTE_MANIFESTS": str(self.folder / "manifests"),
                    **(env or {})}
        self.port = self.ready_ms = self.process = self.session = self.token = None

    def __enter__(self):
        try:
            self._enable_plugins()
            link = self.start()
            if link:
                self.session = self.use_link(link)
                made = self.expect(201, "POST", "/tokens", {"title": "tests", "role": "admin"}, headers=self.session.headers)
                self.token = made["secret"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        if self._own:
            self._own.cleanup()

    # ---- the process

    def ote(self, *words):
        answer = subprocess.run([self.dist / "bin" / "ote", *map(str, words)], env=self.env, capture_output=True, text=True)
        if answer.returncode != 0:
            raise Unexpected(f"ote {' '.join(map(str, words))}: exit {answer.returncode}\n{answer.stdout}{answer.stderr}")
        return answer.stdout

    def _enable_plugins(self):
        """Manifests of its own, so that what a test does to them stays here."""
        manifests = self.folder / "manifests"
        if manifests.exists():
            return
        manifests.mkdir(parents=True)
        for plugin in [*sorted(path for path in (self.dist / "plugins").iterdir() if path.is_dir()), *self.plugins]:
            self.ote("plugins", "enable", plugin, "--manifests", manifests)

    def start(self):
        """Answers the path of the one-time sign-in link where one was printed. Another start takes the same port."""
        # All that it says goes into a file too, for whoever has to find out what went wrong.
        self.log = open(self.folder / "serve.log", "ab")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", self.dist / "bin" / "ote", "serve", "--port", str(self.port or 0), *self.options],
            cwd=self.cwd, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, start_new_session=True)
        said = b""
        until = time.monotonic() + START_SECONDS
        # The address and, at a first start, the link come in one piece.
        while not (found := re.search(rb"is at http://[^ ]*:(\d+)\s+\(ready in (\d+) ms\)\n", said)):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, until - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not piece:
                self.stop()
                raise Unexpected(f"ote serve did not start: {said.decode()}{(self.folder / 'serve.log').read_text()}")
            said += piece
        self.port, self.ready_ms = int(found[1]), int(found[2])
        link = re.search(rb"(/welcome#\S+)", said)
        return link[1].decode() if link else None

    def stop(self):
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Unexpected("ote serve did not end within 30 s of SIGTERM") from None
        finally:
            process.stdout.close()
            self.log.close()

    @property
    def pid(self):
        return self.process.pid

    def resident_mb(self):
        pages = int((pathlib.Path("/proc") / str(self.pid) / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    # ---- requests: paths are below /api/v1

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, bytes). `body` is JSON, or bytes as they are; without `headers` the admin's token asks."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = dict(headers if headers is not None else {"Authorization": f"Bearer {self.token}"})
        if isinstance(body, bytes):
            sent["Content-Type"] = "application/octet-stream"
        elif body is not None:
            body, sent["Content-Type"] = json.dumps(body), "application/json"
        with contextlib.closing(connection):
            connection.request(method, f"/api/v1{path}", body, sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def expect(self, status, method, path, body=None, headers=None):
        """The answer's JSON; None where it has no body."""
        got, _, content = self.ask(method, path, body, headers)
        if got != status:
            raise Unexpected(f"{method} {path}: {got} instead of {status}: {content.decode(errors='replace')}")
        return json.loads(content) if content else None

    def use_link(self, link, password=PASSWORD):
        token = link.rpartition("#")[2]
        return self._signed_in("/session/link", {"token": token, "password": password})

    def sign_in(self, name):
        return self._signed_in("/session", {"name": name, "password": PASSWORD})

    def _signed_in(self, path, body):
        status, headers, content = self.ask("POST", path, body, headers={})
        if status != 200:
            raise Unexpected(f"{path}: {status}: {content.decode(errors='replace')}")
        return Session(headers["Set-Cookie"].partition(";")[0], json.loads(content)["csrf"])

    # ---- pipelines; JSON is YAML

    def save(self, name, nodes, project="default"):
        document = {"apiVersion": "opentrusteval/v1", "kind": "Pipeline", "metadata": {"name": name}, "nodes": nodes}
        return self.save_text(json.dumps(document, indent=2), project)

    def save_text(self, document, project="default", message=None):
        words = {"message": message} if message else {}
        return self.expect(201, "POST", "/pipelines", {"project": project, "document": document, **words})

    def order(self, pipeline):
        """The number of the run that was ordered."""
        return self.expect(202, "POST", f"/pipelines/{pipeline}/runs", {})["run"]

    def run(self, pipeline, seconds=RUN_SECONDS):
        """Runs a saved pipeline to its end and answers the run."""
        return self.finished(self.order(pipeline), seconds)

    def finished(self, run, seconds=RUN_SECONDS):
        """The run once its event says that it has ended."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        with contextlib.closing(connection):
            connection.request("GET", f"/api/v1/events?types=run.finished&subject={run}&after=0",
                               headers={"Authorization": f"Bearer {self.token}"})
            stream = connection.getresponse()
            while not stream.readline().startswith(b"data: "):
                pass
        return self.expect(200, "GET", f"/runs/{run}")
