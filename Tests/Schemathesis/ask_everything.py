"""Starts a host with real data, and lets schemathesis loose on it. Exit status 0: it found nothing."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "Fixtures" / "host"))
from served_host import PASSWORD, ServedHost, Unexpected

FIXTURES = ROOT / ".build" / "fixtures" / "plugins"
# Not asked at all, and why.
LEFT_OUT = {"followEvents": "an answer without an end; ServeTests read it"}
# Asked, and never answered with what was asked for, and why.
NEVER_FOUND = {
    "startProviderSignIn": "no identity provider is set up; ProviderSignInTests have one",
    "endProviderSignIn": "no identity provider is set up",
    "readPluginIcon": "no plugin of the installed tree has an icon",
    "readPluginPanel": "no plugin of the installed tree has a panel",
}


ORDERS = """\
apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {name: NAME, title: Orders, labels: {team: tests}}
nodes:
  file: {use: local-files/source, with: {path: FOLDER, include: [orders.csv]}}
  orders: {use: duckdb/read, in: file}
  rules:
    use: expectations/check
    in: orders
    with:
      rules:
        - {rule: unique, columns: [id]}
        - {rule: range, column: amount, min: 0, severity: warn}
  publish: {use: duckdb/dataset, in: rules, with: {name: NAME}}
"""


SCORES = """\
apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {name: scores}
nodes:
  file: {use: local-files/source, with: {path: FOLDER, include: [orders.csv]}}
  orders: {use: duckdb/read, in: file}
  judged: {use: text-metrics/evaluate, in: orders, with: {prediction: country, references: [country], metrics: [exact_match]}}
  rows: {use: duckdb/dataset, in: judged.rows, with: {name: scored}}
"""


def scene(host):
    """Makes one of everything, and answers what the requests may name: a list for each kind of thing."""
    host.expect(201, "POST", "/projects", {"name": "lab", "title": "Lab"})
    runs = pipelines(host)
    uploads = files(host)
    models(host)
    connections(host)
    people(host)
    subjects = ["pipeline:orders", "pipeline:orders#rules", f"run:{runs[0]}", "dataset:orders", "dataset:lab-orders"]
    comments = [host.expect(201, "POST", "/comments", {"subject": subject, "text": "hello @visitor"})["id"]
                for subject in subjects]
    host.expect(204, "PUT", "/projects/default/secrets/key", {"value": "value of the key"})
    document = host.expect(200, "GET", "/pipelines/orders")["document"]
    return {
        "pipelines": ["orders", "lab-orders", "fails"], "versions": [1, 2], "runs": runs, "findings": [0, 1],
        "models": ["smollm", "gone"], "aliases": ["candidate", "old"], "connections": ["feed", "spare"], "uses": ["local-files/source"],
        "evaluations": [entry["id"] for entry in host.expect(200, "GET", "/evaluations")["items"]],
        "datasets": ["orders", "lab-orders", "new"], "uploads": uploads, "comments": comments,
        "plugins": ["duckdb", "expectations", "local-files"],
        "components": ["source", "folder", "check", "read", "table", "none"], "fields": ["/path", "/path/0", "/rules/0/column"],
        "users": ["visitor", "member"], "tokens": [token(host) for _ in range(3)], "projects": ["default", "lab"],
        "secrets": ["key"], "templates": ["flights", "orders"], "subjects": subjects,
        "sorts": ["id", "-amount,country", "none"],
        "filters": ['[{"column":"country","op":"=","value":"DE"}]', '[{"column":"amount","op":">","value":3}]',
                    '[{"column":"country","op":"is_null"}]', '[{"column":"id","op":"in","value":[1,2]}]',
                    '[{"op":1}]', "[1]", "{}"],
        "nodes": ["orders", "rules", "publish", "none"], "offsets": [0, 10, 1000], "cursors": ["orders", "1", runs[1]],
        "etags": [*(host.ask("GET", path)[1]["ETag"] for path in ("/pipelines/orders", "/datasets/orders")), "*"],
        "documents": [document, document.replace("orders", "other"), document.replace("duckdb/read", "duckdb/none"),
                      "nodes: [", "apiVersion: opentrusteval/v1\nkind: Pipeline\nmetadata: {name: empty}\nnodes: {}\n"],
        "passwords": [PASSWORD],
    }


def pipelines(host):
    """The ids of runs that succeeded, and of one whose plugin crashed."""
    data = host.folder / "data"
    data.mkdir()
    rows = "".join(f"{n},{['DE', 'FR', 'PL'][n % 3]},{n * 7 % 50 - 5}\n" for n in range(400))
    (data / "orders.csv").write_text("id,country,amount\n" + rows)
    for name, project in (("orders", "default"), ("lab-orders", "lab")):
        host.save_text(ORDERS.replace("NAME", name).replace("FOLDER", str(data)), project)
    publish = {"use": "duckdb/dataset", "in": "rows", "with": {"name": "never"}}
    host.save("fails", {"rows": {"use": "segfault/source", "with": {"rows": 100_000}}, "publish": publish})
    host.save("endless", {"rows": {"use": "slow-source/source", "with": {"rows": -1}}, "publish": publish})
    runs = [host.run(name) for name in ("orders", "orders", "lab-orders", "fails")]
    if [run["status"] for run in runs] != ["succeeded", "succeeded", "succeeded", "failed"]:
        raise Unexpected(f"the runs of the scene ended as {[run['status'] for run in runs]}: {runs[0]['problems']}")
    return [run["run"] for run in runs]


def models(host):
    """A model with two versions, one that may go, and two evaluations. An alias that nobody knows keeps the two there."""
    for name in ("smollm", "smollm", "gone"):
        (host.folder / name).mkdir(exist_ok=True)
        train = {"use": "registers-models/sink", "in": "rows", "with": {"path": str(host.folder / name / name)}}
        if name not in [entry["name"] for entry in host.expect(200, "GET", "/pipelines")["items"]]:
            host.save(name, {"rows": {"use": "slow-source/source", "with": {"rows": 10}}, "train": train})
        if host.run(name)["status"] != "succeeded":
            raise Unexpected(f"{name} was not registered")
    for alias, version in (("kept", 1), ("kept-too", 2), ("candidate", 2), ("old", 1)):
        host.expect(200, "PUT", f"/models/smollm/aliases/{alias}", {"version": version})
    host.save_text(SCORES.replace("FOLDER", str(host.folder / "data")), "default")
    for _ in range(2):
        if host.run("scores")["status"] != "succeeded":
            raise Unexpected("nothing was evaluated")


def connections(host):
    """One with a history, which a pipeline names, and one that may go."""
    config = {"path": str(host.folder / "data"), "include": ["*.csv"]}
    for name in ("feed", "feed", "spare"):
        host.expect(200, "PUT", f"/projects/default/connections/{name}", {"use": "local-files/source", "config": config})
    publish = {"use": "duckdb/dataset", "in": "rows", "with": {"name": "fed"}}
    host.save("fed", {"files": {"use": "local-files/source", "connection": "feed"}, "rows": {"use": "duckdb/read", "in": "files"},
                      "publish": publish})


def files(host):
    """The ids of uploads that are complete, and of one that waits for its four bytes."""
    csv = b"id,name\n" + b"".join(b"%d,name %d\n" % (n, n) for n in range(50))
    uploads = []
    for _ in range(3):
        upload = host.expect(201, "POST", "/uploads", {"project": "default", "name": "names.csv", "bytes": len(csv)})["id"]
        host.expect(200, "PATCH", f"/uploads/{upload}?offset=0", csv)
        host.expect(200, "POST", f"/uploads/{upload}/complete", {})
        uploads.append(upload)
    return [*uploads, host.expect(201, "POST", "/uploads", {"project": "lab", "name": "more.csv", "bytes": 4})["id"]]


def people(host):
    for name in ("visitor", "leaver", "member"):
        host.use_link(host.expect(201, "POST", "/users", {"name": name})["link"])
    host.expect(200, "PUT", "/projects/lab/members/member", {"role": "editor"})


def token(host):
    body = {"title": "spare", "role": "viewer"}
    return host.expect(201, "POST", "/tokens", body, headers=host.session.headers)["token"]["id"]


def examples(host, names):
    """For operations that hardly any made-up request gets through: one that has to work. Values by operation and name."""
    manifest = "/plugins/local-files/manifest"
    link = host.expect(201, "POST", "/users/member/link")["link"].rpartition("#")[2]
    # A browser that a provider sends here is sent on to the sign-in page, with the refusal in the address.
    sent_on = host.ask("GET", "/session/providers/none/callback", headers={"Accept": "text/html"})[1]["Location"]
    endless = host.expect(202, "POST", "/pipelines/endless/runs", {})["run"]
    source = {"plugin": "local-files", "component": "source"}
    folder = {"project": "default", "config": {"path": str(host.folder / "data"), "include": ["*.csv"]}}
    fresh = host.expect(200, "GET", "/pipelines/orders")["document"].replace("name: orders", "name: fresh")
    connected = {"use": "local-files/source", "config": folder["config"]}
    return {
        "createPipeline": {"body": {"project": "default", "document": fresh}},
        # Of a node that remembers nothing there is nothing to forget.
        "forgetState": {"pipeline": "orders"},
        "listOptions": {**source, "body": {**folder, "field": "/path"}},
        "testComponent": {**source, "body": folder},
        "removeModelVersion": {"model": "gone", "version": 1},
        "setModelAlias": {"model": "smollm", "alias": "candidate", "body": {"version": 1}},
        "removeModelAlias": {"model": "smollm", "alias": "old"},
        "compareModels": {"model": "smollm", "from": 1, "to": 2},
        "saveConnection": {"project": "default", "connection": "feed", "body": connected},
        "testConnection": {"body": {"project": "default", **connected}},
        **{name: {"project": "default", "connection": "feed"} for name in ("readConnection", "checkConnection")},
        "rollbackConnection": {"project": "default", "connection": "feed", "body": {"revision": 1}},
        "removeConnection": {"project": "default", "connection": "spare"},
        "explainSchedule": {"body": {"schedule": {"cron": "0 6 * * *", "timezone": "Europe/Berlin"}}},
        "proposeQualityEdit": {"body": {"dataset": "orders", "rules": [{"rule": "not_null", "column": "country"}]}},
        "signIn": {"body": {"name": "visitor", "password": PASSWORD}},
        "useSignInLink": {"body": {"token": link, "password": PASSWORD}},
        "readSignInRefusal": {"refusal": sent_on.partition("refusal=")[2]},
        "changePassword": {"body": {"current": PASSWORD, "password": "quite another password"}},
        "cancelRun": {"run": endless},
        "readCrash": {"run": names["runs"][-1], "attempt": 1},
        "appendUpload": {"upload": names["uploads"][-1], "offset": 0, "body": "abcd"},
        "saveManifest": {"plugin": "local-files", "If-Match": host.ask("GET", manifest)[1]["ETag"],
                         "body": {"text": host.expect(200, "GET", manifest)["text"]}},
    }


def with_examples(document, wanted):
    """The document with our values as its examples: schemathesis asks those first."""
    for path in document["paths"].values():
        for operation in path.values():
            values = wanted.get(operation.get("operationId")) if isinstance(operation, dict) else None
            if not values:
                continue
            parameters = [resolved(document, parameter) for parameter in path.get("parameters", []) + operation.get("parameters", [])]
            operation["parameters"] = [
                {**parameter, "example": values[parameter["name"]]} if parameter["name"] in values else parameter
                for parameter in parameters]
            if "body" in values:
                operation["requestBody"] = resolved(document, operation["requestBody"])
                for media in operation["requestBody"]["content"].values():
                    media["example"] = values["body"]
    return document


def resolved(document, part):
    while "$ref" in part:
        part, names = document, part["$ref"].removeprefix("#/").split("/")
        for name in names:
            part = part[name]
    return dict(part)


def configuration(values):
    """The dictionaries in TOML: its strings and numbers are written as JSON's."""
    return "\n[dictionaries]\n" + "".join(f"{name} = {{values = {json.dumps(found)}}}\n" for name, found in values.items())


def unanswered(document, answers):
    """Operations that never answered as they do when all is well: their answers' shapes were not looked at."""
    for path in document["paths"].values():
        for operation in path.values():
            name = operation.get("operationId") if isinstance(operation, dict) else None
            if name is None or name in LEFT_OUT or name in NEVER_FOUND:
                continue
            if not any(status.startswith("2") for status in answers.get(name, {})):
                yield f"{name} never succeeded: {answers.get(name, 'it was not asked')}"


def main(dist, junit=None):
    if not FIXTURES.is_dir():
        raise Unexpected("there are no plugins of the tests yet; run Tests/Fixtures/Plugins/build.sh .build/fixtures/plugins")
    plugins = [FIXTURES / "segfault", FIXTURES / "slow-source", FIXTURES / "registers-models"]
    with ServedHost(dist, plugins=plugins) as host, tempfile.TemporaryDirectory() as name:
        names = scene(host)
        told = {"session": host.session.headers, "spare_sessions": [host.sign_in("leaver").headers for _ in range(5)],
                "answers": f"{name}/answers.json"}
        folder = pathlib.Path(name)
        (folder / "schemathesis.toml").write_text((HERE / "schemathesis.toml").read_text() + configuration(names))
        document = with_examples(host.expect(200, "GET", "/openapi.json"), examples(host, names))
        (folder / "openapi.json").write_text(json.dumps(document))
        words = [pathlib.Path(sys.executable).parent / "schemathesis", "--config-file", folder / "schemathesis.toml", "run",
                 folder / "openapi.json", "--url", f"http://127.0.0.1:{host.port}/api/v1"]
        for operation in LEFT_OUT:
            words += ["--exclude-operation-id", operation]
        if junit:
            words += ["--report", "junit", "--report-junit-path", pathlib.Path(junit).resolve()]
        env = {**os.environ, "OTE_SCENE": json.dumps(told), "PYTHONPATH": str(HERE)}
        status = subprocess.run([str(word) for word in words], cwd=folder, env=env).returncode
        answers = json.loads((folder / "answers.json").read_text())
        missed = list(unanswered(document, answers))
        asked = sum(sum(counts.values()) for counts in answers.values())
        failed = status or (1 if missed else 0)
        # Before what was missed, which has to be found at the end of a long log.
        if failed:
            print("the host said:\n" + (host.folder / "serve.log").read_text(), file=sys.stderr, flush=True)
        print("\n".join([*missed, f"{asked} requests to {len(answers)} operations; not asked: {', '.join(LEFT_OUT)}; "
                                  f"without anything to find: {', '.join(NEVER_FOUND)}"]))
        return failed


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except Unexpected as fault:
        sys.exit(f"ask_everything: {fault}")
