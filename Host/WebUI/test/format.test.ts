// Figures as they are written on pages.
import assert from "node:assert/strict";
import test from "node:test";
import { isLabel, valueText } from "../src/features/datasets/values";
import { formatBytes, formatCompact, formatDuration, formatNumber, formatRelative, plural } from "../src/ui/format";

test("numbers have thousands separators and a real minus", () => {
  assert.equal(formatNumber(1234567.8912), "1,234,567.891");
  assert.equal(formatNumber(-5), "−5");
  assert.equal(formatNumber(0), "0");
  assert.equal(formatNumber(0.00001234), "1.23e−5");
  assert.equal(formatNumber(NaN), "not a number");
  assert.equal(formatCompact(1_240_000), "1.2M");
  assert.equal(plural(1, "row"), "1 row");
  assert.equal(plural(2000, "row"), "2,000 rows");
});

test("sizes step by 1,024", () => {
  assert.equal(formatBytes(0), "0 B");
  assert.equal(formatBytes(1023), "1023 B");
  assert.equal(formatBytes(1536), "1.5 KiB");
  assert.equal(formatBytes(5 * 1024 ** 4), "5.0 TiB");
});

test("spans use the two units that matter", () => {
  assert.equal(formatDuration(0.00004), "40 µs");
  assert.equal(formatDuration(0.25), "250 ms");
  assert.equal(formatDuration(9.94), "9.9 s");
  assert.equal(formatDuration(59.6), "1 min");
  assert.equal(formatDuration(3725), "1 h 2 min");
  assert.equal(formatDuration(90000), "1 d 1 h");
  assert.equal(formatDuration(-1), "–");
});

test("times are told from now", () => {
  const now = Date.parse("2026-11-27T12:00:00Z");
  assert.equal(formatRelative("2026-11-27T11:59:58Z", now), "now");
  assert.equal(formatRelative("2026-11-27T11:57:00Z", now), "3 min ago");
  assert.equal(formatRelative("2026-11-27T14:00:00Z", now), "in 2 hr");
  assert.equal(formatRelative("nonsense", now), "nonsense");
});

test("years and ids have no separators, counts have", () => {
  assert.deepEqual(["year", "flight_id", "dep_time", "paid", "zip"].map((name) => isLabel(name, "int64")), [true, true, false, false, true]);
  assert.equal(isLabel("year", "float64"), false);
  assert.deepEqual([valueText(2013, true), valueText(2013)], ["2013", "2,013"]);
});
