"""Trains one adapter: `main.py JOB.json`, with the pipes of channel.py open. Text on stdout and stderr is for the log.

Ends with one event: done, or error. The first one that the plugin reads counts.
"""
import os
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import channel as channels  # noqa: E402
from job import Job  # noqa: E402
from problems import Bystander, Cancelled, Problem, from_exception  # noqa: E402

FAILED, CANCELLED, BYSTANDER = 3, 4, 5
# Before any of the libraries is there to read it. Progress is ours to show, and nothing comes from a network.
QUIET = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
         "HF_HUB_DISABLE_PROGRESS_BARS": "1", "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1", "TOKENIZERS_PARALLELISM": "false",
         "PYTHONWARNINGS": "ignore::FutureWarning", "TORCH_CPP_LOG_LEVEL": "ERROR"}
os.environ.update(QUIET)
if (pathlib.Path(sys.prefix) / "opentrusteval.stamp").is_file():
    # A set without the CUDA libraries must not find a GPU.
    if (pathlib.Path(sys.prefix) / "opentrusteval.stamp").read_text().startswith("cpu "):
        os.environ["CUDA_VISIBLE_DEVICES"] = ""


def stop(_signal, _frame):
    """torchrun ends the other processes so when one has failed; to the process itself it means cancel."""
    raise Bystander() if "RANK" in os.environ else Cancelled()


def main(path):
    channels.die_with_parent()
    signal.signal(signal.SIGTERM, stop)
    channel = channels.Channel()
    try:
        work(Job(path), channel)
        return 0
    except BaseException as error:  # every end has its event
        problem = from_exception(error)
        if problem.code == "bystander":
            return BYSTANDER
        if problem.code == "internal":
            import traceback

            traceback.print_exc()
        channel.send("error", code=problem.code, words=problem.words, details=problem.details)
        return CANCELLED if problem.code == "cancelled" else FAILED


def work(job, channel):
    # Whatever libraries want to keep goes with the run's own folder.
    os.environ.setdefault("HF_HOME", str(job.work / "hf"))
    is_rank = "RANK" in os.environ
    if not is_rank:
        channel.send("started", pid=os.getpid())
    # Heavy imports come after the first sign of life.
    import estimate
    import model_source
    from checkpoints import sweep
    from finetune import finetune

    device = model_source.device_of(job)
    if is_rank:
        folder, is_dequantised = model_source.prepare(job, channel)
        return finetune(job, channel, folder, is_dequantised, device)
    needs_dequantising = job.model_format == "gguf" and job.model.exists() and not (
        job.cache / "dequantised" / model_source.digest_of_file(job.model)).exists()
    if needs_dequantising:
        shape = estimate.shape_of(job.model, job, gguf=True)
        needs = estimate.of_job(job, shape, device, dequantises=True)
        del shape
    if sys.argv[2:] == ["--estimate"]:
        if not needs_dequantising:
            folder, _ = model_source.prepare(job, channel)
            needs = estimate.of_job(job, estimate.shape_of(folder, job), device)
        channel.send("estimate", **needs)
        return channel.send("done")
    if needs_dequantising:
        check_preparing(needs, job, estimate)
    sweep(job.cache / "jobs")
    folder, is_dequantised = model_source.prepare(job, channel)
    if job["processes"] == 1:
        finetune(job, channel, folder, is_dequantised, device)
    else:
        distribute(job, channel)
    channel.send("done")


def check_preparing(needs, job, estimate):
    """Before the base is read: what training itself needs is checked again once the rows' lengths are known."""
    estimate.refuse_excess({**needs, "memory_bytes": needs["preparing_bytes"], "device": "cpu"}, job)


def distribute(job, channel):
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.run import main as torchrun

    channels.share()
    try:
        torchrun(["--standalone", f"--nproc-per-node={job['processes']}", "--max-restarts=0", __file__, str(job.path)])
    except ChildFailedError as error:
        codes = {rank: failure.exitcode for rank, failure in error.failures.items()}
        raise what_ended(codes) from None


def what_ended(codes):
    if CANCELLED in codes.values():
        return Cancelled()
    for rank, code in codes.items():
        if code < 0 and code != -signal.SIGTERM:
            return Problem("memory" if code == -signal.SIGKILL else "internal",
                           f"training process {rank} of {len(codes)} was ended by signal {-code}"
                           + (", most likely because memory ran out" if code == -signal.SIGKILL else ""))
    # FAILED: the process has said itself why, and that came first.
    return Problem("internal", f"the training processes ended with the codes {sorted(set(codes.values()))}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
