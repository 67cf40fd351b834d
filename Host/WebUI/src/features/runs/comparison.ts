// Two runs laid side by side: nodes, findings, parameters and builds, matched by name.
import type { Finding, Run } from "../../api";

export interface Pair<Value> {
  name: string;
  left?: Value;
  right?: Value;
  changed: boolean;
}

export interface NodeFigures {
  rows?: number;
  seconds?: number;
  status: string;
}

export function nodePairs(left: Run, right: Run): Pair<NodeFigures>[] {
  const figures = (run: Run) => new Map(run.nodes.map((node): [string, NodeFigures] => [
    node.name, { rows: node.rows_out, seconds: node.seconds, status: node.status },
  ]));
  return pairs(figures(left), figures(right), (a, b) => a.rows === b.rows && a.status === b.status);
}

export function findingPairs(left: Run, right: Run): Pair<Finding>[] {
  return pairs(findings(left), findings(right), (a, b) =>
    a.passed === b.passed && JSON.stringify(a.observed) === JSON.stringify(b.observed)
    && JSON.stringify(a.limit) === JSON.stringify(b.limit));
}

/** Two rules of one name on one column are told apart by their order. */
function findings(run: Run): Map<string, Finding> {
  const found = new Map<string, Finding>();
  for (const finding of run.findings) {
    const name = [finding.node, finding.rule, finding.column ?? finding.columns?.join(", ")].filter(Boolean).join(" ");
    let own = name;
    for (let count = 2; found.has(own); count += 1) own = `${name} (${count})`;
    found.set(own, finding);
  }
  return found;
}

export function parameterPairs(left: Run, right: Run): Pair<string>[] {
  const texts = (run: Run) =>
    new Map(Object.entries(run.parameters).map(([name, value]) => [name, JSON.stringify(value)]));
  return pairs(texts(left), texts(right), (a, b) => a === b);
}

export function buildPairs(left: Run, right: Run): Pair<string>[] {
  const builds = (run: Run) => new Map(run.nodes.map((node) => {
    const [plugin] = node.use.split("/");
    return [plugin, `${node.use.split("@")[1] ?? ""} ${node.plugin_digest.slice(0, 19)}`.trim()];
  }));
  return pairs(builds(left), builds(right), (a, b) => a === b);
}

export function inputPairs(left: Run, right: Run): Pair<string>[] {
  const inputs = (run: Run) => new Map(run.inputs.map((input) => [input.dataset, `version ${input.version}`]));
  return pairs(inputs(left), inputs(right), (a, b) => a === b);
}

function pairs<Value>(left: Map<string, Value>, right: Map<string, Value>, same: (a: Value, b: Value) => boolean) {
  const names = [...left.keys(), ...[...right.keys()].filter((name) => !left.has(name))];
  return names.map((name): Pair<Value> => {
    const [a, b] = [left.get(name), right.get(name)];
    return { name, left: a, right: b, changed: a === undefined || b === undefined || !same(a, b) };
  });
}

/** "+12.5%", "-3%", "same"; undefined where it cannot be said. */
export function change(left: number | undefined, right: number | undefined): string | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (left === right) return "same";
  if (left === 0) return undefined;
  const percent = ((right - left) / Math.abs(left)) * 100;
  const text = Math.abs(percent) >= 10 ? percent.toFixed(0) : percent.toFixed(1);
  return `${percent > 0 ? "+" : ""}${text}%`;
}
