"""A served host as the browser tests need it: with the plugins that a test names, and people who are signed in."""
import json
import os
import pathlib
import sys

SOURCES = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCES / "Tests" / "Fixtures" / "host"))
from served_host import PASSWORD, ServedHost

DIST = pathlib.Path(os.environ.get("OTE_DIST", "dist"))
FIXTURES = pathlib.Path(os.environ.get("OTE_FIXTURES", ".build/fixtures/plugins"))
STRANGERS = pathlib.Path(os.environ.get("OTE_STRANGERS", ".build/fixtures/strangers"))
OWN = ("local-files", "expectations", "duckdb", "fasttext", "generate", "text-metrics", "openai-compatible", "s3", "google-drive")


class Refused(Exception):
    """An answer that is no success: `status`, and the problem's JSON as `body`."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


def folder_of(plugin, dist):
    if plugin in OWN:
        return dist / "plugins" / plugin
    return STRANGERS / plugin if plugin == "parrot" else FIXTURES / plugin


class Served(ServedHost):
    """A running host. `link` is the one-time sign-in link that it printed."""

    cwd = SOURCES

    def __init__(self, *plugins, options=()):
        super().__init__(DIST, env={"OTE_BACKTRACE": "off"})
        self.plugin_folder = self.folder / "plugins"
        self.plugin_folder.mkdir()
        for name in plugins:
            self.enable_folder(folder_of(name, self.dist))
        self.options = ["--new-link", "--plugins", self.dist / "plugins", "--plugins", self.plugin_folder, *options]
        # By name: what a browser's requests carry. `take_over` and `add_person` fill it.
        self.sessions = {}
        self.start_again()

    def enable_folder(self, folder):
        self.ote("plugins", "enable", folder)

    def start_again(self):
        """At the same address."""
        path = self.start()
        self.address = f"http://127.0.0.1:{self.port}"
        self.link = self.address + path

    def close(self):
        self.__exit__()

    def add_model(self, name, voice, alias):
        """A version of a model that repeats words: `voice` comes before each answer."""
        bird = self.folder / f"{name}.words"
        bird.write_text(f"says {voice}")
        self.ote("models", "add", name, bird, "--format", "words", "--use", "parrot/model",
                 "--with", json.dumps({"voice": voice}), "--license", "apache-2.0", "--alias", alias)

    # ---- the API

    def call(self, method, path, body=None, headers=None, token=None):
        """The answer's JSON. A refusal is raised."""
        sent = headers if headers is not None else {"Authorization": f"Bearer {token or self.token}"}
        status, _, content = self.ask(method, path, body, sent)
        text = content.decode()
        if status >= 400:
            raise Refused(status, json.loads(text) if text.startswith("{") else text)
        return json.loads(text) if text else None

    def take_over(self):
        """Uses the first admin's link and keeps a token for requests."""
        session = self.sessions["admin"] = self.use_link(self.link)
        made = self.call("POST", "/tokens", {"title": "browser tests", "role": "admin"}, headers=session.headers)
        self.token = made["secret"]

    def add_person(self, name, role=None, title=None):
        made = self.call("POST", "/users", {"name": name, "title": title or name.capitalize()})
        if role:
            self.call("PUT", f"/projects/default/members/{name}", {"role": role})
        self.sessions[name] = self.use_link(made["link"])

    def save_again(self, name, document, message=None):
        return self.change("PUT", f"/pipelines/{name}", {"document": document, **({"message": message} if message else {})})

    def change(self, method, path, body):
        """Changes whatever is there now."""
        now = self.ask("GET", path)[1]["ETag"]
        return self.call(method, path, body, {"Authorization": f"Bearer {self.token}", "If-Match": now})

    def cancel(self, run):
        try:
            self.call("POST", f"/runs/{run}/cancel")
        except Refused as refusal:
            if refusal.status != 409:
                raise
