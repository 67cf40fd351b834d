// Every edge that could be drawn at a node, and why the others can't.
import type { PipelineModel } from "../../document/model";
import { type CardShape, refusal } from "./shapes";

export interface Join {
  from: CardShape;
  output: number;
  to: CardShape;
  input: number;
  /** null where it may be drawn. */
  reason: string | null;
}

export interface PortChoice {
  side: "input" | "output";
  index: number;
}

/** What may be drawn first; then what may not. With `port`, only what begins or ends there. */
export function joinsOf(model: PipelineModel, cards: CardShape[], card: CardShape, port?: PortChoice): Join[] {
  const found: Join[] = [];
  const add = (from: CardShape, output: number, to: CardShape, input: number) => {
    const exists = model.edges.some((edge) => edge.from === from.node.name && edge.to === to.node.name && (edge.port ?? from.outputs[0].name) === from.outputs[output].name);
    if (!exists) found.push({ from, output, to, input, reason: refusal(model, from, output, to, input) });
  };
  for (const other of cards) {
    if (other === card) continue;
    if (port?.side !== "input") {
      card.outputs.forEach((_, output) => {
        if (port && port.index !== output) return;
        other.inputs.forEach((_, input) => add(card, output, other, input));
      });
    }
    if (port?.side !== "output") {
      card.inputs.forEach((_, input) => {
        if (port && port.index !== input) return;
        other.outputs.forEach((_, output) => add(other, output, card, input));
      });
    }
  }
  return found.sort((a, b) => Number(a.reason !== null) - Number(b.reason !== null));
}

/** The first pair of ports by which `from` can feed a component that takes `inputs`. */
export function fitting(outputs: { type: string }[], inputs: { type: string }[]): { output: number; input: number } | null {
  for (let output = 0; output < outputs.length; output += 1) {
    const input = inputs.findIndex((port) => port.type === outputs[output].type || (outputs[output].type === "files" && port.type === "table"));
    if (input >= 0) return { output, input };
  }
  return null;
}
