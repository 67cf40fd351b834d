"""The base model: a Hugging Face folder as it is, or a GGUF file turned into one once and kept by its digest."""
import fcntl
import json
import os
import pathlib
import shutil

from job import digest_of_file
from problems import Problem, brief

# Below this many parameters a de-quantised copy keeps every value exactly; above, half the disk is worth more.
EXACT_PARAMETERS = 1_000_000_000


def prepare(job, channel):
    """The folder to load from, and whether its weights were de-quantised."""
    if not job.model.exists():
        raise Problem("base", f"there is no model at {job.model}", file=str(job.model))
    if job.model_format == "hf":
        if not (job.model / "config.json").is_file():
            raise Problem("base", f"{job.model} is no Hugging Face model folder: it has no config.json",
                          file=str(job.model))
        return job.model, False
    return dequantised(job, channel), True


def dequantised(job, channel):
    folder = job.cache / "dequantised"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / digest_of_file(job.model)
    with open(folder / f"{target.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / "opentrusteval.json").is_file():
            channel.send("phase", name="de-quantising the base model")
            convert(job.model, target)
    return target


def convert(gguf, target):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name, local_files_only=True)
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, local_files_only=True, dtype=torch.float32)
    except (MemoryError, OSError) as error:
        if isinstance(error, OSError) and not error.errno:
            raise unreadable(gguf, error) from error
        raise
    except Exception as error:
        raise unreadable(gguf, error) from error
    # transformers refuses to save what it read from a GGUF file, although the weights are plain by now.
    model.hf_quantizer = None
    for name in ("quantization_config", "_pre_quantization_dtype"):
        if hasattr(model.config, name):
            delattr(model.config, name)
    for name in ("quantization_method", "is_quantized"):
        if hasattr(model, name):
            setattr(model, name, None)
    if model.num_parameters() > EXACT_PARAMETERS:
        model = model.to(torch.bfloat16)
    model.save_pretrained(partial)
    tokenizer.save_pretrained(partial)
    (partial / "opentrusteval.json").write_text(json.dumps({"from": gguf.name, "dtype": str(model.dtype)}))
    shutil.rmtree(target, ignore_errors=True)
    os.rename(partial, target)


def unreadable(gguf, error):
    return Problem(
        "base", f"{gguf} cannot be read as a model to train: {brief(error)}. Check that the file is complete, "
        "or name the Hugging Face folder of the same model", file=str(gguf))


def tokenizer_of(folder, job):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    if job["data_format"] == "chat" and not tokenizer.chat_template:
        raise Problem(
            "base", "the base model has no chat template, so it cannot learn from messages. Choose an instruct model, "
            "or give the columns prompt and completion", file=str(folder))
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load(folder, job, device):
    """The base model on the device, in 4 bits for QLoRA."""
    import torch
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    dtype = compute_type(job, device)
    options = {}
    if job["method"] == "qlora":
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype)
        options["device_map"] = {"": f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if device == "cuda" else "cpu"}
    model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, dtype=dtype, **options)
    model.config.use_cache = False
    return model


def compute_type(job, device):
    import torch

    named = {"float32": torch.float32, "bfloat16": torch.bfloat16}
    if job["dtype"] != "auto":
        return named[job["dtype"]]
    return torch.bfloat16 if device == "cuda" and torch.cuda.is_bf16_supported() else torch.float32


def device_of(job):
    import torch

    wanted = job["device"]
    if wanted == "cuda" and not torch.cuda.is_available():
        raise Problem(
            "missing", "no CUDA device can be used here. Set device to auto or cpu, or, where there is an NVIDIA GPU, "
            "run Scripts/setup-training.sh --gpu", path="/device")
    return "cuda" if wanted == "cuda" or (wanted == "auto" and torch.cuda.is_available()) else "cpu"
