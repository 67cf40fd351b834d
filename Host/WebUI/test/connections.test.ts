// A connection's problems by field, and what differs between two revisions.
import assert from "node:assert/strict";
import test from "node:test";
import { budgetRows, changedFields, connectionPath, fieldsOf, namePattern, withoutEmpty } from "../src/features/connections/connectionWords";

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

test("a budget stands beside what that day has used, and what nobody told is not zero", () => {
  const usage = [{ connection: "c", day: "2026-01-01", requests: 9 }, { connection: "c", day: "2026-01-02", requests: 3, output_tokens: 50 }];
  const rows = budgetRows({ requests_per_day: 2, tokens_per_day: 200, cost_per_day: 0 }, usage, "2026-01-02");
  assert.deepEqual(rows.map(({ key, used, limit, share }) => [key, used, limit, share]), [
    ["requests", 3, 2, 1], ["tokens", 50, 200, 0.25], ["cost", undefined, 0, 1],
  ]);
  assert.deepEqual(budgetRows({ tokens_per_day: 5 }, usage, "2026-01-03").map(({ used }) => used), [undefined]);
  assert.deepEqual(budgetRows(undefined, usage, "2026-01-02"), []);
});
