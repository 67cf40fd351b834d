// A connection's problems by field, and what differs between two revisions.
import assert from "node:assert/strict";
import test from "node:test";
import { changedFields, connectionPath, fieldsOf, namePattern, withoutEmpty } from "../src/features/connections/connectionWords";

test("a refusal stands at the fields that it names", () => {
  const inner = { title: "", detail: "Too long.", at: { pointer: "/config/voice" } };
  assert.deepEqual(fieldsOf({ detail: "No.", problems: [inner] } as never), [{ pointer: "/voice", message: "Too long." }]);
  assert.deepEqual(fieldsOf({ detail: "No.", at: { pointer: "/configured" } } as never), [{ pointer: "/configured", message: "No." }]);
});

test("changed fields are named, and a first revision has none", () => {
  assert.deepEqual(changedFields({ a: 1, b: [1], c: 1 }, { b: [2], c: 1, d: 0 }), ["a", "b", "d"]);
  assert.deepEqual(changedFields(undefined, { a: 1 }), []);
});

test("what a form emptied is not sent", () => {
  assert.deepEqual(withoutEmpty({ a: undefined, b: null, c: "" }), { b: null, c: "" });
});

test("a name begins with a letter, and stands in an address as it is", () => {
  assert.ok(namePattern.test("my-openai_2"));
  assert.ok(!namePattern.test("2nd") && !namePattern.test("a b"));
  assert.equal(connectionPath("p q", "c", "/check"), "/projects/p%20q/connections/c/check");
});
