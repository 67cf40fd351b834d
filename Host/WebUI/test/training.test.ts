// A trainer's figures as charts, and a live point among them.
import assert from "node:assert/strict";
import test from "node:test";
import { formatMetric, trainingCharts, withPoint } from "../src/features/runs/training";

const loss = { node: "tune", name: "loss", points: [[1, 3.7], [2, 3.1]], last_at: "2026-11-28T10:00:02Z" };

test("losses share a chart, other figures have their own", () => {
  const series = [
    loss, { ...loss, name: "eval_loss", points: [[2, 3.3]] }, { ...loss, name: "learning_rate", points: [[1, 0.1], [2, 0.2]] },
    { ...loss, name: "epoch", points: [[2, 1]] },
  ];
  const [node] = trainingCharts(series);
  assert.deepEqual(node?.charts.map(({ title, series }) => [title, series.map(({ name }) => name)]), [
    ["Loss", ["loss", "eval_loss"]], ["learning rate", ["learning_rate"]],
  ]);
  assert.deepEqual(node?.latest.map(({ name, value }) => [name, value]), [["loss", 3.1], ["eval_loss", 3.3], ["learning_rate", 0.2], ["epoch", 1]]);
});

test("a live point is added once, and a new figure begins a series", () => {
  const point = { at: "2026-11-28T10:00:03Z", node: "tune", name: "loss", value: 2.9, step: 3 };
  const once = withPoint([loss], point);
  assert.deepEqual(once[0]?.points[2], [3, 2.9]);
  assert.equal(withPoint(once, point), once);
  assert.equal(withPoint(once, { ...point, name: "grad_norm" }).length, 2);
  assert.equal(withPoint(once, { ...point, value: "NaN", step: 4 }), once);
});

test("figures keep what matters of them", () => {
  assert.equal(formatMetric(0.000012), "1.20e-5");
  assert.equal(formatMetric(1234.56), "1,235");
  assert.equal(formatMetric(3.14159), "3.142");
});
