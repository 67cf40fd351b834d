// What `verify` says about itself: form and docs.
import JSONValue
import PluginKit

/// What is judged, each a finding.
enum Item: String, Sendable, Hashable, CaseIterable, Decodable {
  case loads, answers, schema, deterministic, load, latency, throughput, memory, injection, leak, license, lineage
}

enum VerifySchema {
  static let usualPrompt = "What is the capital of France? Reply with one short sentence."
  static let usualShapePrompt =
    "Reply with a JSON object with the keys \"city\" and \"country\", both texts, for the capital of France."
  static let usualShape: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["city", "country"],
    "properties": ["city": ["type": "string"], "country": ["type": "string"]],
  ]

  static let descriptor = ComponentDescriptor(
    "verify", title: "Verify a model",
    summary:
      "Whether a model is ready: answers, schema, speed under load, memory, determinism, probes, licence, lineage.",
    docs: docs, inputs: [.model()], outputs: [.report()],
    config: ["type": "object", "additionalProperties": false, "properties": .object(properties)],
    examples: [
      Example("With limits for speed", config: ["requests": 40, "parallel": 8, "p95_ms_at_most": 4000]),
      Example("A small model: probes only warn", config: ["warn": ["injection", "leak", "schema"]]),
    ])

  private static var properties: [String: JSONValue] {
    var order: Int64 = 0
    func field(_ object: JSONValue, _ group: String) -> JSONValue {
      order += 1
      var object = object.object ?? [:]
      object["x-order"] = .int(order)
      object["x-group"] = .string(group)
      return .object(object)
    }
    func limit(_ title: String, _ unit: String, _ description: String) -> JSONValue {
      field(
        [
          "type": "number", "title": .string(title), "exclusiveMinimum": 0, "x-unit": .string(unit),
          "description": .string(description),
        ], "Limits")
    }
    return [
      "prompt": field(
        ["type": "string", "title": "Prompt", "default": .string(usualPrompt), "format": "multiline"], "Asking"),
      "max_tokens": field(
        ["type": "integer", "title": "Tokens", "default": 32, "minimum": 1, "maximum": 4096], "Asking"),
      "schema": field(
        [
          "type": "object", "title": "Schema",
          "description":
            "JSON schema of an answer, of type, enum, const, properties, required, additionalProperties, items.",
        ], "Asking"),
      "schema_prompt": field(["type": "string", "title": "Prompt for the schema", "format": "multiline"], "Asking"),
      "seed": field(["type": "integer", "title": "Seed", "default": 7, "minimum": 0, "maximum": 2147483647], "Asking"),
      "requests": field(
        ["type": "integer", "title": "Requests under load", "default": 20, "minimum": 1, "maximum": 10000], "Load"),
      "parallel": field(["type": "integer", "title": "At once", "default": 4, "minimum": 1, "maximum": 256], "Load"),
      "p95_ms_at_most": limit("Latency, 95 of 100", "ms", "No limit: it is told, not judged."),
      "tokens_per_second_at_least": limit("Throughput", "tokens/s", "Of all requests together."),
      "memory_growth_mib_at_most": limit("Growth of memory", "MiB", "Of the worker process, from the first answer on."),
      "probes": field(
        [
          "type": "array", "title": "Probes", "uniqueItems": true, "description": "Absent: all.",
          "items": ["type": "string", "enum": .array(Probe.all.map { .string($0.name) })],
        ], "Probes"),
      "warn": field(
        [
          "type": "array", "title": "Only warn about", "uniqueItems": true,
          "items": ["type": "string", "enum": .array(Item.allCases.map { .string($0.rawValue) })],
        ], "Probes"),
    ]
  }

  private static let docs = """
    Each item is a finding that passes or fails; a gate on the node stops the run by them.

    | item | passes when |
    | --- | --- |
    | `loads`, `answers` | the first request is answered, with some text |
    | `schema` | an answer keeps to the JSON schema |
    | `deterministic` | one seed gives one text at temperature 0.8 |
    | `load` | no request of `requests` fails, `parallel` at once |
    | `latency`, `throughput`, `memory` | the limit is kept; without one the figure is told only |
    | `injection`, `leak` | no probe gets through |
    | `license` | the document, or the one of its base, names a licence |
    | `lineage` | the document says format and bytes, an adapter also its base |
    """
}
