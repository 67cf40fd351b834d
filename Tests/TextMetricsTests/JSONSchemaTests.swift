// Schema conformance beside Python's jsonschema, and patterns.
import JSONValue
import PluginKit
import TestSupport
import Testing

@testable import TextMetricsPlugin

struct JSONSchemaTests {
  static let schemas: [JSONValue] = [
    true, false, [:], ["type": "integer"], ["type": ["string", "null"]], ["const": ["a": 1]],
    ["enum": [1, "1", nil, [1]]],
    ["minimum": 1, "exclusiveMaximum": 3.5], ["multipleOf": 0.5], ["minLength": 2, "maxLength": 3],
    ["pattern": "^[a-z]+é?$"], ["items": ["type": "number"], "minItems": 1, "uniqueItems": true],
    ["prefixItems": [["type": "string"]], "items": ["type": "integer"]], ["contains": ["const": 1], "maxContains": 1],
    ["contains": ["const": 1], "minContains": 0], ["required": ["a"], "properties": ["a": ["type": "integer"]]],
    ["properties": ["a": [:]], "patternProperties": ["^b": ["type": "string"]], "additionalProperties": false],
    ["propertyNames": ["maxLength": 1], "minProperties": 1, "maxProperties": 2], ["dependentRequired": ["a": ["b"]]],
    ["anyOf": [["type": "string"], ["minimum": 2]]], ["oneOf": [["type": "number"], ["type": "integer"]]],
    ["allOf": [["type": "object"], ["required": ["b"]]]], ["not": ["type": "object"]],
    ["if": ["type": "string"], "then": ["minLength": 2], "else": ["type": "array"]],
    [
      "$defs": [
        "tree": ["type": "object", "properties": ["next": ["$ref": "#/$defs/tree"], "v": ["type": "integer"]]]
      ],
      "$ref": "#/$defs/tree", "required": ["v"],
    ],
    ["type": "object", "properties": ["type": ["type": "string"], "enum": ["type": "array"]]], ["format": "email"],
  ]

  static let values: [JSONValue] = [
    nil, true, false, 0, 1, 2, 3, 3.5, -0.25, 1_000_000_000_000, "", "a", "ab", "abc", "abé", "1", "日本", [], [1],
    [1, 1], [1, 2.5],
    ["x", 1], ["x", "y"], [[1]], [:], ["a": 1], ["a": "1"], ["a": 1, "b": "x"], ["b": "x"], ["b": 1], ["c": 1],
    ["ab": 1, "b": "2"],
    ["v": 1, "next": ["v": 2, "next": ["v": "x"]]], ["v": 1, "next": ["next": [:]]], ["type": "x", "enum": []],
    ["type": 1],
  ]

  @Test func `conformance is that of jsonschema`() throws {
    let answer = try PythonPeer.ask(
      "metrics/schema_peer.py", .array(Self.schemas.map { ["schema": $0, "values": .array(Self.values)] }))
    for (index, document) in Self.schemas.enumerated() {
      let schema = try JSONSchema(document)
      for (place, value) in Self.values.enumerated() {
        #expect(schema.accepts(value) == answer[index]?[place]?.bool, "\(value.text) by \(document.text)")
      }
    }
  }

  @Test(
    arguments: [
      ["unevaluatedProperties": false], ["$ref": "#/nowhere"], ["$ref": "https://example.org/schema"],
      ["properties": ["a": ["pattern": "(?=x)"]]],
    ] as [JSONValue])
  func `a schema that cannot be judged whole is refused`(_ document: JSONValue) {
    #expect(throws: JSONSchema.Unusable.self) { try JSONSchema(document) }
    let config: JSONValue = ["prediction": "answer", "metrics": ["json_schema"], "json": ["schema": document]]
    let error = #expect(throws: PluginError.self) { try EvaluatorTests.evaluate(config) }
    #expect(error?.details["path"] == "/json/schema")
  }

  @Test func `a schema that refers to itself for ever ends`() throws {
    #expect(!(try JSONSchema(["$ref": "#"]).accepts(1)))
  }

  @Test func `each row may have a schema and a pattern of its own`() throws {
    let rows: [[JSONValue]] = [
      [1, "{\"a\":1}", "{\"required\":[\"a\"]}", nil, "a.*1"], [2, "{}", "{\"required\":[\"a\"]}", nil, "^x"],
      [3, "{}", "no schema", nil, "("], [4, "{}", nil, nil, nil], [5, "x", "{}", nil, "X|x"],
    ]
    let config: JSONValue = [
      "prediction": "answer", "metrics": ["json_schema", "regex_match"], "json": ["schema_column": "expected"],
      "regex": ["column": "kind"],
    ]
    let scored = try EvaluatorTests.evaluate(config, rows).rows
    #expect(EvaluatorTests.scores("json_schema", scored) == [1, 0, nil, nil, 0])
    #expect(EvaluatorTests.scores("regex_match", scored) == [1, 0, nil, nil, 1])
  }

  @Test func `a hostile pattern and text cannot stall it`() throws {
    let text = String(repeating: "a", count: 20_000)
    let config: JSONValue = ["prediction": "answer", "metrics": ["regex_match"], "regex": ["pattern": "^(a+)+$"]]
    let scored = try EvaluatorTests.evaluate(
      config, [[1, .string(text), nil, nil, nil], [2, .string(text + "!"), nil, nil, nil]]
    ).rows
    #expect(EvaluatorTests.scores("regex_match", scored) == [1, 0])
  }

  @Test(
    arguments: [
      (["metrics": ["json_schema"]], "/json/schema"), (["metrics": ["regex_match"]], "/regex/pattern"),
      (["metrics": ["regex_match"], "regex": ["pattern": "(a)\\1"]], "/regex/pattern"),
      (["metrics": ["json_schema"], "json": ["schema": [:], "schema_column": "kind"]], "/json/schema"),
      (["metrics": ["json_schema"], "json": ["schema_column": "no"]], "/json/schema_column"),
      (["metrics": ["regex_match"], "regex": ["column": "no"]], "/regex/column"),
    ] as [(JSONValue, String)])
  func `what the metric needs is asked for`(_ part: JSONValue, _ pointer: String) throws {
    let config = JSONValue.object((part.object ?? [:]).merging(["prediction": "answer"]) { $1 })
    let error = #expect(throws: PluginError.self) { try EvaluatorTests.evaluate(config) }
    #expect(error?.details["path"]?.string == pointer)
  }
}
