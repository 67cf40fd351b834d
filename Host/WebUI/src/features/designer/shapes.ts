// What the canvas draws: nodes with their ports and places, edges, and which edges are allowed.
import { layout as layered } from "../../graph/layout";
import { assignInputs, type PortShape } from "../../document/inputs";
import type { PipelineModel, PipelineNode } from "../../document/model";
import type { Component } from "../../api";

export const CARD_WIDTH = 208;
export const CARD_HEIGHT = 60;
export const GRID = 8;

export type Places = Record<string, { x: number; y: number }>;

export interface CardShape {
  node: PipelineNode;
  component?: Component;
  inputs: PortShape[];
  outputs: PortShape[];
  x: number;
  y: number;
}

export interface WireShape {
  id: string;
  from: CardShape;
  to: CardShape;
  output: number;
  input: number;
  place: string;
  adapts: boolean;
}

export function componentOf(components: Component[], node: PipelineNode): Component | undefined {
  return components.find((item) => item.plugin === node.plugin && item.name === node.component);
}

export const snapped = (value: number) => Math.round(value / GRID) * GRID;

/** Places that people chose, and layered ones for the rest. */
export function placesOf(model: PipelineModel, chosen: Places): Places {
  const known = Object.keys(chosen);
  if (model.nodes.every((node) => known.includes(node.name))) return chosen;
  const drawn = layered(
    model.nodes.map((node) => ({ id: node.name, width: CARD_WIDTH, height: CARD_HEIGHT })),
    model.edges.map((edge) => ({ from: edge.from, to: edge.to })),
  );
  const places: Places = {};
  for (const node of model.nodes) places[node.name] = chosen[node.name] ?? drawn[node.name] ?? { x: 0, y: 0 };
  return places;
}

export function cardsOf(model: PipelineModel, components: Component[], places: Places): CardShape[] {
  return model.nodes.map((node) => {
    const component = componentOf(components, node);
    const place = places[node.name] ?? { x: 0, y: 0 };
    return { node, component, inputs: component?.inputs ?? [], outputs: component?.outputs ?? [], ...place };
  });
}

export function wiresOf(model: PipelineModel, cards: CardShape[]): WireShape[] {
  const byName = new Map(cards.map((card) => [card.node.name, card]));
  return model.edges.flatMap((edge) => {
    const from = byName.get(edge.from);
    const to = byName.get(edge.to);
    if (!from || !to) return [];
    const assigned = assignInputs(to.node.inputs, to.inputs, to.component?.kind === "check");
    const entry = assigned.find((item) => item.place === edge.input.place);
    const output = Math.max(0, edge.port ? from.outputs.findIndex((port) => port.name === edge.port) : 0);
    const input = Math.max(0, to.inputs.findIndex((port) => port.name === entry?.input));
    const adapts = from.outputs[output]?.type === "files" && to.inputs[input]?.type === "table";
    return [{ id: edge.id, from, to, output, input, place: edge.input.place, adapts }];
  });
}

/** Where a port sits on its card's side. */
export function portY(count: number, index: number): number {
  return (CARD_HEIGHT * (index + 1)) / (Math.max(count, 1) + 1);
}

/** Why an edge may not be drawn; null where it may. */
export function refusal(model: PipelineModel, from: CardShape, output: number, to: CardShape, input: number): string | null {
  if (from.node.name === to.node.name) return "A node can't read itself";
  const left = from.outputs[output];
  const right = to.inputs[input];
  if (!right) return `${to.node.name} takes no input`;
  if (!left) return `${from.node.name} has no output`;
  const fits = left.type === right.type || (left.type === "files" && right.type === "table");
  if (!fits) return `${right.name} takes ${right.type}, not ${left.type}`;
  const ahead = new Set([to.node.name]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const edge of model.edges) {
      if (ahead.has(edge.from) && !ahead.has(edge.to)) {
        ahead.add(edge.to);
        grown = true;
      }
    }
  }
  return ahead.has(from.node.name) ? "That would close a circle" : null;
}

/** The same objects where nothing about a card differs, so that only what changed is drawn again. */
export function kept(before: CardShape[], after: CardShape[]): CardShape[] {
  const old = new Map(before.map((card) => [card.node.name, card]));
  const same = (a: CardShape, b: CardShape) => a.node === b.node && a.component === b.component && a.x === b.x && a.y === b.y;
  return after.map((card) => {
    const other = old.get(card.node.name);
    return other && same(other, card) ? other : card;
  });
}
