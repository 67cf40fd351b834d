// The forms of a node's `in`, and which ports of the component they mean.

export interface PortShape {
  name: string;
  type: string;
  required?: boolean;
  many?: boolean;
}

export interface Input {
  /** Key of the mapping: an input port, or a table's name at a port that takes many. */
  key?: string;
  from: string;
  port?: string;
  /** Place in `in`: "" for the whole value, else the key or the index. */
  place: string;
}

export interface AssignedInput extends Input {
  /** Name of the component's input port; absent where the component is unknown or has no such port. */
  input?: string;
}

/** `node` or `node.port`; names of nodes have no dot. */
export function readReference(text: string): { from: string; port?: string } {
  const dot = text.indexOf(".");
  return dot < 0 ? { from: text } : { from: text.slice(0, dot), port: text.slice(dot + 1) };
}

export function writeReference(from: string, port?: string): string {
  return port === undefined ? from : from + "." + port;
}

export function readInputs(value: unknown): Input[] {
  if (typeof value === "string") return value === "" ? [] : [{ ...readReference(value), place: "" }];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      typeof item === "string" ? [{ ...readReference(item), place: String(index) }] : [],
    );
  }
  if (value !== null && typeof value === "object") {
    return Object.entries(value).flatMap(([key, item]) =>
      typeof item === "string" ? [{ key, ...readReference(item), place: key }] : [],
    );
  }
  return [];
}

/** Which port each entry reaches, by the rules of the host: names first, then the port that takes many. */
export function assignInputs(inputs: Input[], ports: PortShape[], isCheck: boolean): AssignedInput[] {
  const many = ports.find((port) => port.many);
  const first = ports[0];
  return inputs.map((input, index) => {
    if (input.key !== undefined) {
      const named = ports.find((port) => port.name === input.key && !port.many);
      return { ...input, input: (named ?? many)?.name };
    }
    if (input.place === "") return { ...input, input: first?.name };
    if (isCheck && index === 0) return { ...input, input: first?.name };
    return { ...input, input: (many ?? ports[index])?.name };
  });
}
