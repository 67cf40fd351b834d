"""What a whole training does, each in a process of its own."""
import json
import os
import pathlib
import resource
import select
import signal
import tempfile
import unittest

from session import Session, chats
from tiny import make

PLACE = tempfile.TemporaryDirectory()
FOLDER = pathlib.Path(PLACE.name)
MODEL = make(FOLDER / "tiny")


def session(name, train=None, validation=None, settings=None, **job):
    return Session(FOLDER / name, MODEL, chats(40) if train is None else train, validation, settings, **job)


class Training(unittest.TestCase):
    def done(self, made):
        self.assertIsNone(made.error, made.logged()[-3000:])
        self.assertEqual(made.events[-1]["event"], "done", made.logged()[-3000:])
        return made

    def refused(self, made, code):
        self.assertIsNotNone(made.error, made.events)
        self.assertEqual(made.error["code"], code, made.error)
        return made.error

    def test_lora_on_chats_lowers_the_loss_and_leaves_an_adapter_that_peft_loads(self):
        made = self.done(session("chat", settings={"max_steps": 20}).run())
        losses = made.metric("loss")
        self.assertEqual(len(losses), 20)
        self.assertLess(sum(losses[-5:]), 0.9 * sum(losses[:5]))
        from peft import PeftModel
        from transformers import AutoModelForCausalLM

        adapted = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(MODEL), made.work / "adapter")
        self.assertTrue(any("lora_B" in name and weight.abs().sum() > 0 for name, weight in adapted.named_parameters()))
        facts = made.outcome["facts"]
        self.assertEqual((facts["steps"], facts["train"]["rows"], facts["seed"]), (20, 40, 7))
        self.assertNotIn(str(FOLDER), (made.work / "adapter" / "adapter_config.json").read_text())
        self.assertFalse((made.work / "cache/jobs" / facts["job"]).exists())

    def test_the_same_seed_gives_the_same_weights_and_another_gives_others(self):
        first, second, other = (
            self.done(session(f"seed{n}", settings={"seed": seed, "max_steps": 5}).run()).weights()
            for n, seed in enumerate((3, 3, 4)))
        self.assertTrue(all((first[name] == second[name]).all() for name in first))
        self.assertFalse(all((first[name] == other[name]).all() for name in first))

    def test_qlora_trains_on_a_base_in_four_bits(self):
        made = self.done(session("qlora", settings={"method": "qlora", "max_steps": 20}).run())
        losses = made.metric("loss")
        self.assertLess(sum(losses[-5:]), 0.95 * sum(losses[:5]))
        self.assertEqual(made.outcome["facts"]["method"], "qlora")

    def test_completions_and_plain_text_train_too(self):
        completions = [{"prompt": f"what comes after {n}: ", "completion": f"{n + 1}"} for n in range(20)]
        made = self.done(session("completion", completions, settings={"data_format": "completion"}).run())
        self.assertLess(made.outcome["facts"]["train"]["learned_tokens"], made.outcome["facts"]["train"]["tokens"])
        texts = [{"text": f"the number of items is {n}"} for n in range(20)]
        self.done(session("text", texts, settings={"data_format": "text", "max_steps": 4}).run())

    def test_packing_takes_fewer_steps_for_the_same_tokens(self):
        plain = self.done(session("plain", settings={"max_steps": 0, "batch_size": 1}).run())
        packed = self.done(session("packed", settings={"max_steps": 0, "batch_size": 1, "packing": True}).run())
        self.assertEqual(plain.outcome["facts"]["steps"], 40)
        self.assertLess(packed.outcome["facts"]["steps"], 12)

    def test_gradient_accumulation_counts_optimiser_steps(self):
        made = self.done(session("accumulated", settings={"max_steps": 0, "gradient_accumulation": 5}).run())
        self.assertEqual(made.outcome["facts"]["steps"], 4)

    def test_training_stops_early_and_keeps_the_best_adapter(self):
        settings = {"max_steps": 40, "evaluate_every": 2, "patience": 2, "learning_rate": 0.05, "min_improvement": 0.05}
        made = self.done(session("early", validation=chats(6), settings=settings).run())
        facts, evaluations = made.outcome["facts"], made.metric("eval_loss")
        self.assertTrue(facts["stopped_early"])
        self.assertLess(facts["steps"], 40)
        self.assertEqual(facts["best_step"], 2 * (evaluations.index(min(evaluations)) + 1))

    def test_a_kill_and_a_resume_give_the_weights_of_an_unbroken_run(self):
        settings = {"max_steps": 16, "checkpoint_every": 4, "gradient_accumulation": 2, "evaluate_every": 4}
        unbroken = self.done(session("unbroken", validation=chats(4), settings=settings).run())
        killed = session("killed", validation=chats(4), settings=settings).start()
        for event in killed.each():
            if event["event"] == "progress" and event["step"] == 10:
                killed.kill()
        killed.finish()
        self.assertEqual(killed.status, signal.SIGKILL)
        self.assertFalse((killed.work / "outcome.json").exists())
        resumed = self.done(session("killed", validation=chats(4), settings=settings).run())
        start = next(event["step"] for event in resumed.events if event["event"] == "resumed")
        self.assertIn(start, (8, 12))
        expected, found = unbroken.weights(), resumed.weights()
        for name in expected:
            self.assertTrue((expected[name] == found[name]).all(), name)
        self.assertEqual(unbroken.metric("loss")[start:], resumed.metric("loss"))
        self.assertEqual(unbroken.metric("eval_loss")[-1], resumed.metric("eval_loss")[-1])

    def test_a_damaged_checkpoint_is_passed_over_and_another_job_does_not_see_it(self):
        settings = {"max_steps": 12, "checkpoint_every": 4}
        broken = session("damaged", settings=settings).start()
        for event in broken.each():
            if event["event"] == "checkpoint" and event["step"] == 8:
                broken.kill()
        broken.finish()
        newest = next((broken.work / "cache/jobs").glob("*/step-8"))
        (newest / "adapter_model.safetensors").write_bytes(b"half")
        other = self.done(session("damaged", settings={**settings, "seed": 8}).run())
        self.assertFalse([event for event in other.events if event["event"] == "resumed"])
        again = self.done(session("damaged", settings=settings).run())
        self.assertEqual([event["step"] for event in again.events if event["event"] == "resumed"], [4])

    def test_a_cancelled_training_stops_within_a_step(self):
        made = session("cancelled", settings={"max_steps": 5000, "gradient_accumulation": 50}).start()
        for event in made.each():
            if event["event"] == "phase" and event["name"] == "loading the base model":
                pass
            if event["event"] == "progress" and event["step"] == 1:
                made.cancel()
        made.finish()
        self.refused(made, "cancelled")
        self.assertLessEqual(max(event["step"] for event in made.events if event["event"] == "progress"), 2)
        self.assertEqual(os.waitstatus_to_exitcode(made.status), 4)

    def test_a_loss_that_is_no_number_names_its_step_and_the_last_good_checkpoint(self):
        settings = {"max_steps": 30, "checkpoint_every": 1, "learning_rate": 1e18, "max_grad_norm": 0,
                    "scheduler": "constant"}
        error = self.refused(session("diverged", settings=settings).run(), "diverged")
        step = error["details"]["step"]
        self.assertGreaterEqual(step, 2)
        self.assertEqual(error["details"]["checkpoint_step"], step - 1)
        self.assertIn("learning rate", error["words"])

    def test_a_full_disk_at_a_checkpoint_keeps_the_one_before(self):
        settings = {"max_steps": 12, "checkpoint_every": 4}

        def short_of_space():
            import checkpoints

            whole = checkpoints.Checkpoints.publish

            def publish(self, made, name):
                target = whole(self, made, name)
                resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
                return target
            checkpoints.Checkpoints.publish = publish

        made = session("full", settings=settings).run(short_of_space)
        error = self.refused(made, "disk")
        self.assertEqual((error["details"]["step"], error["details"]["checkpoint_step"]), (8, 4))
        again = self.done(session("full", settings=settings).run())
        self.assertEqual([event["step"] for event in again.events if event["event"] == "resumed"], [4])

    def test_memory_that_runs_out_while_it_trains_is_told_with_the_step(self):
        def short_of_memory():
            import checkpoints

            whole = checkpoints.Checkpoints.publish

            def publish(self, made, name):
                target = whole(self, made, name)
                used = int(pathlib.Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
                resource.setrlimit(resource.RLIMIT_DATA, (used, resource.RLIM_INFINITY))
                return target
            checkpoints.Checkpoints.publish = publish

        rows = [{"text": "what comes after " * (4 + 10 * number)} for number in range(12)]
        settings = {"data_format": "text", "max_length": 256, "batch_size": 8, "checkpoint_every": 1, "max_steps": 50}
        made = session("memory", rows, settings=settings).run(short_of_memory)
        error = self.refused(made, "memory")
        self.assertGreaterEqual(error["details"]["checkpoint_step"], 1)
        self.assertIn("batch_size", error["words"])

    def test_two_processes_train_one_model(self):
        made = self.done(session("two", settings={"processes": 2, "max_steps": 10}, threads=2).run())
        self.assertEqual(made.outcome["facts"]["processes"], 2)
        self.assertEqual(len(made.metric("loss")), 10)
        self.assertLess(made.metric("loss")[-1], made.metric("loss")[0])

    def test_a_killed_process_of_two_ends_the_training_with_a_reason(self):
        made = session("orphan", settings={"processes": 2, "max_steps": 5000}, threads=2).start()
        ranks = []
        for event in made.each():
            if event["event"] == "progress" and not ranks:
                ranks = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and parent(int(pid)) == made.pid]
                os.kill(ranks[-1], signal.SIGKILL)
        made.finish()
        self.assertEqual(len(ranks), 2)
        self.assertIn("signal 9", self.refused(made, "memory")["words"])
        self.assertFalse([pid for pid in ranks if parent(pid) is not None])

    def test_no_process_trains_on_for_a_plugin_that_is_gone(self):
        made = session("abandoned", settings={"max_steps": 5000})
        told, tell = os.pipe()
        plugin = os.fork()
        if plugin == 0:
            made.start()
            for event in made.each():
                if event["event"] == "progress":
                    os.write(tell, str(made.pid).encode())
                    signal.pause()
            os._exit(1)
        os.close(tell)
        runner = os.pidfd_open(int(os.read(told, 20)))
        os.kill(plugin, signal.SIGKILL)
        os.waitpid(plugin, 0)
        self.assertTrue(select.select([runner], [], [], 30)[0])

    def test_more_memory_than_allowed_is_refused_before_it_starts(self):
        error = self.refused(session("large", memory_bytes=300_000_000).run(), "memory")
        self.assertIn("limit", error["words"])
        self.assertGreater(error["details"]["needed"], 300_000_000)

    def test_the_estimate_is_within_a_factor_of_two_of_what_was_used(self):
        model = make(FOLDER / "medium", hidden=512, layers=8)
        rows = [{"text": "what comes after " * 60} for _ in range(16)]
        for name, settings in [("small", {"batch_size": 1}), ("wide", {"batch_size": 8}),
                               ("recomputed", {"batch_size": 8, "gradient_checkpointing": True})]:
            with self.subTest(name):
                common = {"data_format": "text", "max_length": 256, "max_steps": 2}
                made = self.done(Session(FOLDER / f"memory-{name}", model, rows, settings={**common, **settings}).run())
                ratio = made.outcome["estimate"]["memory_bytes"] / made.outcome["peak_memory_bytes"]
                self.assertGreater(ratio, 0.5)
                self.assertLess(ratio, 2)

    def test_the_estimate_needs_no_training(self):
        made = self.done(session("estimate").run("--estimate"))
        estimate = next(event for event in made.events if event["event"] == "estimate")
        self.assertGreater(estimate["parameters"], 400_000)
        self.assertFalse((made.work / "outcome.json").exists())

    def test_rows_that_teach_nothing_are_refused_by_number(self):
        chat = chats(5)
        question = {"messages": [{"role": "user", "content": "and now?"}]}
        for name, rows, settings, words in [
            ("empty", [], {}, "no rows"),
            ("unanswered", chat + [question], {}, "row 5 of train"),
            ("columns", [{"question": "x"}], {}, "row 0 of train: 'messages'"),
            ("role", chat + [{"messages": [{"role": "bard", "content": "x"}]}], {"loss_on": "everything"}, "unknown role"),
            ("json", [{"messages": "[{"}], {}, "not JSON"),
            ("short", chat, {"max_length": 2}, "max_length"),
            ("no completion", [{"prompt": "a", "completion": ""}], {"data_format": "completion"}, "completion is empty"),
        ]:
            with self.subTest(name):
                error = self.refused(session(name, rows, settings=settings).run(), "data")
                self.assertIn(words, error["words"])

    def test_a_base_that_is_none_is_named(self):
        broken = FOLDER / "broken.gguf"
        broken.write_bytes(b"GGUF\3\0\0\0" + bytes(40))
        for name, path, words in [("absent", FOLDER / "nowhere", "no model"), ("broken", broken, "cannot be read")]:
            with self.subTest(name):
                error = self.refused(Session(FOLDER / f"base-{name}", path, chats(4)).run(), "base")
                self.assertIn(words, error["words"])

    def test_a_target_that_the_model_lacks_and_a_context_beyond_it_are_refused(self):
        error = self.refused(session("target", settings={"target_modules": ["query"]}).run(), "config")
        self.assertIn("q_proj", error["words"])
        error = self.refused(session("context", settings={"max_length": 100_000}).run(), "config")
        self.assertIn("256", error["words"])


def parent(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[1]) if fields[0] != "Z" else None
    except OSError:
        return None


if __name__ == "__main__":
    unittest.main(verbosity=2)
