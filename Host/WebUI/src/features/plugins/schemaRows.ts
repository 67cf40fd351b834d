// A configuration's JSON Schema as the rows of a table, for people who read rather than fill in.

export interface SchemaRow {
  path: string;
  title?: string;
  type: string;
  required: boolean;
  standard?: string;
  allowed: string;
  text: string;
  group?: string;
}

type Schema = Record<string, unknown>;

const deepest = 4;

export function schemaRows(schema: Schema): SchemaRow[] {
  return rowsOf(schema, schema, "", 0);
}

function rowsOf(root: Schema, given: Schema, prefix: string, depth: number): SchemaRow[] {
  const schema = resolved(root, given);
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const entries = Object.entries(asSchema(schema.properties));
  const placed = entries.sort(([, a], [, b]) => order(a) - order(b));
  return placed.flatMap(([name, value]) => {
    const own = resolved(root, asSchema(value));
    const path = prefix + name;
    const row: SchemaRow = {
      path, title: text(own.title), type: typeOf(root, own), required: required.has(name),
      standard: own.default === undefined ? undefined : JSON.stringify(own.default), allowed: allowedOf(own),
      text: text(own.description) ?? "", group: text(own["x-group"]),
    };
    if (depth >= deepest) return [row];
    const items = resolved(root, asSchema(own.items));
    if (own.properties) return [row, ...rowsOf(root, own, `${path}.`, depth + 1)];
    if (items.properties) return [row, ...rowsOf(root, items, `${path}[].`, depth + 1)];
    return [row];
  });
}

function typeOf(root: Schema, schema: Schema): string {
  if (schema["x-secret"]) return "secret";
  if (Array.isArray(schema.enum)) return "choice";
  if (schema.const !== undefined) return "constant";
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  if (schema.type === "array") {
    const items = resolved(root, asSchema(schema.items));
    return items.type || items.enum ? `list of ${typeOf(root, items)}` : "list";
  }
  if (typeof schema.type === "string") return schema.type;
  const several = [schema.oneOf, schema.anyOf].find(Array.isArray) as unknown[] | undefined;
  return several ? [...new Set(several.map((entry) => typeOf(root, resolved(root, asSchema(entry)))))].join(" or ") : "any";
}

function allowedOf(schema: Schema): string {
  const parts: string[] = [];
  if (Array.isArray(schema.enum)) parts.push(schema.enum.map((value) => String(value)).join(", "));
  if (schema.const !== undefined) parts.push(String(schema.const));
  const range = (least: string, most: string, word: string) => {
    if (schema[least] !== undefined) parts.push(`${word}at least ${String(schema[least])}`);
    if (schema[most] !== undefined) parts.push(`${word}at most ${String(schema[most])}`);
  };
  range("minimum", "maximum", "");
  if (schema.exclusiveMinimum !== undefined) parts.push(`more than ${String(schema.exclusiveMinimum)}`);
  if (schema.exclusiveMaximum !== undefined) parts.push(`less than ${String(schema.exclusiveMaximum)}`);
  range("minLength", "maxLength", "length ");
  range("minItems", "maxItems", "entries ");
  if (schema.pattern !== undefined) parts.push(`pattern ${String(schema.pattern)}`);
  if (schema["x-unit"]) parts.push(`in ${String(schema["x-unit"])}`);
  return parts.join("; ");
}

function resolved(root: Schema, schema: Schema): Schema {
  const pointer = schema.$ref;
  if (typeof pointer !== "string" || !pointer.startsWith("#/")) return schema;
  let found: unknown = root;
  for (const part of pointer.slice(2).split("/")) {
    found = asSchema(found)[part.replace(/~1/g, "/").replace(/~0/g, "~")];
  }
  const { $ref: _, ...rest } = schema;
  return { ...asSchema(found), ...rest };
}

function order(value: unknown): number {
  const place = asSchema(value)["x-order"];
  return typeof place === "number" ? place : Number.MAX_SAFE_INTEGER;
}

function asSchema(value: unknown): Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
