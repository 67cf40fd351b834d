// What is typed above a column, as the filter that the host takes.

export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "starts_with" | "is_null" | "not_null" | "in";

export interface RowFilter {
  column: string;
  op: Operator;
  value?: unknown;
}

/** Said beside the fields. */
export const filterWords = "Text is searched; also = != < <= > >=, ^begins, a|b|c, null, !null.";

/** `type` is the column's Arrow type. Undefined where the text says nothing yet. */
export function filterFrom(column: string, type: string, text: string): RowFilter | undefined {
  const typed = text.trim();
  if (typed === "") return undefined;
  const word = typed.toLowerCase();
  if (word === "null" || word === "= null") return { column, op: "is_null" };
  if (word === "!null" || word === "not null" || word === "!= null") return { column, op: "not_null" };
  const compared = /^(<=|>=|!=|<|>|=)\s*(.*)$/s.exec(typed);
  if (compared) {
    if (compared[2] === "") return undefined;
    return { column, op: compared[1] as Operator, value: valueFrom(type, compared[2]) };
  }
  if (typed.includes("|")) {
    const values = typed.split("|").map((part) => part.trim()).filter(Boolean);
    return { column, op: "in", value: values.map((part) => valueFrom(type, part)) };
  }
  if (!isText(type)) return { column, op: "=", value: valueFrom(type, typed) };
  if (typed.startsWith("^")) return typed.length > 1 ? { column, op: "starts_with", value: typed.slice(1) } : undefined;
  return { column, op: "contains", value: typed };
}

/** Whole numbers beyond what a browser counts exactly stay text. */
export function valueFrom(type: string, text: string): unknown {
  if (/^(u?int|float|double|half)/.test(type)) {
    const number = Number(text);
    if (Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))) return number;
  }
  if (/^bool/.test(type) && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  const quoted = /^"(.*)"$/s.exec(text);
  return quoted ? quoted[1] : text;
}

function isText(type: string): boolean {
  return /^(utf8|large_utf8|string|large_string|utf8_view|string_view|dictionary)/.test(type);
}
