// What goes along when a form asks a plugin for choices.
import assert from "node:assert/strict";
import { test } from "node:test";
import { askedWith } from "../src/forms/liveQuestion";

test("a field in which nothing stands is not part of the question", () => {
  assert.deepEqual(askedWith({ path: "", rows: 7 }, "/path", ""), { rows: 7 });
  assert.deepEqual(askedWith({ path: ["a", ""], rows: 7 }, "/path/1", ""), { rows: 7 });
  assert.deepEqual(askedWith({ "a/b": "" }, "/a~1b", ""), {});
  assert.deepEqual(askedWith(undefined, "/path", ""), {});
});

test("a field that is being typed goes along as it stands", () => {
  assert.deepEqual(askedWith({ path: "data/", rows: 7 }, "/path", "data/"), { path: "data/", rows: 7 });
});
