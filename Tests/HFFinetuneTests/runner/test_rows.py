"""Which tokens count for the loss, how jobs are told apart, and what packing keeps apart."""
import pathlib
import tempfile
import unittest
from unittest import mock

from session import SETTINGS, Session, chats
from tiny import make

import job as jobs
import rows
from channel import finite
from tuner import since_better

PLACE = tempfile.TemporaryDirectory()
FOLDER = pathlib.Path(PLACE.name)
MODEL = make(FOLDER / "tiny")


def tokenizer():
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(MODEL)


class Rows(unittest.TestCase):
    def setUp(self):
        self.tokenizer = tokenizer()

    def learned(self, ids, labels):
        return self.tokenizer.decode([token for token, label in zip(ids, labels) if label != rows.IGNORED])

    def test_only_the_assistants_turns_count_all_of_them(self):
        messages = [{"role": "system", "content": "s"}, {"role": "user", "content": "one"},
                    {"role": "assistant", "content": "two", "tool_calls": None}, {"role": "user", "content": "three"},
                    {"role": "assistant", "content": "four"}]
        ids, labels = rows.encode_chat({"messages": messages}, SETTINGS, self.tokenizer)
        self.assertEqual(self.learned(ids, labels), "two<|end|>four<|end|>")
        _, everything = rows.encode_chat({"messages": messages}, {**SETTINGS, "loss_on": "everything"}, self.tokenizer)
        self.assertEqual(everything, ids)

    def test_messages_as_json_text_are_the_same(self):
        import json

        row = chats(1)[0]
        self.assertEqual(rows.encode_chat(row, SETTINGS, self.tokenizer),
                         rows.encode_chat({"messages": json.dumps(row["messages"])}, SETTINGS, self.tokenizer))

    def test_a_completion_counts_with_its_end_and_without_its_prompt(self):
        ids, labels = rows.encode_completion({"prompt": "ab: ", "completion": "cd"}, SETTINGS, self.tokenizer)
        self.assertEqual(self.learned(ids, labels), "cd<|end|>")

    def test_rows_beyond_the_length_are_cut_counted_and_dropped_where_nothing_is_left(self):
        long = {"prompt": "x" * 100, "completion": "y"}
        made = Session(FOLDER / "cut", MODEL, [long, {"prompt": "a", "completion": "b" * 100}], settings={
            "data_format": "completion", "max_length": 20})
        data, counts = rows.dataset(made.work / "train.jsonl", jobs.Job(made.work / "job.json"), self.tokenizer, "train")
        self.assertEqual((len(data), counts["rows"], counts["cut"], counts["dropped"]), (1, 2, 2, 1))
        self.assertEqual(counts["longest"], 20)

    def test_packed_rows_do_not_see_each_other(self):
        import torch
        from transformers import AutoModelForCausalLM

        model = AutoModelForCausalLM.from_pretrained(MODEL).eval()
        first, second = torch.arange(10, 20), torch.arange(40, 48)
        with torch.no_grad():
            alone = model(input_ids=second[None], use_cache=False).logits
            packed = model(input_ids=torch.cat([first, second])[None], use_cache=False,
                           position_ids=torch.cat([torch.arange(10), torch.arange(8)])[None]).logits
        self.assertTrue(torch.allclose(alone[0], packed[0, 10:], atol=1e-5))


class Jobs(unittest.TestCase):
    def digest(self, name, **changes):
        made = Session(FOLDER / name, MODEL, changes.pop("train", chats(3)), settings=changes)
        return jobs.Job(made.work / "job.json").digest()

    def test_a_job_is_known_by_settings_rows_and_versions_and_not_by_its_folder(self):
        same = self.digest("a")
        self.assertEqual(same, self.digest("b"))
        self.assertNotEqual(same, self.digest("c", seed=8))
        self.assertNotEqual(same, self.digest("d", train=chats(4)))
        with mock.patch("importlib.metadata.version", return_value="0"):
            self.assertNotEqual(same, self.digest("e"))


class Small(unittest.TestCase):
    def test_patience_counts_evaluations_since_the_last_better_one(self):
        self.assertEqual(since_better([3, 2, 2.5, 2.1], 0), 2)
        self.assertEqual(since_better([3, 2.95, 2.9], 0.2), 2)
        self.assertEqual(since_better([], 0), 0)

    def test_figures_that_are_no_numbers_become_null(self):
        self.assertEqual(finite({"a": [float("nan"), 1.5], "b": float("inf")}), {"a": [None, 1.5], "b": None})


if __name__ == "__main__":
    unittest.main(verbosity=2)
