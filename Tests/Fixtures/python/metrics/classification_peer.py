"""The figures of Plugins/classification by scikit-learn. JSON in, JSON out; null where scikit-learn has no figure."""
import json
import math
import sys
import warnings

import numpy as np
from sklearn import metrics

warnings.filterwarnings("ignore")


def by_labels(truth, guess):
    answer = {
        "accuracy": metrics.accuracy_score(truth, guess), "balanced_accuracy": metrics.balanced_accuracy_score(truth, guess),
        "mcc": metrics.matthews_corrcoef(truth, guess), "kappa": metrics.cohen_kappa_score(truth, guess),
    }
    for average in ("macro", "micro", "weighted"):
        p, r, f, _ = metrics.precision_recall_fscore_support(truth, guess, average=average, zero_division=0)
        answer.update({f"precision_{average}": p, f"recall_{average}": r, f"f1_{average}": f})
    labels = sorted(set(truth) | set(guess))
    p, r, f, n = metrics.precision_recall_fscore_support(truth, guess, labels=labels, zero_division=0)
    answer["classes"] = [[name, *map(float, row)] for name, *row in zip(labels, p, r, f, n)]
    answer["confusion"] = metrics.confusion_matrix(truth, guess, labels=labels).tolist()
    return answer


def ece(confidence, right, bins):
    ids = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], confidence)
    return sum(
        abs(right[ids == k].mean() - confidence[ids == k].mean()) * (ids == k).mean() for k in range(bins) if (ids == k).any())


def binary(case):
    truth = np.array([label == case["positive"] for label in case["truth"]])
    score = np.array(case["score"])
    answer = by_labels(["yes" if t else "no" for t in truth], ["yes" if s >= 0.5 else "no" for s in score])
    p, r, f, _ = metrics.precision_recall_fscore_support(truth, score >= 0.5, average="binary", zero_division=0)
    answer.update({"precision": p, "recall": r, "f1": f})
    answer["roc_auc"] = metrics.roc_auc_score(truth, score)
    answer["average_precision"] = metrics.average_precision_score(truth, score) if truth.any() else None
    if score.min() >= 0 and score.max() <= 1:
        answer["log_loss"] = metrics.log_loss(truth, np.column_stack([1 - score, score]), labels=[False, True])
        answer["brier"] = metrics.brier_score_loss(truth, score, pos_label=True) if truth.any() else float((score**2).mean())
        answer["ece"] = ece(score, truth, 15)
    return answer


def several(case):
    names = sorted(case["names"])
    truth, p = np.array(case["truth"]), np.array(case["probabilities"])
    guess = np.array(names)[p.argmax(axis=1)]
    answer = by_labels(list(truth), list(guess))
    hot = np.column_stack([truth == name for name in names])
    if hot.any(axis=0).all():
        answer["roc_auc_ovr"] = metrics.roc_auc_score(truth, p, multi_class="ovr", average="macro", labels=names)
        answer["average_precision"] = metrics.average_precision_score(hot, p, average="macro")
    answer["log_loss"] = metrics.log_loss(truth, p, labels=names)
    answer["brier"] = metrics.brier_score_loss(truth, p, labels=names)
    answer["ece"] = ece(p.max(axis=1), guess == truth, 15)
    return answer


def clean(value):
    if isinstance(value, dict):
        return {key: clean(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(each) for each in value]
    if isinstance(value, (np.floating, float)):
        return None if math.isnan(value) else float(value)
    return value


case = json.load(sys.stdin)
print(json.dumps(clean({
    "labels": [by_labels(each["truth"], each["guess"]) for each in case["labels"]],
    "binary": [binary(each) for each in case["binary"]], "several": [several(each) for each in case["several"]],
})))
