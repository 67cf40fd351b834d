// How an account's identity is named.
import assert from "node:assert/strict";
import test from "node:test";
import { providerOf } from "../src/features/session/Providers";

test("an identity is named after its provider, or its address where that is gone", () => {
  const corp = { id: "corp", title: "Example Inc.", issuer: "https://login.example.org" };
  assert.equal(providerOf("https://login.example.org 1 2", [corp]), "Example Inc.");
  assert.equal(providerOf("https://login.example.org.evil.example 1", [corp]), "login.example.org.evil.example");
});
