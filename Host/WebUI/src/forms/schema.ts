// Reading a JSON Schema for a form: references, conditions and variants resolved for the value at hand.

export interface Schema {
  [keyword: string]: unknown;
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

export function isReference(value: unknown): boolean {
  return typeof value === "string" && /(^|[^$])\$\{[a-z]+\.[^}]*\}/.test(value);
}

/** Follows `$ref` within the document of the schema. */
export function resolved(schema: Schema | boolean | undefined, root: Schema, depth = 0): Schema {
  if (!isObject(schema)) return {};
  const reference = schema.$ref;
  if (typeof reference !== "string" || depth > 16) return schema as Schema;
  let target: unknown = root;
  for (const key of reference.replace(/^#\/?/, "").split("/").filter(Boolean)) {
    target = isObject(target) ? target[key.replace(/~1/g, "/").replace(/~0/g, "~")] : undefined;
  }
  const { $ref: _, ...rest } = schema;
  return { ...resolved(target as Schema, root, depth + 1), ...rest };
}

/** The schema with `allOf` and the branch of `if` that the value takes folded in. */
export function effective(given: Schema | boolean | undefined, root: Schema, value: unknown, holds: (schema: Schema, value: unknown) => boolean): Schema {
  let schema = resolved(given, root);
  for (const part of schema.allOf ?? []) schema = folded(schema, effective(part, root, value, holds));
  if (isObject(schema.if)) {
    const branch = holds(schema.if as Schema, value) ? schema.then : schema.else;
    if (isObject(branch)) schema = folded(schema, effective(branch as Schema, root, value, holds));
  }
  return schema;
}

function folded(left: Schema, right: Schema): Schema {
  const properties: Record<string, Schema> = { ...left.properties };
  for (const [name, schema] of Object.entries(right.properties ?? {})) properties[name] = { ...properties[name], ...schema };
  return {
    ...right,
    ...left,
    ...(left.properties || right.properties ? { properties } : {}),
    required: [...(left.required ?? []), ...(right.required ?? [])],
  };
}

export function typesOf(schema: Schema): string[] {
  if (Array.isArray(schema.type)) return schema.type;
  if (typeof schema.type === "string") return [schema.type];
  if (schema.properties || schema.additionalProperties) return ["object"];
  if (schema.items || schema.prefixItems) return ["array"];
  return [];
}

/** Choices of a field that offers a closed list: `enum`, or `oneOf`/`anyOf` of constants. */
export function choicesOf(schema: Schema): { value: unknown; label: string; detail?: string }[] | null {
  if (schema.enum) return schema.enum.map((value) => ({ value, label: wordOf(value) }));
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants && variants.length > 0 && variants.every((variant) => isObject(variant) && "const" in variant)) {
    return variants.map((variant) => ({
      value: variant.const, label: variant.title ?? wordOf(variant.const), detail: variant.description,
    }));
  }
  return null;
}

export function wordOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

export function titleOf(name: string, schema: Schema): string {
  if (schema.title) return schema.title;
  const words = name.replace(/[_-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The name of a variant: its title, its constant field, or its type. */
export function variantTitle(variant: Schema, index: number): string {
  if (variant.title) return variant.title;
  for (const [, field] of Object.entries(variant.properties ?? {})) {
    if (field.const !== undefined) return wordOf(field.const);
    if (field.enum?.length === 1) return wordOf(field.enum[0]);
  }
  const type = typesOf(variant)[0];
  return type ? { string: "Text", number: "Number", integer: "Whole number", boolean: "Yes or no", array: "List", object: "Fields", null: "Nothing" }[type] ?? type : "Form " + (index + 1);
}

/** What a new item or variant begins with. */
export function beginning(given: Schema, root: Schema): unknown {
  const schema = resolved(given, root);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  const type = typesOf(schema)[0];
  if (type === "object") {
    // The first form of several stands, as the choice above its fields shows.
    const first = (schema.oneOf ?? schema.anyOf)?.[0];
    const begun = first ? beginning(first, root) : {};
    const value: Record<string, unknown> = isObject(begun) ? { ...begun } : {};
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      const inner = resolved(field, root);
      if (inner.const !== undefined) value[name] = inner.const;
    }
    return value;
  }
  if (type === "array") return [];
  if (type === "boolean") return false;
  if (schema.enum?.length) return schema.enum[0];
  const variant = (schema.oneOf ?? schema.anyOf)?.[0];
  if (variant) return beginning(variant, root);
  return type === "number" || type === "integer" ? (typeof schema.minimum === "number" ? schema.minimum : 0) : "";
}

/** Fields in their order: `x-order` first, then as the schema has them. */
export function orderedFields(schema: Schema): [string, Schema][] {
  const entries = Object.entries(schema.properties ?? {});
  // An object may also list its fields' names in order.
  const listed: unknown[] = Array.isArray(schema["x-order"]) ? schema["x-order"] : [];
  const order = ([name, field]: [string, Schema]) =>
    listed.includes(name) ? listed.indexOf(name) : typeof field["x-order"] === "number" ? (field["x-order"] as number) : 1e9;
  return entries.map((entry, at) => ({ entry, at })).sort((a, b) => order(a.entry) - order(b.entry) || a.at - b.at).map(({ entry }) => entry);
}

export function isVisible(field: Schema, siblings: Record<string, unknown>, schema: Schema): boolean {
  const condition = field["x-visible-when"];
  if (!isObject(condition)) return true;
  return Object.entries(condition).every(([name, wanted]) => {
    const value = siblings[name] ?? schema.properties?.[name]?.default;
    return Array.isArray(wanted) ? wanted.includes(value) : JSON.stringify(value) === JSON.stringify(wanted);
  });
}

export function pointerTo(pointer: string, key: string | number): string {
  return pointer + "/" + String(key).replace(/~/g, "~0").replace(/\//g, "~1");
}
