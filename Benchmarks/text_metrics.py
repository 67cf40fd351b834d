"""text-metrics: the CPU of scoring predicted texts: our pipeline, and sacrebleu, rouge-score, SQuAD and rapidfuzz in Python."""
import json
import random

import measure
import workspace
from workspace import Failure

NAME = "text-metrics"
ROWS, ROUNDS = 5_000, 3
LIMIT = 10  # times faster
GROUPS = {
    "BLEU, chrF, chrF++": ["bleu", "chrf", "chrf_pp"],
    "TER": ["ter"],
    "ROUGE with stems": ["rouge1", "rouge2", "rougeL", "rougeLsum"],
    "SQuAD": ["normalized_exact_match", "f1"],
    "all": ["bleu", "chrf", "chrf_pp", "ter", "rouge1", "rouge2", "rougeL", "rougeLsum", "normalized_exact_match", "f1", "edit_similarity"],
}
# SQuAD's functions are done with the usual rows before anything has started: so many times more of them.
MORE_ROWS = {"SQuAD": 20}
STEMS = "run walk relation condition digit operator happy hope trouble value market report govern nation price week".split()
ENDINGS = ["", "s", "ed", "ing", "ation", "al", "ness", "ful", "er", "ly", "ize", "ment"]
PLAIN = "the a of to and in that it is was for on with as at by from or an be this are not but".split()


def generate(file, rows):
    """Sentences of 8 to 40 words and a variation of each: the same bytes on every machine."""
    chance = random.Random(7)
    word = lambda: chance.choice(PLAIN) if chance.random() < 0.5 else chance.choice(STEMS) + chance.choice(ENDINGS)
    with open(file, "w") as out:
        for number in range(rows):
            expected = [word() for _ in range(chance.randint(8, 40))]
            answer = list(expected)
            for _ in range(max(1, len(answer) // 5)):
                place = chance.randrange(len(answer))
                kind = chance.random()
                if kind < 0.4:
                    answer[place] = word()
                elif kind < 0.6 and len(answer) > 1:
                    del answer[place]
                elif kind < 0.8:
                    answer.insert(place, word())
                else:
                    answer.insert(chance.randrange(len(answer)), answer.pop(place))
            row = {"id": number, "answer": " ".join(answer) + ".", "expected": " ".join(expected).capitalize() + "."}
            out.write(json.dumps(row) + "\n")


def figures_of(report, name):
    for node in report["nodes"]:
        if node["name"] == name and node.get("report"):
            return {metric["name"]: metric["value"] for metric in node["report"]["metrics"]}
    raise Failure(f"the run has no report of '{name}'")


def run(rows, rounds):
    python = workspace.python("requirements-text.txt")
    peer = workspace.PEERS / "text_metrics_peer.py"
    result = {"benchmark": NAME, "rows": rows, "rounds": rounds, "limit": LIMIT, "groups": {}, "machine": workspace.machine()}
    with workspace.store() as (folder, env):
        log, answer = folder / "log", folder / "figures.json"
        for title, names in GROUPS.items():
            count = rows * MORE_ROWS.get(title, 1)
            source = folder / f"answers-{count}.jsonl"
            if not source.exists():
                generate(source, count)
            nodes = {
                "files": {"use": "local-files/source", "with": {"path": str(source)}},
                "answers": {"use": "duckdb/read", "in": "files"},
                "scores": {"use": "text-metrics/evaluate", "in": "answers", "with": {
                    "prediction": "answer", "references": ["expected"], "metrics": names, "rouge": {"stemmer": True},
                    "bootstrap": {"resamples": 0}}},
            }
            document = workspace.pipeline(folder, "scores", nodes)
            chosen = ",".join(names)
            contenders = {
                "ote": lambda: measure.run([workspace.OTE, "run", "--json", document], log, env),
                "python": lambda: measure.run([python, peer, source, answer, chosen], folder / "peer-log"),
            }
            samples = measure.interleaved(contenders, rounds)
            ours, theirs = figures_of(json.loads(workspace.output_of(workspace.OTE, "run", "--json", document, env=env)), "scores"), json.loads(answer.read_text())
            apart = {name: (ours.get(name), theirs[name]) for name in names if abs((ours.get(name) or 0) - theirs[name]) > 1e-9}
            if apart:
                raise Failure(f"figures differ: {apart}")
            result["groups"][title] = {
                "rows": count,
                "cpu_ratio": round(measure.ratio(samples, "python", "ote"), 1),
                "wall_ratio": round(measure.ratio(samples, "python", "ote", lambda s: s.wall), 1),
                "medians": measure.medians(samples), "samples": measure.raw(samples),
            }
    result["within_limits"] = all(group["cpu_ratio"] >= LIMIT for group in result["groups"].values())
    return result


def table(result):
    rows = [
        [title, f"{g['rows']:,}", f"{g['medians']['ote']['cpu_s']:.2f}", f"{g['medians']['python']['cpu_s']:.2f}", f"{g['cpu_ratio']:.1f}", f"{g['wall_ratio']:.1f}"]
        for title, g in result["groups"].items()]
    return "\n".join([
        workspace.table(f"{NAME}: {result['rounds']} rounds; CPU seconds of the whole process tree, start included",
                        ["", "rows", "ote", "Python", "times less CPU", "times faster"], rows), "",
        f"each at least {result['limit']} times less CPU: {'yes' if result['within_limits'] else 'NO'}",
    ])
