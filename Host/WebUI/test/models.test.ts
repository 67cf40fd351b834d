// Figures in words, a model's base, and two versions chosen to be compared.
import assert from "node:assert/strict";
import test from "node:test";
import { baseOf } from "../src/features/models/modelWords";
import { aboutWords } from "../src/features/evaluations/words";
import { differenceText, figureText, headline, intervalText, verdictOf } from "../src/reports/figures";
import { pairOf, withTwo } from "../src/table/choice";
import { valueGroups } from "../src/ui/valueGroups";

test("a third choice takes the place of the oldest, and choosing again takes it back", () => {
  assert.deepEqual([...withTwo(new Set(["1", "2"]), "3")], ["2", "3"]);
  assert.deepEqual([...withTwo(new Set(["1", "2"]), "1")], ["2"]);
  assert.deepEqual(pairOf(new Set(["10", "9"])), [9, 10]);
  assert.equal(pairOf(new Set(["9"])), undefined);
});

test("a base is a link only where it is registered", () => {
  assert.deepEqual(baseOf("parent@3"), { words: "parent@3", model: "parent", version: "3" });
  assert.deepEqual(baseOf({ name: "parent", version: 3 }), { words: "parent@3", model: "parent", version: "3" });
  assert.deepEqual(baseOf({ format: "gguf", path: "/models/base.gguf" }), { words: "/models/base.gguf" });
  assert.equal(baseOf(undefined), undefined);
  assert.equal(baseOf({}), undefined);
});

test("a configuration reads as names and values, and what is nested stands under the path that leads to it", () => {
  const config = {
    steps: 8, serve: { use: "any/model", with: { context: 2048 } }, prompt: "Answer.\n", messages: [{ role: "user", content: "{{q}}" }],
    metrics: ["f1", 2], prefix: "", parts: {}, none: null, fast: false, absent: undefined,
  };
  assert.deepEqual(valueGroups(config), [
    {
      path: [], entries: [
        { name: "steps", text: "8" }, { name: "prompt", text: "Answer." }, { name: "metrics", text: "f1, 2" },
        { name: "prefix", text: "empty text", isEmpty: true }, { name: "parts", text: "none", isEmpty: true },
        { name: "none", text: "none", isEmpty: true }, { name: "fast", text: "false" },
      ],
    },
    { path: ["serve"], entries: [{ name: "use", text: "any/model" }] },
    { path: ["serve", "with"], entries: [{ name: "context", text: "2048" }] },
    { path: ["messages", "1"], entries: [{ name: "role", text: "user" }, { name: "content", text: "{{q}}" }] },
  ]);
  assert.deepEqual(valueGroups({}), []);
});

test("a figure that is missing is never a number", () => {
  assert.equal(figureText(undefined), "absent");
  assert.equal(figureText({ node: "s", name: "f1", unit: "%" }), "missing");
  assert.equal(figureText({ node: "s", name: "f1", value: 0 }), "0");
  assert.equal(intervalText({ node: "s", name: "f1", value: 0.5, interval: [0.4, 0.6] }), "0.4 to 0.6");
  assert.equal(intervalText({ node: "s", name: "f1", value: 0.5 }), "");
});

test("a difference without intervals is not judged", () => {
  const pair = { name: "f1", node: "s", difference: 0.25 };
  assert.equal(differenceText(pair), "+0.25");
  assert.equal(differenceText({ name: "f1", node: "s" }), "–");
  assert.equal(verdictOf(pair), undefined);
  assert.equal(verdictOf({ ...pair, verdict: "worse" })?.tone, "error");
  assert.equal(verdictOf({ ...pair, verdict: "no difference shown" })?.tone, "neutral");
});

test("a list shows judged figures before counts", () => {
  const figures = [{ node: "s", name: "rows", value: 9 }, { node: "s", name: "f1", value: 1, better: "higher" }];
  assert.deepEqual(headline(figures, 1).map((entry) => entry.name), ["f1"]);
});

test("a list of some evaluations says of which", () => {
  assert.equal(aboutWords({ model: "", version: "", pipeline: "", run: "" }), "");
  assert.equal(aboutWords({ model: "polly", version: "2", pipeline: "p", run: "" }), "Only of polly@2, by p.");
});
