"""How much memory a training will need, before it starts. The formula stands in Docs/hf-finetune.md; tests compare it
with what processes really used."""
from problems import Problem, brief

# Python with torch, transformers, peft and trl loaded.
RUNTIME_BYTES = 750_000_000
# Kept for the backward pass per token and layer, in elements: of the hidden size and of the feed-forward size.
KEPT_HIDDEN, KEPT_FEED_FORWARD = 18, 7
# With dropout each adapted layer keeps its own input and a mask of bytes.
KEPT_DROPOUT = 1.25
# Layers whose activations live at once while they are computed again.
RECOMPUTED_LAYERS = 2
# Logits, their float32 copy, log-probabilities and gradient, per token and word of the vocabulary, in bytes.
LOGIT_BYTES = 16
NF4_BYTES = 0.53  # four bits and their doubly quantised scales
DEQUANTISING = 3.5  # transformers reads a GGUF file into this many float32 copies at its peak


def shape_of(folder, job, gguf=False):
    """The model without its weights: only its sizes count."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    try:
        config = (AutoConfig.from_pretrained(folder.parent, gguf_file=folder.name, local_files_only=True) if gguf
                  else AutoConfig.from_pretrained(folder, local_files_only=True))
        with torch.device("meta"):
            return AutoModelForCausalLM.from_config(config)
    except Exception as error:
        raise Problem("base", f"{folder} cannot be read as a model to train: {brief(error)}",
                      file=str(folder)) from error


def needed(model, job, device, weight_bytes, longest):
    """Bytes by part, for one process."""
    from peft.tuners.tuners_utils import check_target_module_exists
    from torch import nn

    config = model.config.get_text_config()
    parameters = sum(parameter.numel() for parameter in model.parameters())
    linear = {name: module for name, module in model.named_modules()
              if isinstance(module, nn.Linear) and "lm_head" not in name}
    quantised = sum(module.weight.numel() for module in linear.values()) if job["method"] == "qlora" else 0
    adapted = [module for name, module in linear.items() if is_target(name, job["target_modules"])]
    if not adapted:
        raise Problem(
            "config", "none of the target modules is in this model; it has "
            + ", ".join(sorted({name.rsplit(".", 1)[-1] for name in linear})), path="/target_modules")
    adapter = sum(job["r"] * (module.in_features + module.out_features) for module in adapted)
    tokens = job["batch_size"] * longest
    feed_forward = getattr(config, "intermediate_size", None) or 4 * config.hidden_size
    layers = config.num_hidden_layers
    elements = KEPT_HIDDEN * config.hidden_size + KEPT_FEED_FORWARD * feed_forward
    if job["dropout"]:
        elements += KEPT_DROPOUT * sum(module.in_features for module in adapted) / layers
    per_layer = tokens * elements * weight_bytes
    kept = per_layer * layers
    if job["gradient_checkpointing"]:
        kept = RECOMPUTED_LAYERS * per_layer + layers * tokens * config.hidden_size * weight_bytes
    parts = {
        "runtime": RUNTIME_BYTES,
        "weights": int((parameters - quantised) * weight_bytes + quantised * NF4_BYTES),
        # Weight, gradient and both moments of Adam: in float32, in bfloat16 for QLoRA.
        "adapter": adapter * (8 if job["method"] == "qlora" else 16),
        "activations": int(kept),
        "logits": tokens * config.vocab_size * LOGIT_BYTES,
    }
    return parts, parameters, adapter


def is_target(name, targets):
    return targets == "all-linear" or name.rsplit(".", 1)[-1] in targets


def of_job(job, model, device, longest=None, dequantises=False):
    import torch

    from model_source import compute_type

    weight_bytes = 2 if compute_type(job, device) == torch.bfloat16 else 4
    context = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    if context and job["max_length"] > context:
        raise Problem("config", f"max_length is {job['max_length']}, but the base model reads {context} tokens at most",
                      path="/max_length")
    parts, parameters, adapter = needed(model, job, device, weight_bytes, longest or job["max_length"])
    total = sum(parts.values()) * job["processes"]
    preparing = int(parameters * 4 * DEQUANTISING) + RUNTIME_BYTES if dequantises else 0
    words = (f"about {gigabytes(max(total, preparing))} on the {'GPU' if device == 'cuda' else 'CPU'}: "
             + ", ".join(f"{name} {gigabytes(size)}" for name, size in parts.items())
             + (f", times {job['processes']} processes" if job["processes"] > 1 else "")
             + (f"; de-quantising the base first {gigabytes(preparing)}" if preparing else ""))
    return {"memory_bytes": max(total, preparing), "training_bytes": total, "preparing_bytes": preparing,
            "device": device, "parameters": parameters, "trainable_parameters": adapter, "parts": parts, "words": words}


def refuse_excess(estimate, job):
    limit, what = job.memory_bytes, "this node may use"
    if estimate["device"] == "cuda":
        import torch

        limit, what = torch.cuda.mem_get_info()[0], "the GPU has left"
    if limit and estimate["memory_bytes"] > limit:
        raise Problem(
            "memory", f"the training needs {estimate['words']}; {what} {gigabytes(limit)}. Raise the pipeline's memory "
            "limit, or lower batch_size or max_length, or set gradient_checkpointing or method qlora",
            needed=estimate["memory_bytes"], limit=limit)


def gigabytes(count):
    return f"{count / 1e9:.2f} GB"
