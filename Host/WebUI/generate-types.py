#!/usr/bin/env python3
"""Writes src/api/types.ts from the schemas of the OpenAPI document, so that the pages and the API can't drift apart.

Usage: generate-types.py OPENAPI.yaml TYPES.ts
"""
import json
import sys

import yaml

HEAD = """// What the API answers and takes. Generated from Host/WebAPI/openapi.yaml by generate-types.py; not to be edited.
/* eslint-disable */
"""
SCALARS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def key(name):
    return name if name.isidentifier() else json.dumps(name)


def union(parts):
    unique = list(dict.fromkeys(parts))
    return " | ".join(unique) if unique else "unknown"


def in_array(text):
    return f"({text})[]" if " | " in text or " & " in text else f"{text}[]"


def object_type(schema, depth):
    properties = schema.get("properties", {})
    extra = schema.get("additionalProperties", None)
    if not properties:
        if extra is False:
            return "Record<string, never>"
        value = type_of(extra, depth) if isinstance(extra, dict) and extra else "unknown"
        return f"Record<string, {value}>"
    required = set(schema.get("required", []))
    pad = "  " * (depth + 1)
    lines = []
    for name, value in properties.items():
        note = value.get("description") if isinstance(value, dict) else None
        if note:
            lines.append(f"{pad}/** {note} */")
        lines.append(f"{pad}{key(name)}{'' if name in required else '?'}: {type_of(value, depth + 1)};")
    if extra is True or isinstance(extra, dict):
        lines.append(f"{pad}[name: string]: unknown;")
    return "{\n" + "\n".join(lines) + "\n" + "  " * depth + "}"


def type_of(schema, depth=0):
    if not isinstance(schema, dict) or not schema:
        return "unknown"
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return union(json.dumps(value) for value in schema["enum"])
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return union(type_of(part, depth) for part in schema[word])
    if "allOf" in schema:
        return " & ".join(type_of(part, depth) for part in schema["allOf"])
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return union(type_of({**schema, "type": kind}, depth) for kind in kinds)
    if kinds == "array":
        return in_array(type_of(schema.get("items", {}), depth))
    if kinds == "object" or "properties" in schema:
        return object_type(schema, depth)
    return SCALARS.get(kinds, "unknown")


def main():
    source, target = sys.argv[1:3]
    with open(source, encoding="utf-8") as file:
        schemas = yaml.safe_load(file)["components"]["schemas"]
    parts = [HEAD]
    for name, schema in schemas.items():
        if schema.get("description"):
            parts.append(f"/** {schema['description']} */")
        text = type_of(schema)
        parts.append(f"export interface {name} {text}" if text.startswith("{\n") else f"export type {name} = {text};")
        parts.append("")
    with open(target, "w", encoding="utf-8") as file:
        file.write("\n".join(parts))


if __name__ == "__main__":
    main()
