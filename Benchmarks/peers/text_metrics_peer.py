"""The metrics of one run of text-metrics by sacrebleu, rouge-score, the SQuAD script's functions and rapidfuzz: PEER IN OUT.

IN is a file of JSON lines with "answer" and "expected"; OUT gets the figures as JSON. Logging is off: it costs sacrebleu time.
"""
import collections
import json
import logging
import re
import string
import sys

import sacrebleu
from rapidfuzz.distance import Levenshtein
from rouge_score import rouge_scorer

logging.disable(logging.CRITICAL)
KINDS = ("rouge1", "rouge2", "rougeL", "rougeLsum")
ARTICLES, PUNCTUATION = re.compile(r"\b(a|an|the)\b", re.UNICODE), set(string.punctuation)


def words(text):
    return ARTICLES.sub(" ", "".join(ch for ch in text.lower() if ch not in PUNCTUATION)).split()


def f1(gold, guess):
    if not gold or not guess:
        return float(gold == guess)
    same = sum((collections.Counter(gold) & collections.Counter(guess)).values())
    precision, recall = same / len(guess), same / len(gold)
    return 2 * precision * recall / (precision + recall) if same else 0.0


def main(source, target, only):
    rows = [json.loads(line) for line in open(source)]
    guesses, golds = [row["answer"] for row in rows], [row["expected"] for row in rows]
    mean = lambda values: sum(values) / len(rows)
    figures = {}
    corpus = {"bleu": sacrebleu.BLEU(), "chrf": sacrebleu.CHRF(), "chrf_pp": sacrebleu.CHRF(word_order=2), "ter": sacrebleu.TER()}
    for name, metric in corpus.items():
        if name in only:
            figures[name] = metric.corpus_score(guesses, [golds]).score
    kinds = [kind for kind in KINDS if kind in only]
    if kinds:
        scorer = rouge_scorer.RougeScorer(kinds, use_stemmer=True)
        scores = [scorer.score(gold, guess) for gold, guess in zip(golds, guesses)]
        figures.update({kind: mean([score[kind].fmeasure for score in scores]) for kind in kinds})
    pairs = [(words(gold), words(guess)) for gold, guess in zip(golds, guesses)] if {"f1", "normalized_exact_match"} & only else []
    if "normalized_exact_match" in only:
        figures["normalized_exact_match"] = mean([gold == guess for gold, guess in pairs])
    if "f1" in only:
        figures["f1"] = mean([f1(gold, guess) for gold, guess in pairs])
    if "edit_similarity" in only:
        figures["edit_similarity"] = mean([Levenshtein.normalized_similarity(a, b) for a, b in zip(guesses, golds)])
    json.dump(figures, open(target, "w"))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], set(sys.argv[3].split(",")))
