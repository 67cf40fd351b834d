"""What is to be done, as the plugin wrote it into a file, and the digest by which a checkpoint knows its job."""
import hashlib
import importlib.metadata
import json
import pathlib

from problems import Problem

PACKAGES = ("torch", "transformers", "trl", "peft", "bitsandbytes", "accelerate", "datasets", "gguf")


class Job:
    def __init__(self, path):
        document = json.loads(pathlib.Path(path).read_text())
        self.path = path
        self.settings = document["settings"]
        self.work = pathlib.Path(document["work"])
        self.cache = pathlib.Path(document["cache"])
        self.train = pathlib.Path(document["train"])
        self.validation = pathlib.Path(document["validation"]) if document.get("validation") else None
        self.model = pathlib.Path(document["model"]["path"])
        self.model_format = document["model"]["format"]
        self.memory_bytes = document.get("memory_bytes")
        self.threads = document.get("threads", 1)
        self.gguf_converter = document.get("gguf_converter")

    def __getitem__(self, key):
        return self.settings[key]

    @property
    def checkpoints(self):
        return self.cache / "jobs" / self.digest()

    def digest(self):
        """Of everything that the weights depend on: settings, rows, base model and versions."""
        if not hasattr(self, "_digest"):
            facts = {
                "settings": self.settings, "threads": self.threads, "versions": versions(),
                "train": digest_of_file(self.train), "model": digest_of_model(self.model),
                "validation": digest_of_file(self.validation) if self.validation else None,
            }
            self._digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        return self._digest


def versions():
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            raise Problem("missing", f"the Python package '{name}' is missing. Run Scripts/setup-training.sh") from None
    return found


def digest_of_file(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_model(path):
    """Of a file's bytes, or of the sorted list of a folder's files."""
    if path.is_file():
        return digest_of_file(path)
    names = sorted(item for item in path.rglob("*") if item.is_file())
    lines = "".join(f"{digest_of_file(name)}  {name.relative_to(path)}\n" for name in names)
    return hashlib.sha256(lines.encode()).hexdigest()
