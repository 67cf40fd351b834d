"""Judges given log-probabilities with lm-evaluation-harness's own code (0.4.13). JSON in, JSON out.

Its package is installed without what it asks for: `datasets` is imported but not used by what is called here, so an empty
module stands in its place.
"""
import json
import sys
import types

for name in ("datasets",):
    sys.modules[name] = types.ModuleType(name)

from lm_eval.api import metrics
from lm_eval.api.task import ConfigurableTask

NAMES = ("acc", "acc_norm", "acc_bytes", "exact_match", "brier_score")


class Given(ConfigurableTask):
    """A task whose documents are given instead of downloaded; what judges them is the harness's own."""

    def __init__(self, output_type, names):
        self.OUTPUT_TYPE = output_type
        self._config = types.SimpleNamespace(process_results=None)
        self._metric_fn_list = dict.fromkeys(names)
        self.multiple_input = self.multiple_target = 0

    def doc_to_choice(self, doc):
        return doc["choices"]

    def doc_to_target(self, doc):
        return doc["target"]


def choices(rows):
    task = Given("multiple_choice", NAMES)
    judged = [task.process_results(
        {"choices": row["choices"], "target": row["right"]}, list(zip(row["likelihoods"], row["greedy"]))) for row in rows]
    answer = {name: metrics.mean([each[name] for each in judged]) for name in NAMES[:4]}
    answer["stderr"] = {name: metrics.mean_stderr([each[name] for each in judged]) for name in NAMES[:4]}
    answer["brier_score"] = float(metrics.brier_score([each["brier_score"] for each in judged]))
    answer["rows"] = [[each[name] for name in NAMES[:3]] for each in judged]
    return answer


def texts(rows):
    names = ("word_perplexity", "byte_perplexity", "bits_per_byte")
    task = Given("loglikelihood_rolling", names)
    judged = [task.process_results({"target": row["text"]}, [row["likelihood"]]) for row in rows]
    return {
        "word_perplexity": metrics.weighted_perplexity([each["word_perplexity"] for each in judged]),
        "byte_perplexity": metrics.weighted_perplexity([each["byte_perplexity"] for each in judged]),
        "bits_per_byte": metrics.bits_per_byte([each["bits_per_byte"] for each in judged]),
    }


case = json.load(sys.stdin)
print(json.dumps({"choices": [choices(each) for each in case["choices"]], "texts": [texts(each) for each in case["texts"]]}))
