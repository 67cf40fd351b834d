"""`ote serve` from an installed tree on a home of its own, and its API as a program uses it."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

PASSWORD = "a long enough password"
DIST = pathlib.Path(os.environ.get("OTE_DIST", "dist"))
FIXTURES = pathlib.Path(os.environ.get("OTE_FIXTURES", ".build/fixtures/plugins"))
SOURCES = pathlib.Path(__file__).resolve().parents[2]
OWN = ("local-files", "expectations", "duckdb")


class Refused(Exception):
    """An answer that is no success: `status`, and the problem's JSON as `body`."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Served:
    """A running host. `link` is the one-time sign-in link that it printed."""

    def __init__(self, *plugins, options=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ote-browser-"))
        self.plugin_folder = self.folder / "plugins"
        self.plugin_folder.mkdir()
        self.environment = {
            **os.environ, "OTE_HOME": str(self.folder / "home"), "OTE_MANIFESTS": str(self.folder / "manifests"),
            "OTE_BACKTRACE": "off",
        }
        for name in plugins:
            self.enable(name)
        self.port = "0"
        self.options = [
            "--plugins", str(DIST / "plugins"), "--plugins", str(self.plugin_folder), *options,
        ]
        self.token = None
        # By name: what a browser's requests carry. `take_over` and `add_person` fill it.
        self.sessions = {}
        self._start()
        self.port = self.address.rpartition(":")[2]

    def enable(self, name):
        self.enable_folder(DIST / "plugins" / name if name in OWN else FIXTURES / name)

    def enable_folder(self, folder):
        subprocess.run([DIST / "bin/ote", "plugins", "enable", folder], env=self.environment, check=True, capture_output=True)

    def _start(self):
        self.log = open(self.folder / "serve.log", "ab")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", DIST / "bin/ote", "serve", "--new-link", "--port", self.port, *self.options], cwd=SOURCES, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True)
        for line in self.process.stdout:
            if found := re.search(r"((http://[^/]+)/welcome#\S+)", line):
                self.link, self.address = found.groups()
                return
        raise RuntimeError("the host did not start: " + (self.folder / "serve.log").read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()

    def start_again(self):
        """At the same address."""
        self._start()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- the API

    def ask(self, method, path, body=None, headers=None, token=None):
        """The answer's JSON. A refusal is raised."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/api/v1{path}", data=data, method=method)
        request.add_header("Content-Type", "application/octet-stream" if isinstance(body, bytes) else "application/json")
        secret = token or self.token
        if secret:
            request.add_header("Authorization", f"Bearer {secret}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as refusal:
            text = refusal.read().decode()
            raise Refused(refusal.code, json.loads(text) if text.startswith("{") else text) from None

    def use_link(self, link, password=PASSWORD):
        """Signs in with a one-time link: the answer's cookie as a header, and the CSRF token."""
        request = urllib.request.Request(
            f"{self.address}/api/v1/session/link", method="POST", headers={"Content-Type": "application/json"},
            data=json.dumps({"token": link.partition("#")[2], "password": password}).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
            return {"Cookie": cookie, "X-CSRF-Token": json.load(answer)["csrf"]}

    def take_over(self):
        """Uses the first admin's link and keeps a token for `ask`."""
        session = self.sessions["admin"] = self.use_link(self.link)
        made = self.ask("POST", "/tokens", {"title": "browser tests", "role": "admin"}, headers=session)
        self.token = made["secret"]

    def add_person(self, name, role=None, title=None):
        made = self.ask("POST", "/users", {"name": name, "title": title or name.capitalize()})
        if role:
            self.ask("PUT", f"/projects/default/members/{name}", {"role": role})
        self.sessions[name] = self.use_link(made["link"])

    def save(self, document, message=None):
        return self.ask("POST", "/pipelines", {"project": "default", "document": document, **({"message": message} if message else {})})

    def save_again(self, name, document, message=None):
        return self.change("PUT", f"/pipelines/{name}", {"document": document, **({"message": message} if message else {})})

    def change(self, method, path, body):
        """Changes whatever is there now."""
        request = urllib.request.Request(f"{self.address}/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return self.ask(method, path, body, {"If-Match": answer.headers["ETag"]})

    def start(self, pipeline):
        return self.ask("POST", f"/pipelines/{pipeline}/runs", {})["run"]

    def finished(self, run):
        """The run once it has ended: the event stream tells when."""
        for event in self.events(f"types=run.&subject={run}&after=0"):
            if event["type"] == "run.finished":
                return self.ask("GET", f"/runs/{run}")
        raise RuntimeError(f"the stream of {run} ended before the run")

    def run(self, pipeline):
        return self.finished(self.start(pipeline))

    def events(self, query):
        request = urllib.request.Request(f"{self.address}/api/v1/events?{query}", headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=60) as stream:
            for line in stream:
                if line.startswith(b"data:"):
                    yield json.loads(line[5:])

    def cancel(self, run):
        try:
            self.ask("POST", f"/runs/{run}/cancel")
        except Refused as refusal:
            if refusal.status != 409:
                raise
