"""TRL's trainer with what a run needs: stops within a step, refuses a loss that is no number, whole checkpoints."""
import math
import pathlib
import time

import torch
from transformers import PrinterCallback, TrainerCallback
from trl import SFTTrainer

from problems import Cancelled, Problem, from_exception

SHOWN = ("loss", "eval_loss", "learning_rate", "grad_norm", "epoch", "mean_token_accuracy", "eval_mean_token_accuracy")


class Tuner(SFTTrainer):
    def __init__(self, *arguments, job, channel, checkpoints, **options):
        super().__init__(*arguments, **options)
        self.job, self.channel, self.checkpoints = job, channel, checkpoints
        self.tokens, self.tokens_logged, self.logged_at = 0, 0, time.monotonic()
        self.remove_callback(PrinterCallback)
        self.add_callback(Schedule(self))

    def training_step(self, model, inputs, *arguments, **options):
        self.stop_if_cancelled()
        self.tokens += inputs["input_ids"].numel()
        try:
            loss = super().training_step(model, inputs, *arguments, **options)
        except (MemoryError, RuntimeError) as error:
            raise self.short_of_memory(from_exception(error), error) from error
        # Before the optimizer's step: the weights are still those of the last good one.
        if not torch.isfinite(loss):
            raise self.diverged(loss.item())
        return loss

    def prediction_step(self, *arguments, **options):
        self.stop_if_cancelled()
        return super().prediction_step(*arguments, **options)

    def stop_if_cancelled(self):
        if self.channel.is_cancelled():
            raise Cancelled()

    def short_of_memory(self, problem, error):
        if problem.code != "memory":
            return error
        step = self.state.global_step + 1
        problem.words += f" It was step {step}. {self.words_on_last()}"
        problem.details.update(step=step, checkpoint_step=self.last_step())
        return problem

    def diverged(self, loss):
        step = self.state.global_step + 1
        return Problem(
            "diverged", f"the loss of step {step} is {'not a number' if math.isnan(loss) else 'infinite'}. "
            f"{self.words_on_last()} Lower the learning rate, raise warmup_steps, or look at the rows",
            step=step, checkpoint_step=self.last_step(), path="/learning_rate")

    def last_step(self):
        last = self.checkpoints.latest()
        return int(last.name[5:]) if last else None

    def words_on_last(self):
        last = self.last_step()
        return f"The last good checkpoint is of step {last}." if last else "There is no checkpoint yet."

    def log(self, logs, start_time=None):
        super().log(logs, start_time)
        if not self.is_world_process_zero():
            return
        shown = {name: logs[name] for name in SHOWN if isinstance(logs.get(name), (int, float))}
        if "loss" in logs:
            now = time.monotonic()
            per_process = (self.tokens - self.tokens_logged) / max(now - self.logged_at, 1e-9)
            shown["tokens_per_second"] = per_process * self.args.world_size
            self.tokens_logged, self.logged_at = self.tokens, now
        for name, value in shown.items():
            self.channel.send("metric", step=self.state.global_step, name=name, value=float(value))

    # Checkpoints

    def create_model_card(self, *arguments, **options):
        """None: it would name a project on a hub."""

    def _save_checkpoint(self, model, trial):
        step = self.state.global_step
        try:
            super()._save_checkpoint(model, trial)
            self.accelerator.wait_for_everyone()
            if self.is_world_process_zero():
                self.checkpoints.publish(pathlib.Path(self.args.output_dir) / f"checkpoint-{step}", f"step-{step}")
                self.checkpoints.drop_old()
                self.channel.send("checkpoint", step=step)
            self.accelerator.wait_for_everyone()
        except Exception as error:
            problem = from_exception(error)
            if problem.code == "disk":
                problem.words = f"the disk is full: checkpoint of step {step} was not written. {self.words_on_last()} " \
                    "Free some space and run it again: it goes on from there"
                problem.details.update(step=step, checkpoint_step=self.last_step(), folder=str(self.checkpoints.folder))
            raise problem from error

    def save_best(self):
        made = pathlib.Path(self.args.output_dir) / "best"
        self.accelerator.unwrap_model(self.model).save_pretrained(made)
        self.checkpoints.publish(made, f"best-{self.state.global_step}")
        for path in self.checkpoints.folder.glob("best-*"):
            if path.name != f"best-{self.state.global_step}":
                remove(path)

    def evaluations(self):
        """(loss, step) of each, also of those before a restart."""
        return [(entry["eval_loss"], entry["step"]) for entry in self.state.log_history if "eval_loss" in entry]


class Schedule(TrainerCallback):
    """When to log, evaluate, save and stop early. What it decides follows from the logged history alone, so a resumed
    run decides the same."""

    def __init__(self, trainer):
        self.trainer, self.settings = trainer, trainer.job.settings

    def on_step_end(self, args, state, control, **_):
        step, last = state.global_step, state.global_step >= state.max_steps
        every = self.settings["evaluate_every"] or max(1, state.max_steps // 5)
        control.should_log = step % self.settings["log_every"] == 0 or last
        control.should_evaluate = self.trainer.eval_dataset is not None and (step % every == 0 or last)
        save = self.settings["checkpoint_every"]
        control.should_save = bool(save) and step % save == 0 and not last
        if state.is_world_process_zero:
            self.trainer.channel.send("progress", step=step, of=state.max_steps)

    def on_evaluate(self, args, state, control, **_):
        evaluations = self.trainer.evaluations()
        losses = [loss for loss, _ in evaluations]
        if not losses or not math.isfinite(losses[-1]):
            raise self.trainer.diverged(losses[-1] if losses else math.nan)
        if losses[-1] <= min(losses) and state.is_world_process_zero:
            self.trainer.save_best()
        patience = self.settings["patience"]
        if patience and since_better(losses, self.settings["min_improvement"]) >= patience:
            control.should_training_stop = True


def since_better(losses, least):
    """How many evaluations have passed without one that was better by more than `least`."""
    best, count = math.inf, 0
    for loss in losses:
        best, count = (loss, 0) if loss < best - least else (best, count + 1)
    return count


def remove(path):
    import shutil

    shutil.rmtree(path, ignore_errors=True)
