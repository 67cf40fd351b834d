// Answers held to a grammar.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import LlamaCppPlugin

extension LlamaCpp {
  @Suite(.serialized) struct FormatTests {
    private func ask(_ format: JSONValue, _ text: String, maxTokens: Int = 120, seed: Int? = nil) throws -> Answer {
      var request = GenerateRequest(user: text, maxTokens: maxTokens)
      request.format = format
      if let seed { (request.seed, request.temperature) = (seed, 1.2) }
      return try LocalModel.shared().ask(request)
    }

    private let person: JSONValue = [
      "type": "object", "required": ["name", "age"],
      "properties": [
        "name": ["type": "string", "maxLength": 20], "age": ["type": "integer"],
        "colour": ["enum": ["red", "gr\"ün", 7, nil]],
        "tags": ["type": "array", "items": ["type": "boolean"], "maxItems": 3],
      ],
    ]

    @Test func `a schema holds at any temperature`() throws {
      for seed in 0..<6 {
        let answer = try ask(
          ["type": "json_schema", "schema": person], "Describe a person as JSON.", seed: seed == 0 ? nil : seed)
        #expect(answer.finish == .stop)
        let value = try JSONValue(parsing: answer.text)
        let object = try #require(value.object)
        #expect(Set(object.keys).isSubset(of: ["name", "age", "colour", "tags"]))
        #expect((object["name"]?.string?.unicodeScalars.count ?? 99) <= 20 && object["age"]?.int != nil)
      }
    }

    @Test func `schemas of many shapes make grammars that llama.cpp takes, and answers that fit`() throws {
      let schemas: [(JSONValue, (JSONValue) -> Bool)] = [
        (
          ["type": "array", "items": ["type": "number"], "minItems": 2, "maxItems": 3],
          { (2...3).contains($0.array?.count ?? 0) }
        ),
        (["anyOf": [["const": "yes"], ["const": "no"]]], { ["yes", "no"].contains($0.string) }),
        (["type": ["null", "boolean"]], { $0.isNull || $0.bool != nil }),
        (["type": "object"], { $0.object?.isEmpty == true }),
        (
          ["type": "object", "properties": ["a": ["type": "null"], "b": ["type": "null"]]],
          { Set($0.object?.keys ?? [:].keys).isSubset(of: ["a", "b"]) }
        ),
        (
          [
            "$defs": [
              "node": [
                "type": "object", "required": ["value"],
                "properties": ["value": ["type": "integer"], "next": ["$ref": "#/$defs/node"]],
              ]
            ], "$ref": "#/$defs/node",
          ], { $0["value"]?.int != nil }
        ),
      ]
      for (schema, fits) in schemas {
        let answer = try ask(["type": "json_schema", "schema": schema], "Answer with JSON.", maxTokens: 200)
        // Small models like to repeat themselves: one that does so to the end fits as far as it goes.
        guard answer.finish == .stop || schema["$ref"] == nil else { continue }
        #expect(try fits(JSONValue(parsing: answer.text)), "\(schema.text): \(answer.text)")
      }
      let free = try ask(["type": "json"], "Write a JSON object with one key.", maxTokens: 200)
      if free.finish == .stop { _ = try JSONValue(parsing: free.text) }
      #expect(free.text.hasPrefix("{") || free.text.hasPrefix("["))
    }

    @Test func `a grammar of one's own holds`() throws {
      let answer = try ask(["type": "grammar", "gbnf": "root ::= \"x=\" [0-9]{3}"], "Anything.")
      #expect(answer.text.wholeMatch(of: /x=[0-9]{3}/) != nil)
      #expect(answer.finish == .stop)
    }

    @Test func `grammars that are none are refused, and nothing crashes`() throws {
      for text in [
        "root ::= (", "", "root ::= missing", "other ::= \"x\"", "root ::= root \"x\"", "root ::= \"a\"{99999}",
        "root ::= " + String(repeating: "(", count: 4000), String(repeating: "x", count: 200_000),
        "root ::= \"a\"{18446744073709551616}", "root ::= [z-a", "\u{0}",
      ] {
        let refused = failure { _ = try ask(["type": "grammar", "gbnf": .string(text)], "x", maxTokens: 4) }
        #expect(
          refused?.status == .invalidArgument && refused?.details["path"] == "/format/gbnf",
          "REFUSAL \(text.prefix(40).debugDescription)")
      }
      #expect(failure { _ = try ask(["type": "xml"], "x") }?.details["path"] == "/format/type")
    }

    @Test func `a grammar that no token can follow ends the request, not the process`() throws {
      // Sixteen planes end before this: no token of the vocabulary has its first byte.
      let refused = failure {
        _ = try ask(["type": "grammar", "gbnf": "root ::= \"a\" [\\U0010FFFF]"], "x", maxTokens: 8)
      }
      #expect(refused == nil || refused?.status == .data)
      #expect(try LocalModel.shared().ask(.with("One, two,", maxTokens: 2)).finish == .length)
    }

    @Test func `keywords that a grammar cannot enforce are refused by name`() {
      let schemas: [(JSONValue, String)] = [
        (["type": "integer", "minimum": 3], "/format/schema/minimum"),
        (["type": "string", "pattern": "a+"], "/format/schema/pattern"),
        (["type": "object", "properties": ["a": ["not": ["type": "null"]]]], "/format/schema/properties/a/not"),
        (["type": "object", "additionalProperties": true], "/format/schema/additionalProperties"),
        (["oneOf": [["type": "null"]]], "/format/schema/oneOf"), (["$ref": "https://x/y"], "/format/schema/$ref"),
        (["$ref": "#"], "/format/schema/$ref"), (["type": "object", "required": ["z"]], "/format/schema/required"),
        (["type": "widget"], "/format/schema/type"), (["type": "string", "maxLength": 1_000_000], "/format/schema"),
      ]
      for (schema, pointer) in schemas {
        let refused = failure { _ = try SchemaGrammar.gbnf(of: schema) }
        #expect(refused?.status == .unsupported && refused?.details["path"] == .string(pointer), "\(schema.text)")
      }
      var deep: JSONValue = ["type": "null"]
      for _ in 0..<500 { deep = ["type": "array", "items": deep] }
      #expect(failure { _ = try SchemaGrammar.gbnf(of: deep) }?.status == .unsupported)
    }
  }
}
