"""Where a benchmark finds its programs and keeps its files. Everything here is made on first use and then cached."""
import contextlib
import json
import os
import pathlib
import platform
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "Benchmarks" / "peers"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "opentrusteval" / "benchmarks"
BUILD = ROOT / ".build" / "benchmarks"
OTE = ROOT / "dist" / "bin" / "ote"
PLUGINS = ROOT / "dist" / "plugins"


class Failure(Exception):
    """Something a person has to look at; its text is all there is to say."""


def output_of(*argv, env=None):
    answer = subprocess.run([str(a) for a in argv], cwd=ROOT, capture_output=True, text=True, env={**os.environ, **(env or {})})
    if answer.returncode != 0:
        raise Failure(f"exit {answer.returncode}: {' '.join(map(str, argv))}\n{answer.stdout}{answer.stderr}")
    return answer.stdout.strip()


def python(requirements="requirements.txt"):
    """The python3 that has the peers, at pinned versions."""
    return output_of("Benchmarks/peers/setup.sh", requirements).splitlines()[-1]


def libduckdb():
    return output_of("Scripts/setup-duckdb.sh").splitlines()[-1]


def native_duckdb():
    """A C program of 40 lines around the very libduckdb.so that our plugin loads."""
    BUILD.mkdir(parents=True, exist_ok=True)
    source, program = PEERS / "native_duckdb.c", BUILD / "native_duckdb"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        output_of("cc", "-O2", "-Wall", "-Wextra", "-o", program, source, "-ldl")
    return program


def events(rows):
    """The CSV file of that many rows: the same bytes on every machine. 10 million rows are about 560 MB."""
    CACHE.mkdir(parents=True, exist_ok=True)
    file = CACHE / f"events-{rows}.csv"
    if not file.exists():
        output_of(python(), PEERS / "generate_events.py", rows, file)
    with open(file, "rb") as content:  # into the page cache: no contender pays for the disk
        while content.read(1 << 24):
            pass
    return file


def fixtures():
    """The strangers' plugins, built outside of our package by the tests' own script."""
    folder = ROOT / ".build" / "fixtures" / "strangers"
    output_of("Tests/Fixtures/Strangers/build.sh", folder)
    return folder


@contextlib.contextmanager
def store(*more_plugins):
    """A store and manifests of their own, gone afterwards. Answers (folder, environment for ote)."""
    if not OTE.exists():
        raise Failure("there is no dist/bin/ote yet; run ./start --no-serve first")
    with tempfile.TemporaryDirectory(prefix="ote-benchmark-") as name:
        folder = pathlib.Path(name)
        manifests = folder / "Manifests"
        manifests.mkdir()
        env = {"OTE_HOME": str(folder / "store"), "OTE_MANIFESTS": str(manifests), "LIBDUCKDB": libduckdb()}
        ours = sorted(path for path in PLUGINS.iterdir() if path.is_dir())
        for plugin in [*ours, *more_plugins]:
            output_of(OTE, "plugins", "enable", plugin, "--manifests", manifests, env=env)
        yield folder, env


def pipeline(folder, name, nodes):
    """Writes a pipeline document; JSON is YAML. Answers its path."""
    file = folder / f"{name}.yaml"
    document = {"apiVersion": "opentrusteval/v1", "kind": "Pipeline", "metadata": {"name": name}, "nodes": nodes}
    file.write_text(json.dumps(document, indent=2))
    return file


def versions():
    asked = "import json, duckdb, polars, pyarrow; print(json.dumps({m.__name__: m.__version__ for m in (duckdb, polars, pyarrow)}))"
    found = json.loads(output_of(python(), "-c", asked))
    found["python"] = platform.python_version()
    with contextlib.suppress(Failure):
        found["ote"] = output_of(OTE, "--version")
    return found


def machine():
    model = "unknown"
    with contextlib.suppress(OSError):
        for line in open("/proc/cpuinfo"):
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"cpu": model, "cores": len(os.sched_getaffinity(0)), "kernel": platform.release(),
            "load_average": [round(value, 2) for value in os.getloadavg()]}


def table(title, header, rows):
    """Plain columns; numbers to the right."""
    text = [header, *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[i]) for row in text) for i in range(len(header))]
    lines = ["  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))) for row in text]
    return "\n".join([title, "", lines[0], "  ".join("-" * w for w in widths), *lines[1:]])
