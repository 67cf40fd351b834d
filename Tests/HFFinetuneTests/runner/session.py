"""Runs the runner as the plugin does: a process of its own, job file, pipes, events.

The process is forked off one that has the heavy packages already, which spares each test ten seconds.
"""
import copy
import json
import os
import pathlib
import signal
import sys

RUNNER = pathlib.Path(__file__).resolve().parents[3] / "Plugins/hf-finetune/runner"
sys.path.insert(0, str(RUNNER))
os.environ.update(HF_HUB_OFFLINE="1", OMP_NUM_THREADS="1", PYTHONDONTWRITEBYTECODE="1")

import main as runner  # noqa: E402
import tuner  # noqa: E402, F401
SETTINGS = {
    "method": "lora", "data_format": "chat", "loss_on": "answers", "max_length": 64, "packing": False,
    "epochs": 1, "max_steps": 10, "batch_size": 2, "gradient_accumulation": 1, "gradient_checkpointing": False,
    "learning_rate": 0.005, "scheduler": "linear", "warmup_steps": 0, "weight_decay": 0.0, "max_grad_norm": 1.0,
    "r": 4, "alpha": 8, "dropout": 0.1, "target_modules": "all-linear", "seed": 7, "log_every": 1,
    "evaluate_every": 0, "checkpoint_every": 0, "patience": 0, "min_improvement": 0.0, "device": "cpu",
    "dtype": "auto", "processes": 1, "gguf": "never"}


def chats(count):
    return [{"messages": [{"role": "user", "content": f"what comes after {n}"},
                          {"role": "assistant", "content": f"{n + 1}"}]} for n in range(count)]


class Session:
    def __init__(self, folder, model, train, validation=None, settings=None, cache=None, **job):
        self.work = pathlib.Path(folder)
        self.work.mkdir(parents=True, exist_ok=True)
        document = {
            "settings": {**copy.deepcopy(SETTINGS), **(settings or {})}, "work": str(self.work),
            "cache": str(cache or self.work / "cache"), "train": self.rows("train", train),
            "validation": self.rows("validation", validation) if validation is not None else None,
            "model": {"path": str(model), "format": "gguf" if str(model).endswith(".gguf") else "hf"},
            "threads": 1, **job}
        (self.work / "job.json").write_text(json.dumps(document))
        self.events = []

    def rows(self, name, rows):
        path = self.work / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return str(path)

    def start(self, prepare=None):
        events, events_in = os.pipe()
        control_out, self.control = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self.become_runner(events_in, control_out, prepare)
        os.close(events_in)
        os.close(control_out)
        self.stream = open(events)
        return self

    def become_runner(self, events_in, control_out, prepare):
        code = 70
        try:
            os.setsid()
            os.close(self.control)
            log = os.open(self.work / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.environ.update(OTE_TRAINER_EVENTS=str(events_in), OTE_TRAINER_CONTROL=str(control_out))
            for descriptor in (events_in, control_out):
                os.set_inheritable(descriptor, True)
            sys.argv = ["main.py", str(self.work / "job.json"), *(["--estimate"] if prepare == "--estimate" else [])]
            if callable(prepare):
                prepare()
            code = runner.main(sys.argv[1])
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def each(self):
        for line in self.stream:
            self.events.append(json.loads(line))
            yield self.events[-1]

    def finish(self):
        for _ in self.each():
            pass
        _, self.status = os.waitpid(self.pid, 0)
        self.stream.close()
        if self.control is not None:
            os.close(self.control)
        return self

    def run(self, prepare=None):
        return self.start(prepare).finish()

    def cancel(self):
        os.close(self.control)
        self.control = None

    def kill(self):
        os.killpg(self.pid, signal.SIGKILL)

    @property
    def error(self):
        return next((event for event in self.events if event["event"] == "error"), None)

    @property
    def outcome(self):
        return json.loads((self.work / "outcome.json").read_text())

    def metric(self, name):
        return [event["value"] for event in self.events if event["event"] == "metric" and event["name"] == name]

    def logged(self):
        return (self.work / "log.txt").read_text()

    def weights(self):
        from safetensors.torch import load_file

        return load_file(self.work / "adapter" / "adapter_model.safetensors")
