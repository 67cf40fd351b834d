"""The figures of Plugins/text-metrics by sacrebleu, rouge-score, the SQuAD script and rapidfuzz. JSON in, JSON out."""
import collections
import json
import logging
import re
import string
import sys

import sacrebleu
from rapidfuzz.distance import Levenshtein
from rouge_score import rouge_scorer
from rouge_score.tokenizers import DefaultTokenizer

logging.getLogger("sacrebleu").setLevel(logging.CRITICAL)


# The functions of the official script of SQuAD 2.0 (evaluate-v2.0.py, worksheet 0x6b567e1cf2e041ec80d7098f031c5c9e).
def normalize_answer(s):
    def remove_articles(text):
        return re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", text)

    def white_space_fix(text):
        return " ".join(text.split())

    def remove_punc(text):
        exclude = set(string.punctuation)
        return "".join(ch for ch in text if ch not in exclude)

    return white_space_fix(remove_articles(remove_punc(s.lower())))


def get_tokens(s):
    return normalize_answer(s).split() if s else []


def compute_exact(a_gold, a_pred):
    return int(normalize_answer(a_gold) == normalize_answer(a_pred))


def compute_f1(a_gold, a_pred):
    gold_toks, pred_toks = get_tokens(a_gold), get_tokens(a_pred)
    common = collections.Counter(gold_toks) & collections.Counter(pred_toks)
    num_same = sum(common.values())
    if len(gold_toks) == 0 or len(pred_toks) == 0:
        return int(gold_toks == pred_toks)
    if num_same == 0:
        return 0
    precision, recall = 1.0 * num_same / len(pred_toks), 1.0 * num_same / len(gold_toks)
    return (2 * precision * recall) / (precision + recall)


case = json.load(sys.stdin)
rows = case["rows"]
hypotheses = [row[0] for row in rows]
width = max(len(row[1]) for row in rows)
streams = [[row[1][k] if k < len(row[1]) else None for row in rows] for k in range(width)]

sacre = {}
for smooth in ("exp", "floor", "add-k"):
    sacre[f"bleu-{smooth}"] = (sacrebleu.BLEU(smooth_method=smooth), sacrebleu.BLEU(smooth_method=smooth, effective_order=True))
sacre["bleu-unsmoothed"] = (sacrebleu.BLEU(smooth_method="none"), sacrebleu.BLEU(smooth_method="none", effective_order=True))
for tokenize in ("intl", "char", "none"):
    sacre[f"bleu-{tokenize}"] = (sacrebleu.BLEU(tokenize=tokenize), sacrebleu.BLEU(tokenize=tokenize, effective_order=True))
sacre["bleu-lower"] = (sacrebleu.BLEU(lowercase=True), sacrebleu.BLEU(lowercase=True, effective_order=True))
sacre["chrf"] = (sacrebleu.CHRF(),) * 2
sacre["chrf++"] = (sacrebleu.CHRF(word_order=2),) * 2
sacre["chrf-lower-space"] = (sacrebleu.CHRF(lowercase=True, whitespace=True),) * 2
sacre["ter"] = (sacrebleu.TER(),) * 2
sacre["ter-case-punct"] = (sacrebleu.TER(case_sensitive=True, no_punct=True),) * 2

answer = {"corpus": {}, "rows": {}}
for name, (corpus, sentence) in sacre.items():
    answer["corpus"][name] = corpus.corpus_score(hypotheses, streams).score
    answer["rows"][name] = [sentence.sentence_score(h, r).score for h, r in rows]
for stemmer in (False, True):
    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer=stemmer)
    scores = [scorer.score_multi(r, h) for h, r in rows]
    for kind in ("rouge1", "rouge2", "rougeL", "rougeLsum"):
        answer["rows"][kind + ("-stem" if stemmer else "")] = [list(s[kind]) for s in scores]
answer["rows"]["exact"] = [max(compute_exact(g, h) for g in r) for h, r in rows]
answer["rows"]["f1"] = [max(compute_f1(g, h) for g in r) for h, r in rows]
answer["rows"]["edit"] = [max(Levenshtein.normalized_similarity(h, g) for g in r) for h, r in rows]
answer["rows"]["distance"] = [Levenshtein.distance(h, r[0]) for h, r in rows]
stem = DefaultTokenizer(use_stemmer=True).tokenize
answer["stems"] = [" ".join(stem(word)) for word in case["words"]]
answer["lower"] = [row[0].lower() for row in rows]
print(json.dumps(answer))
