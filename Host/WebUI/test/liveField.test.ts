// What a field shows of the choices that a plugin offers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isOpaque } from "../src/forms/LiveField";

test("a long path is shown, a sealed sign-in is named by its title", () => {
  const deep = "/data/" + "a-long-folder/".repeat(8);
  for (const value of [deep, "s3://bucket/" + "k".repeat(90), "https://drive.example/folders/" + "1".repeat(60), "id:1AbC", 7]) {
    assert.ok(!isOpaque({ value }), String(value));
  }
  assert.ok(isOpaque({ value: "sealed:" + "aZ0_-".repeat(30) }));
  assert.ok(isOpaque({ value: "device:" + "AH-1Ng%2F" + "0".repeat(60) + "/" }));
});
