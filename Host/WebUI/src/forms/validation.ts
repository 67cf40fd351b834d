// The same rules as the host, at once: JSON Schema 2020-12 as far as components use it. References pass, as in the host.
import { effective, isObject, isReference, pointerTo, resolved, type Schema, titleOf, typesOf, wordOf } from "./schema";

export interface FieldProblem {
  pointer: string;
  message: string;
}

export function validate(schema: Schema, value: unknown): FieldProblem[] {
  const found: FieldProblem[] = [];
  check(schema, value, "", schema, found);
  return found;
}

export function holds(schema: Schema, value: unknown, root: Schema): boolean {
  const found: FieldProblem[] = [];
  check(schema, value, "", root, found);
  return found.length === 0;
}

const TYPE_WORDS: Record<string, string> = {
  string: "a text", number: "a number", integer: "a whole number", boolean: "true or false", array: "a list", object: "a group of fields", null: "nothing",
};

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case "integer": return typeof value === "number" && Number.isInteger(value);
    case "number": return typeof value === "number";
    case "array": return Array.isArray(value);
    case "object": return isObject(value);
    case "null": return value === null;
    default: return typeof value === type;
  }
}

function check(given: Schema | boolean, value: unknown, pointer: string, root: Schema, found: FieldProblem[]) {
  const say = (message: string, at = pointer) => found.push({ pointer: at, message });
  if (given === false) say("This is not allowed here.");
  if (!isObject(given) || isReference(value)) return;
  const schema = resolved(given as Schema, root);
  const passes = (part: Schema) => holds(part, value, root);
  if (schema["x-secret"] && isObject(value) && "$secret" in value) return;
  const types = typeof schema.type === "string" || Array.isArray(schema.type) ? typesOf(schema) : [];
  if (types.length > 0 && !types.some((type) => hasType(value, type))) {
    say("Has to be " + types.map((type) => TYPE_WORDS[type] ?? type).join(" or ") + ".");
    return;
  }
  if (schema.enum && !schema.enum.some((item) => alike(item, value))) say("Has to be one of " + schema.enum.map(wordOf).join(", ") + ".");
  if (schema.const !== undefined && !alike(schema.const, value)) say("Has to be " + wordOf(schema.const) + ".");
  if (typeof value === "number") checkNumber(schema, value, say);
  if (typeof value === "string") checkText(schema, value, say);
  if (Array.isArray(value)) checkList(schema, value, pointer, root, found);
  if (isObject(value)) checkFields(schema, value, pointer, root, found);
  for (const part of schema.allOf ?? []) check(part, value, pointer, root, found);
  checkVariants(schema, value, pointer, root, found, passes);
  if (isObject(schema.not) && passes(schema.not as Schema)) say("This value is not allowed.");
  if (isObject(schema.if)) {
    const branch = passes(schema.if as Schema) ? schema.then : schema.else;
    if (branch !== undefined) check(branch as Schema, value, pointer, root, found);
  }
}

function checkVariants(schema: Schema, value: unknown, pointer: string, root: Schema, found: FieldProblem[], passes: (part: Schema) => boolean) {
  for (const variants of [schema.anyOf, schema.oneOf]) {
    if (!variants || variants.length === 0) continue;
    const fitting = variants.filter(passes).length;
    if (fitting > 1 && variants === schema.oneOf) found.push({ pointer, message: "Fits several of the forms that exclude each other." });
    if (fitting > 0) continue;
    const near = variants[nearestVariant(variants, value, root)];
    const before = found.length;
    check(near, value, pointer, root, found);
    if (found.length === before) found.push({ pointer, message: "Fits none of the allowed forms." });
  }
}

/** How many of the value's fields are what the variant can't have: its constants tell variants apart. */
export function contradictions(variant: Schema, value: unknown, root: Schema): number {
  return Object.entries(resolved(variant, root).properties ?? {}).filter(([name, field]) => {
    const wanted = resolved(field, root);
    const given = isObject(value) ? value[name] : undefined;
    return given !== undefined && (wanted.const !== undefined ? !alike(wanted.const, given) : wanted.enum ? !wanted.enum.some((item) => alike(item, given)) : false);
  }).length;
}

/** The variant that the value is meant to be: equal constants first, then the fewest problems. */
export function nearestVariant(variants: Schema[], value: unknown, root: Schema): number {
  let best = 0;
  let least = Infinity;
  variants.forEach((variant, at) => {
    const found: FieldProblem[] = [];
    check(variant, value, "", root, found);
    const constants = contradictions(variant, value, root);
    const wrongType = found.some((problem) => problem.pointer === "") ? 50 : 0;
    const score = constants * 1000 + wrongType + found.length;
    if (score < least) {
      least = score;
      best = at;
    }
  });
  return best;
}

function checkNumber(schema: Schema, value: number, say: (message: string) => void) {
  const limit = (key: string) => (typeof schema[key] === "number" ? (schema[key] as number) : undefined);
  const [min, max, above, below, step] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"].map(limit);
  if (min !== undefined && value < min) say("At least " + min + ".");
  if (max !== undefined && value > max) say("At most " + max + ".");
  if (above !== undefined && value <= above) say("More than " + above + ".");
  if (below !== undefined && value >= below) say("Less than " + below + ".");
  if (step !== undefined && Math.abs(value / step - Math.round(value / step)) > 1e-9) say("A multiple of " + step + ".");
}

function checkText(schema: Schema, value: string, say: (message: string) => void) {
  const length = Array.from(value).length;
  if (typeof schema.minLength === "number" && length < schema.minLength) say(schema.minLength === 1 ? "Can't be empty." : "At least " + schema.minLength + " characters.");
  if (typeof schema.maxLength === "number" && length > schema.maxLength) say("At most " + schema.maxLength + " characters.");
  if (typeof schema.pattern === "string") {
    try {
      if (!new RegExp(schema.pattern, "u").test(value)) say("Has to match " + schema.pattern + ".");
    } catch {
      // A pattern that this browser can't read is left to the host.
    }
  }
}

function checkList(schema: Schema, value: unknown[], pointer: string, root: Schema, found: FieldProblem[]) {
  const say = (message: string) => found.push({ pointer, message });
  if (typeof schema.minItems === "number" && value.length < schema.minItems) say(schema.minItems === 1 ? "Needs an entry." : "Needs at least " + schema.minItems + " entries.");
  if (typeof schema.maxItems === "number" && value.length > schema.maxItems) say("At most " + schema.maxItems + " entries.");
  if (schema.uniqueItems && new Set(value.map((item) => JSON.stringify(item))).size < value.length) say("An entry stands twice.");
  const first = Array.isArray(schema.prefixItems) ? (schema.prefixItems as Schema[]) : [];
  value.forEach((item, at) => {
    const rule = first[at] ?? schema.items;
    if (rule !== undefined) check(rule as Schema, item, pointerTo(pointer, at), root, found);
  });
}

function checkFields(schema: Schema, value: Record<string, unknown>, pointer: string, root: Schema, found: FieldProblem[]) {
  const names = Object.keys(value);
  const properties = schema.properties ?? {};
  for (const name of new Set(schema.required ?? [])) {
    if (value[name] !== undefined) continue;
    const field = resolved(properties[name], root);
    if (field.default === undefined) found.push({ pointer: pointerTo(pointer, name), message: titleOf(name, field) + " is required." });
  }
  if (isObject(schema.dependentRequired)) {
    for (const [name, needed] of Object.entries(schema.dependentRequired)) {
      if (value[name] === undefined) continue;
      for (const other of needed as string[]) if (value[other] === undefined) found.push({ pointer: pointerTo(pointer, other), message: "Is required with " + name + "." });
    }
  }
  if (typeof schema.minProperties === "number" && names.length < schema.minProperties) found.push({ pointer, message: "Needs at least " + schema.minProperties + " entries." });
  if (typeof schema.maxProperties === "number" && names.length > schema.maxProperties) found.push({ pointer, message: "At most " + schema.maxProperties + " entries." });
  const patterns = Object.entries((schema.patternProperties as Record<string, Schema>) ?? {});
  for (const [name, item] of Object.entries(value)) {
    const at = pointerTo(pointer, name);
    if (item === undefined) continue;
    if (isObject(schema.propertyNames) && !holds(schema.propertyNames as Schema, name, root)) found.push({ pointer: at, message: "This name is not allowed." });
    const matching = patterns.filter(([pattern]) => new RegExp(pattern, "u").test(name));
    matching.forEach(([, rule]) => check(rule, item, at, root, found));
    if (properties[name] !== undefined) check(properties[name], item, at, root, found);
    else if (matching.length === 0 && schema.additionalProperties === false) found.push({ pointer: at, message: "There is no field " + name + "." });
    else if (matching.length === 0 && isObject(schema.additionalProperties)) check(schema.additionalProperties as Schema, item, at, root, found);
  }
}

function alike(left: unknown, right: unknown): boolean {
  return left === right || (typeof left === "object" && JSON.stringify(left) === JSON.stringify(right));
}

/** The schema of a value as a form shows it. */
export function shownSchema(schema: Schema | boolean | undefined, root: Schema, value: unknown): Schema {
  return effective(schema, root, value, (part, given) => holds(part, given, root));
}
