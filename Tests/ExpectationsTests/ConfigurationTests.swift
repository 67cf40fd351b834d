// Wrong configurations: each is named by its exact place, with what to write instead.
import CPluginABI
import JSONValue
import PluginKit
import Testing

@testable import ExpectationsPlugin

@Suite struct ConfigurationTests {
  private static let fields = [
    Field("origin", .utf8), Field("delay", .int32), Field("at", .timestamp(.second, zone: nil)),
    Field("tags", .list(Field("item", .utf8))), Field("x", .float64),
  ]

  private static func cases() -> [(rule: JSONValue, pointer: String, words: String)] {
    [
      (["rule": "not_null", "column": "orgin"], "column", "no column 'orgin'; did you mean 'origin'?"),
      (["rule": "not_nul", "column": "origin"], "rule", "did you mean 'not_null'?"),
      (["column": "origin"], "rule", "'rule' is missing"),
      (["rule": "not_null"], "column", "needs 'column'"),
      (["rule": "not_null", "colum": "origin"], "colum", "did you mean 'column'?"),
      (["rule": "not_null", "column": 7], "column", "must be text"),
      (["rule": "not_null", "column": "origin", "at_most": 3], "at_most", "at_most_rows"),
      (["rule": "not_null", "column": "origin", "at_most": 0.1, "at_most_rows": 1], "at_most_rows", "not both"),
      (["rule": "not_null", "column": "origin", "severity": "fatal"], "severity", "'error' or 'warn'"),
      (["rule": "row_count", "min": 1, "at_most": 0.5], "at_most", "as a whole"),
      (["rule": "row_count"], "min", "needs"),
      (["rule": "row_count", "min": 5, "max": 1], "max", "below min"),
      (["rule": "row_count", "equals": 5, "max": 1], "equals", "not both"),
      (["rule": "row_count", "min": -1], "min", "whole number"),
      (["rule": "unique", "columns": []], "columns", "empty"),
      (["rule": "unique", "columns": ["origin", "dealy"]], "columns/1", "did you mean 'delay'?"),
      (["rule": "unique", "columns": ["origin", "origin"]], "columns/1", "twice"),
      (["rule": "unique", "columns": ["origin", "tags"]], "columns/1", "cannot compare list"),
      (["rule": "in_set", "column": "delay", "values": [1, "abc"]], "values/1", "write a whole number"),
      (["rule": "in_set", "column": "origin", "values": ["a", 1]], "values/1", "write text"),
      (["rule": "in_set", "column": "origin", "values": ["a", nil]], "values/1", "use not_null"),
      (["rule": "in_set", "column": "origin"], "values", "needs 'values'"),
      (["rule": "range", "column": "delay"], "min", "needs 'min', 'max' or both"),
      (["rule": "range", "column": "origin", "min": 1], "column", "'origin' is utf8. Cast it"),
      (["rule": "range", "column": "delay", "min": "low"], "min", "write a whole number"),
      (["rule": "range", "column": "delay", "min": 5, "max": 4], "max", "can lie between"),
      (["rule": "range", "column": "delay", "min": 4, "max": 5, "exclusive": true], "max", "can lie between"),
      (["rule": "range", "column": "x", "min": 5, "max": 4], "max", "no value can pass"),
      (["rule": "range", "column": "at", "min": "2026-02-30"], "min", "write a time"),
      (["rule": "regex", "column": "delay", "pattern": "a"], "column", "needs text; 'delay' is int32"),
      (["rule": "regex", "column": "origin", "pattern": "(a"], "pattern", "a ( has no )"),
      (["rule": "length", "column": "tags", "min": 1], "column", "needs text or binary"),
      (["rule": "type", "column": "x", "type": "flaot64"], "type", "did you mean 'float64'?"),
      (["rule": "type", "column": "x", "type": ["text", 4]], "type/1", "not a type name"),
      (["rule": "columns"], "names", "needs 'names' or 'types'"),
      (["rule": "columns", "types": ["a": "wat"]], "types/a", "there is no type 'wat'"),
      (["rule": "columns", "names": ["a"], "match": "exakt"], "match", "did you mean 'exact'?"),
      (["rule": "freshness", "column": "at", "within": "soon"], "within", "write a span"),
      (["rule": "freshness", "column": "delay", "within": "1h"], "column", "needs dates or timestamps"),
      (["rule": "freshness", "column": "at", "within": "1h", "now": "noon"], "now", "write a time"),
      (["rule": "monotone", "column": "tags"], "column", "needs numbers"),
      (["rule": "monotone", "column": "x", "direction": "up"], "direction", "there are 'increasing'"),
      (
        ["rule": "referential", "columns": ["origin"], "to": "airports"], "to",
        "no input 'airports'; did you mean 'airport'?"
      ),
      (
        ["rule": "referential", "columns": ["origin"], "to": "airport", "to_columns": ["cod"]], "to_columns",
        "did you mean 'code'?"
      ),
      (
        ["rule": "referential", "columns": ["delay"], "to": "airport", "to_columns": ["code"]], "to_columns", "Cast one"
      ),
      (["rule": "referential", "columns": ["origin"], "to_columns": ["a", "b"]], "to_columns", "must be equal"),
    ]
  }

  @Test func `every wrong rule is named by its place and says what to write`() {
    var runner = CheckRunner(Self.fields)
    runner.references = [("airport", Schema([Field("code", .utf8)]), [])]
    for (rule, pointer, words) in Self.cases() {
      let error = runner.problem([["rule": "row_count", "min": 0], rule])
      #expect(error?.status == .configuration, "\(rule.text)")
      #expect(error?.details["path"] == .string("/rules/1/\(pointer)"), "\(rule.text)")
      #expect(error?.message.contains(words) == true, "\(rule.text): \(error?.message ?? "no error")")
    }
  }

  @Test func `a rule that refers to an input needs one`() {
    let error = CheckRunner(.utf8).problem([["rule": "referential", "columns": ["v"]]])
    #expect(error?.message.contains("no reference input") == true && error?.details["path"] == "/rules/0/to")
  }

  @Test(
    arguments: [
      ([:], "/rules"), (["rules": []], "/rules"), (["rules": "all"], "/rules"), (["rules": [3]], "/rules/0"),
      (["rule": []], "/rule"),
      (["rules": [["rule": "row_count", "min": 1]], "memory_limit_mib": 0], "/memory_limit_mib"),
    ] as [(JSONValue, String)])
  func `a malformed configuration is refused`(_ config: JSONValue, _ pointer: String) {
    do {
      let _: CheckConfiguration = try config.decode()
      Issue.record("it was taken: \(config.text)")
    } catch {
      #expect((error as? PluginError)?.details["path"] == .string(pointer), "\(error)")
    }
  }

  @Test func `ten thousand rules are taken, more are not`() throws {
    let rule: JSONValue = ["rule": "row_count", "min": 0]
    #expect(try CheckRunner(.int8).make([JSONValue](repeating: rule, count: 10_000)).descriptorName == "check")
    #expect(throws: PluginError.self) { try CheckRunner(.int8).make([JSONValue](repeating: rule, count: 10_001)) }
  }

  @Test func `every example in the descriptor is a usable configuration`() throws {
    let component = try #require(plugin.descriptor["components"]?[0])
    #expect(component["name"] == "check" && component["kind"] == "check")
    #expect(component["inputs"]?[1]?["many"] == true && component["inputs"]?[1]?["required"] == false)
    for example in component["examples"]?.array ?? [] {
      let _: CheckConfiguration = try #require(example["config"]).decode()
    }
  }

  @Test func `the schema has a form for every rule and each names its own word`() throws {
    let forms = try #require(CheckSchema.descriptor.config.at(pointer: "/properties/rules/items/oneOf")?.array)
    #expect(forms.count == 13)
    for form in forms {
      let properties = try #require(form["properties"]?.object)
      #expect(form["title"]?.string != nil && form["description"]?.string != nil)
      #expect(Set(form["x-order"]?.array?.compactMap(\.string) ?? []) == Set(properties.keys))
      #expect(form["required"]?.array?.allSatisfy { properties[$0.string ?? ""] != nil } == true)
      let word = try #require(form.at(pointer: "/properties/rule/const")?.string)
      // A rule of nothing but its word is either complete or misses something of its own, never unknown.
      let error = CheckRunner(.utf8).problem([["rule": .string(word)]])
      #expect(error?.details["path"] != "/rules/0/rule")
    }
  }

  @Test func `the module is offered to hosts of this ABI`() {
    #expect(plugin.module(UInt32(OTE_ABI_CURRENT)) != nil)
  }
}

extension ExpectationsCheck {
  fileprivate var descriptorName: String { Self.descriptor.name }
}
