"""The figures of Plugins/statistics by numpy, scipy and scikit-learn. JSON on stdin, JSON on stdout."""
import json
import sys

import numpy as np
from scipy import stats
from sklearn import metrics

MASK = (1 << 64) - 1


class Xoshiro256:
    """xoshiro256++ as published (https://prng.di.unimi.it/xoshiro256plusplus.c), seeded by splitmix64."""

    def __init__(self, seed):
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & MASK
            z = seed
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
            self.state.append(z ^ (z >> 31))

    def next(self):
        s = self.state
        rotated = lambda x, k: ((x << k) | (x >> (64 - k))) & MASK
        result = (rotated((s[0] + s[3]) & MASK, 23) + s[0]) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotated(s[3], 45)
        return result

    def below(self, bound):
        product = self.next() * bound
        if product & MASK < bound:
            threshold = ((1 << 64) - bound) % bound
            while product & MASK < threshold:
                product = self.next() * bound
        return product >> 64


def bootstrap(case):
    values = np.array(case["values"])
    n = len(values)
    random = Xoshiro256(case["seed"])
    samples = np.array([values[[random.below(n) for _ in range(n)]].mean() for _ in range(case["resamples"])])
    low, high = np.percentile(samples, [2.5, 97.5])
    # scipy's own BCa, on our resamples.
    theta = values.mean()
    jackknife = np.array([np.delete(values, i).mean() for i in range(n)])
    d = jackknife.mean() - jackknife
    a = (d**3).sum() / (6 * (d**2).sum() ** 1.5)
    z0 = stats.norm.ppf(((samples < theta).sum() + (samples <= theta).sum()) / (2 * len(samples)))
    z = stats.norm.ppf([0.025, 0.975])
    bca = np.percentile(samples, 100 * stats.norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z))))
    return {"percentile": [low, high], "bca": list(bca)}


def ranking(case):
    truth, scores = np.array(case["positive"]), np.array(case["scores"])
    bins = case["bins"]
    edges = np.linspace(0, 1, bins + 1)
    ids = np.searchsorted(edges[1:-1], scores)
    error = sum(
        abs(truth[ids == k].mean() - scores[ids == k].mean()) * (ids == k).mean() for k in range(bins) if (ids == k).any())
    return {
        "auc": metrics.roc_auc_score(truth, scores), "ap": metrics.average_precision_score(truth, scores),
        "brier": metrics.brier_score_loss(truth, scores),
        "log_loss": metrics.log_loss(truth, np.column_stack([1 - scores, scores]), labels=[False, True]), "ece": error,
    }


case = json.load(sys.stdin)
random = Xoshiro256(7)
print(json.dumps({
    "random": [str(random.next()) for _ in range(5)], "below": [random.below(1000) for _ in range(5)],
    "bootstrap": [bootstrap(each) for each in case["bootstrap"]],
    "ranking": [ranking(each) for each in case["ranking"]],
    "quantiles": [float(np.quantile(case["quantiles"], p)) for p in (0, 0.025, 0.3, 0.5, 0.77, 1)],
    "ranks": list(stats.rankdata(case["ranks"])),
    "normal": [[float(stats.norm.ppf(p)), float(stats.norm.cdf(stats.norm.ppf(p) / 2))] for p in case["normal"]],
}))
