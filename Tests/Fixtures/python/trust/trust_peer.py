"""What scikit-learn makes of the same rows, and SelfCheckGPT's unigram model written out: JSON in, JSON out."""
import json
import math
import re
import sys
from collections import Counter

import numpy
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler


def logistic(item):
    rows = numpy.array(item["rows"])
    labels = numpy.array(item["labels"])
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=1 / item["l2"], tol=1e-12, max_iter=10_000, solver="newton-cholesky")
    model.fit(scaler.transform(rows), labels)
    scores = model.decision_function(scaler.transform(rows))
    return {"weights": model.coef_[0].tolist(), "intercept": model.intercept_[0], "scores": scores.tolist(),
            "auroc": roc_auc_score(labels, scores)}


def isotonic(item):
    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(item["scores"], item["labels"])
    return model.predict(item["ask"]).tolist()


def words(text):
    return re.findall(r"[^\W_]+|[^\w\s]|_", text.lower())


def surprise(item):
    """The n-gram variant for n = 1: relative frequencies over samples and answer."""
    counts = Counter(word for text in item["samples"] + [item["answer"]] for word in words(text))
    total = sum(counts.values())
    values = [-math.log(counts[word] / total) for word in words(item["answer"])]
    return {"mean": sum(values) / len(values), "max": max(values)}


def area(item):
    """The mean over rows of the risk among those scored at least as high."""
    scores, right = numpy.array(item["scores"]), numpy.array(item["labels"], dtype=bool)
    return float(numpy.mean([(~right[scores >= score]).mean() for score in scores]))


asked = json.load(sys.stdin)
json.dump({
    "logistic": [logistic(item) for item in asked["logistic"]], "isotonic": [isotonic(item) for item in asked["isotonic"]],
    "surprise": [surprise(item) for item in asked["surprise"]], "area": [area(item) for item in asked["area"]],
}, sys.stdout)
