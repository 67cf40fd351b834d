// Tests of who is meant by an @ in a comment.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting, mentionAt, take, untold } from "../src/features/comments/mentions";

test("a name is offered while it is typed, and takes the place of what was typed", () => {
  const mention = mentionAt("Look @ve", 8)!;
  assert.deepEqual(mention, { from: 5, text: "ve" });
  assert.deepEqual(fitting([{ name: "vera", title: "Vera V" }, { name: "bob" }], mention.text).map(({ name }) => name), ["vera"]);
  assert.deepEqual(take("Look @ve now", mention, "vera"), { text: "Look @vera now", caret: 11 });
  assert.equal(mentionAt("mail a@b", 8), null);
});

test("names that are nobody's are said, those in code and mail addresses are not meant", () => {
  assert.deepEqual(untold("@adm and @vera: see a@b.example, `@code` and @adm.", ["vera"]), ["adm"]);
  assert.deepEqual(untold("no names", []), []);
});
