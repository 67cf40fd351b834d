// Search in the palette, and names after @.
import assert from "node:assert/strict";
import test from "node:test";
import { fitting, mentionAt, take } from "../src/features/comments/mentions";
import { rank } from "../src/features/search/rank";

test("a beginning comes before a word inside, and both before loose letters", () => {
  const titles = ["Compare runs", "Go to Runs", "Run the pipeline", "Restore unsaved nodes"];
  assert.deepEqual(rank(titles, "run", (title) => title), ["Run the pipeline", "Go to Runs", "Compare runs", "Restore unsaved nodes"]);
  assert.deepEqual(rank(titles, "zzz", (title) => title), []);
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
