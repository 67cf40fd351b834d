// The playground's question, and an answer that comes in pieces.
import assert from "node:assert/strict";
import test from "node:test";
import { framesOf } from "../src/api/stream";
import { beginning, percent, surprise, tokensAreText, withEvents } from "../src/features/playground/answer";
import { beyond, modelOf, remembered, requestOf, schemaFrom, settingsFrom, standard } from "../src/features/playground/question";

test("an event that has not come whole waits for its rest", () => {
  const first = framesOf('data: {"type":"text","te');
  assert.deepEqual(first, { data: [], rest: 'data: {"type":"text","te' });
  const second = framesOf(first.rest + 'xt":"a"}\n\n: still there\n\ndata: {"type":"done"}\n\n');
  assert.deepEqual(second, { data: ['{"type":"text","text":"a"}', '{"type":"done"}'], rest: "" });
});

test("an answer is put together from its events", () => {
  const answer = withEvents(beginning, [
    { type: "text", choice: 0, text: "Hello " }, { type: "logprobs", choice: 0, tokens: [{ token: "Hello ", logprob: 0 }] },
    { type: "text", choice: 1, text: "another" }, { type: "text", choice: 0, text: "you" },
    { type: "usage", input_tokens: 3, output_tokens: 2 }, { type: "finish", choice: 0, reason: "stop" }, { type: "done", seconds: 0.5 }, null, 7,
  ]);
  assert.equal(answer.text, "Hello you");
  assert.deepEqual([answer.state, answer.finish, answer.output, answer.seconds], ["done", "stop", 2, 0.5]);
  assert.equal(tokensAreText(answer), false);
});

test("a problem stays, also when the host says done after it", () => {
  const answer = withEvents(beginning, [{ type: "problem", problem: { title: "No", detail: "no" } }, { type: "done", seconds: 1 }]);
  assert.equal(answer.state, "failed");
  assert.equal(answer.problems.length, 1);
});

test("a sure token is not shaded, a surprising one is most", () => {
  assert.deepEqual([0, Math.log(0.7), Math.log(0.5), Math.log(0.2), Math.log(0.01)].map(surprise), [0, 1, 2, 3, 4]);
  assert.equal(percent(0), "100%");
  assert.equal(percent(-20), "under 0.1%");
});

test("an empty setting leaves the choice to the provider", () => {
  const request = requestOf({ ...standard, temperature: null, seed: null, maxTokens: null }, [{ prompt: "a", answer: "b" }, { prompt: "c", answer: "" }], "d");
  assert.deepEqual(request, { messages: [{ role: "user", content: "a" }, { role: "assistant", content: "b" }, { role: "user", content: "d" }] });
  assert.deepEqual(requestOf({ ...standard, schema: '{"type":"object"}' }, [], "d").format, { type: "json_schema", schema: { type: "object" } });
});

test("what a browser kept may be anything", () => {
  assert.deepEqual(settingsFrom("not JSON"), standard);
  assert.deepEqual(settingsFrom('{"seed":"x","temperature":null,"logprobs":true,"more":1}'), { ...standard, temperature: null, logprobs: true });
});

test("a schema is an object, and a connection brings its provider", () => {
  assert.deepEqual(schemaFrom("  "), {});
  assert.match(schemaFrom("[1]").problem ?? "", /object/);
  assert.ok(schemaFrom("{").problem);
  assert.deepEqual(modelOf("connection:a", [{ name: "a", use: "x/y" }]), { use: "x/y", connection: "a" });
  assert.deepEqual(modelOf("connection:a", [{ name: "a", use: "x/y" }], { model: "m" }), { use: "x/y", connection: "a", with: { model: "m" } });
  assert.deepEqual(beyond({ url: "u", n: [1] }, { url: "u", n: [2], model: "m", gone: undefined }), { n: [2], model: "m" });
  assert.equal(modelOf("polly@champion", []), "polly@champion");
  assert.deepEqual(remembered(["a", "b", "c"], "b", 2), ["b", "a"]);
});
