// Addresses: what fits which page, and what is refused as a place to go after signing in.
import assert from "node:assert/strict";
import test from "node:test";
import { addressOfSubject, addresses, match, parse } from "../src/app/router";
import { find } from "../src/app/routes";
import { pageAfter } from "../src/features/session/SignInPage";

test("a name with a slash is one segment of the address", () => {
  const path = addresses.dataset("flights/clean v2");
  assert.equal(path, "/datasets/flights%2Fclean%20v2");
  assert.deepEqual(match("/datasets/:dataset", path), { dataset: "flights/clean v2" });
});

test("a broken percent code is no match, and no failure", () => {
  assert.equal(match("/runs/:run", "/runs/%E0%A4%A"), null);
});

test("fixed words win over names", () => {
  assert.equal(find(parse("/runs/compare?left=a&right=b"))?.route.pattern, "/runs/compare");
  assert.equal(find(parse("/pipelines/new"))?.route.pattern, "/pipelines/new");
  assert.deepEqual(find(parse("/pipelines/new"))?.props, {});
  assert.equal(find(parse("/datasets/upload"))?.route.pattern, "/datasets/upload");
  assert.equal(find(parse("/no/such/page")), null);
});

test("another tab of the settings keeps the page, another run doesn't", () => {
  assert.equal(find(parse("/settings/users"))?.key, find(parse("/settings/audit"))?.key);
  assert.notEqual(find(parse("/runs/a"))?.key, find(parse("/runs/b"))?.key);
});

test("an address is taken apart into path, query and hash", () => {
  const location = parse("/runs?status=failed&q=a%20b#log");
  assert.equal(location.path, "/runs");
  assert.equal(location.query.get("q"), "a b");
  assert.equal(location.hash, "#log");
});

test("signing in leads to a page of ours only", () => {
  for (const evil of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/sign-in?return=/x", "", null]) {
    assert.equal(pageAfter(evil), "/", String(evil));
  }
  assert.equal(pageAfter("/runs/abc?tab=log"), "/runs/abc?tab=log");
});

test("a comment's subject leads to its page and node", () => {
  assert.equal(addressOfSubject("pipeline:flights#clean rows"), "/pipelines/flights?node=clean%20rows");
  assert.equal(addressOfSubject("dataset:a/b"), "/datasets/a%2Fb");
  assert.equal(addressOfSubject("host"), null);
});
