"""One process's whole training: rows, model, adapter, steps, and what comes of it."""
import json
import os
import resource
import shutil
import time

import estimate
import export
import model_source
import rows
from checkpoints import Checkpoints
from job import digest_of_file, digest_of_model, versions
from problems import Problem


def finetune(job, channel, folder, is_dequantised, device):
    import torch

    is_first = int(os.environ.get("RANK", "0")) == 0
    torch.set_num_threads(max(1, job.threads // job["processes"]))
    channel_phase(channel, is_first, "reading the rows")
    tokenizer = model_source.tokenizer_of(folder, job)
    train, train_counts = rows.dataset(job.train, job, tokenizer, "train")
    validation, validation_counts = None, None
    if job.validation:
        validation, validation_counts = rows.dataset(job.validation, job, tokenizer, "validation")
    needs = estimate.of_job(job, estimate.shape_of(folder, job), device, longest_row(job, train_counts))
    if is_first:
        channel.send("estimate", **needs)
    estimate.refuse_excess(needs, job)
    checkpoints = Checkpoints(job.checkpoints, job.digest())
    if is_first:
        checkpoints.lock()
    channel_phase(channel, is_first, "loading the base model")
    trainer = tuner(job, channel, checkpoints, folder, device, tokenizer, train, validation)
    resumed = checkpoints.latest()
    if resumed and is_first:
        channel.send("resumed", step=int(resumed.name[5:]))
    started = time.monotonic()
    trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    if not is_first:
        return
    best = take_best(trainer, checkpoints)
    channel.send("phase", name="writing the adapter")
    adapter = job.work / "adapter"
    shutil.rmtree(adapter, ignore_errors=True)  # of an attempt before this one
    trainer.accelerator.unwrap_model(trainer.model).save_pretrained(adapter)
    drop_machine_paths(adapter)
    gguf, no_gguf = export.to_gguf(job, folder, adapter)
    facts = {
        "method": job["method"], "r": job["r"], "alpha": job["alpha"], "seed": job["seed"], "settings": job.settings,
        "steps": trainer.state.global_step, "steps_planned": trainer.state.max_steps, "best_step": best,
        "stopped_early": trainer.state.global_step < trainer.state.max_steps,
        "resumed_from": int(resumed.name[5:]) if resumed else None, "device": device, "processes": job["processes"],
        "base_is_dequantised": is_dequantised, "base_sha256": digest_of_model(job.model), "job": job.digest(),
        "train": {**train_counts, "sha256": digest_of_file(job.train)},
        "validation": {**validation_counts, "sha256": digest_of_file(job.validation)} if validation else None,
        "trainable_parameters": needs["trainable_parameters"], "parameters": needs["parameters"], "versions": versions(),
    }
    outcome = {
        "adapter": str(adapter), "gguf": gguf and str(gguf), "no_gguf": no_gguf, "facts": facts, "estimate": needs,
        "history": trainer.state.log_history, "seconds": time.monotonic() - started,
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    (job.work / "outcome.json").write_text(json.dumps(outcome))
    checkpoints.remove()


def channel_phase(channel, is_first, name):
    if is_first:
        channel.send("phase", name=name)


def longest_row(job, counts):
    return job["max_length"] if job["packing"] else counts["longest"]


def tuner(job, channel, checkpoints, folder, device, tokenizer, train, validation):
    from peft import LoraConfig
    from trl import SFTConfig

    from tuner import Tuner

    arguments = SFTConfig(
        output_dir=str(checkpoints.partial), seed=job["seed"], data_seed=job["seed"],
        num_train_epochs=job["epochs"], max_steps=job["max_steps"] or -1,
        per_device_train_batch_size=job["batch_size"], per_device_eval_batch_size=job["batch_size"],
        gradient_accumulation_steps=job["gradient_accumulation"], gradient_checkpointing=job["gradient_checkpointing"],
        learning_rate=job["learning_rate"], lr_scheduler_type=job["scheduler"], warmup_steps=job["warmup_steps"],
        weight_decay=job["weight_decay"], max_grad_norm=job["max_grad_norm"],
        max_length=job["max_length"], packing=job["packing"], eval_packing=False,
        use_cpu=device == "cpu", bf16=device == "cuda" and job["method"] == "qlora" and job["dtype"] != "float32",
        ddp_backend=("nccl" if device == "cuda" else "gloo") if job["processes"] > 1 else None,
        ddp_find_unused_parameters=False, logging_strategy="no", save_strategy="no", eval_strategy="no",
        logging_nan_inf_filter=False, report_to=[], disable_tqdm=True, dataloader_pin_memory=device == "cuda",
        push_to_hub=False)
    arguments.save_strategy = type(arguments.save_strategy)("steps")  # `Schedule` says when
    arguments.save_steps = 10**9
    adapter = LoraConfig(
        r=job["r"], lora_alpha=job["alpha"], lora_dropout=job["dropout"], target_modules=job["target_modules"],
        bias="none", task_type="CAUSAL_LM")
    return Tuner(
        model=model_source.load(folder, job, device), args=arguments, train_dataset=train, eval_dataset=validation,
        processing_class=tokenizer, peft_config=adapter, job=job, channel=channel, checkpoints=checkpoints)


def take_best(trainer, checkpoints):
    """The adapter of the lowest validation loss, and its step; the last one where there was no validation."""
    evaluations = trainer.evaluations()
    if not evaluations:
        return None
    step = min(evaluations)[1]
    if step == trainer.state.global_step:
        return step
    best = checkpoints.folder / f"best-{step}"
    if not checkpoints.is_whole(best):
        raise Problem("internal", f"the adapter of step {step}, the best one, is gone from {checkpoints.folder}")
    from peft import load_peft_weights, set_peft_model_state_dict

    model = trainer.accelerator.unwrap_model(trainer.model)
    set_peft_model_state_dict(model, load_peft_weights(str(best), device="cpu"))
    return step


def drop_machine_paths(adapter):
    """An adapter goes to other machines: where the base lay on this one is nothing to them."""
    path = adapter / "adapter_config.json"
    config = json.loads(path.read_text())
    config["base_model_name_or_path"] = ""
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    readme = adapter / "README.md"
    if readme.exists():
        readme.unlink()
