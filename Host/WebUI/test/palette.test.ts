// Search in the palette, and names after @.
import assert from "node:assert/strict";
import test from "node:test";
import type { ConnectionEntry, EvaluationEntry } from "../src/api/types";
import { fitting, mentionAt, take } from "../src/features/comments/mentions";
import { hitsIn } from "../src/features/search/hits";
import { isClear, rank } from "../src/features/search/rank";
import { gathered, once } from "../src/features/search/useHits";

test("a beginning comes before a word inside, and both before loose letters", () => {
  const titles = ["Compare runs", "Go to Runs", "Run the pipeline", "Restore unsaved nodes"];
  assert.deepEqual(rank(titles, "run", (title) => title), ["Run the pipeline", "Go to Runs", "Compare runs", "Restore unsaved nodes"]);
  assert.deepEqual(rank(titles, "zzz", (title) => title), []);
});

test("letters in order are a guess, beginnings of words are not", () => {
  assert.ok(isClear("Theme: dark", "theme dark"));
  assert.ok(isClear("Theme: dark", "th da"));
  assert.ok(isClear("Compare runs", "pare"));
  assert.ok(!isClear("Theme: dark", "dark theme"));
  assert.ok(!isClear("Theme: as the system", "sm"));
  assert.deepEqual(rank(["Theme: as the system"], "sm", (title) => title), ["Theme: as the system"]);
});

test("an @ begins a mention, an address in mail doesn't", () => {
  assert.deepEqual(mentionAt("hello @ad", 9), { from: 6, text: "ad" });
  assert.equal(mentionAt("a@example", 9), null);
  assert.equal(mentionAt("@ada done", 9), null);
});

test("taking a name puts the caret behind it", () => {
  const mention = mentionAt("ask @a about it", 6);
  assert.ok(mention);
  assert.deepEqual(take("ask @a about it", mention, "ada"), { text: "ask @ada about it", caret: 9 });
});

test("people are found by name and by title", () => {
  const names = [{ name: "ada", title: "Ada Lovelace" }, { name: "bo", title: "Bo Berg" }];
  assert.deepEqual(fitting(names, "love").map((entry) => entry.name), ["ada"]);
  assert.deepEqual(fitting(names, "").length, 2);
});

const evaluation = (id: number, title: string, model: string): EvaluationEntry => ({
  id, title, run: "01RUNOFTHEQUIZ", node: "trust", use: "any/evaluate", kind: "evaluator", pipeline: "quiz", project: "default",
  models: [{ node: "base", model, version: 2 }], datasets: [{ dataset: "questions", version: 1 }], figures: [], created_at: "2026-11-28T12:00:00Z",
});
const connection = (name: string, project = "default"): ConnectionEntry => ({ name, project, use: "any/model", config: {}, revision: 1, updated_at: "" });

test("models, evaluations and connections are found beside what the host's search knows, group by group", () => {
  const hits = hitsIn({
    found: [{ kind: "run", name: "01SMALL" }, { kind: "dataset", name: "small_talk", project: "default" }],
    models: [{ model: "small", project: "default", version: 3, versions: 2, bytes: 1, created_at: "", updated_at: "", aliases: { stable: 2 } }],
    evaluations: [evaluation(7, "Trust in answers", "small"), evaluation(8, "Trust in answers", "large")],
    connections: [connection("very-small"), connection("other"), connection("small-one", "second team")],
  }, "small");
  assert.deepEqual(hits.map(({ group, title, address }) => [group, title, address]), [
    ["Datasets", "small_talk", "/datasets/small_talk"],
    ["Models", "small", "/models/small"],
    ["Evaluations", "Trust in answers", "/evaluations/7"],
    ["Connections", "small-one", "/connections/second%20team/small-one"],
    ["Connections", "very-small", "/connections/default/very-small"],
    ["Runs", "01SMALL", "/runs/01SMALL"],
  ]);
  assert.equal(hits[1].detail, "version 3 · stable · default");
  assert.equal(hits[2].detail, "small@2 · quiz/trust · run FTHEQUIZ · default");
});

test("an evaluation is found by its title, pipeline, node, model and data, in any order of words", () => {
  const evaluations = [evaluation(7, "Trust in answers", "small")];
  for (const text of ["trust", "quiz/trust", "small@2", "questions", "ANSWERS quiz"]) assert.equal(hitsIn({ evaluations }, text).length, 1, text);
  assert.equal(hitsIn({ evaluations }, "answers of another").length, 0);
});

test("a list that can't be read hides nothing of the others, and is asked again", async () => {
  let asked = 0;
  const broken = once(async (): Promise<{ items: never[] }> => { asked += 1; throw new Error("not now"); });
  const search = () => gathered("small", {
    found: Promise.resolve({ items: [] }), models: broken(), evaluations: Promise.resolve({ items: [] }),
    connections: Promise.resolve({ items: [connection("small")] }),
  });
  const { hits, failed } = await search();
  assert.deepEqual(hits.map(({ title }) => title), ["small"]);
  assert.equal(failed, "not now");
  await search();
  assert.equal(asked, 2);
  const kept = once(async () => { asked += 1; return 1; });
  await Promise.all([kept(), kept()]);
  assert.equal(asked, 3);
});
