"""The figures of Plugins/comparison by scipy and statsmodels. JSON in, JSON out."""
import json
import sys

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests


def tables(one, other):
    k, n = min(one, other), one + other
    exact = mcnemar([[0, one], [other, 0]], exact=True).pvalue
    return {"exact": float(exact), "mid": float(min(1, 2 * stats.binom.cdf(k, n, 0.5) - stats.binom.pmf(k, n, 0.5)))}


def wilcoxon(values):
    d = np.array(values)
    moved = d[d != 0]
    if len(moved) == 0:
        return None
    tied = len(set(np.abs(moved))) < len(moved)
    if len(moved) > 50:
        method = "asymptotic"
    elif not tied:
        d, method = moved, "exact"
    else:
        # Every assignment of signs: what "exact" cannot do with ties.
        d, method = moved, stats.PermutationMethod(n_resamples=2 ** len(moved) + 1)
    result = stats.wilcoxon(d, zero_method="wilcox", correction=False, method=method)
    return {"p": float(result.pvalue), "statistic": float(result.statistic)}


def paired(a, b):
    a, b = np.array(a), np.array(b)
    d = b - a
    return {
        "dz": float(d.mean() / d.std(ddof=1)), "difference": float(d.mean()),
        "cliff": float(np.sign(b[:, None] - a[None, :]).mean()),
    }


case = json.load(sys.stdin)
print(json.dumps({
    "tables": [tables(*each) for each in case["tables"]], "wilcoxon": [wilcoxon(each) for each in case["wilcoxon"]],
    "paired": [paired(*each) for each in case["paired"]],
    "holm": [list(multipletests(each, method="holm")[1]) for each in case["holm"]],
}))
