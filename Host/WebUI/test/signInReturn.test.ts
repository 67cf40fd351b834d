// How a sign-in elsewhere finds its way back to the form that opened it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { awaitReturn, handOver, isReturn, stateOf } from "../src/app/signInReturn";

(globalThis as { window?: unknown }).window ??= globalThis;

test("only the first page with a state and an outcome is where a sign-in ends", () => {
  const host = "http://127.0.0.1:8080";
  assert.ok(isReturn(`${host}/?state=s&code=4%2Fx&scope=y`));
  assert.ok(isReturn(`${host}/?error=access_denied&state=s`));
  for (const address of ["/", "/?state=s", "/?code=c", "/runs?state=failed&code=3", "/sign-in?state=s&code=c"]) {
    assert.ok(!isReturn(host + address), address);
  }
  assert.equal(stateOf(`${host}/?state=a%20b&code=c`), "a b");
  assert.equal(stateOf("no address"), undefined);
});

test("the address reaches the form that waits for its state, and no other", async () => {
  const heard: string[] = [];
  const stops = [awaitReturn("mine", (address) => heard.push(address)), awaitReturn("other", () => heard.push("wrong"))];
  assert.equal(await handOver("http://127.0.0.1/?state=mine&code=1"), true);
  assert.deepEqual(heard, ["http://127.0.0.1/?state=mine&code=1"]);
  stops.forEach((stop) => stop());
});

test("an address that nobody waits for is told so", async () => {
  assert.equal(await handOver("http://127.0.0.1/?state=lost&code=1", 50), false);
});
