// The JSON Schema subset: verdicts as the standard has them, words a person can act on.
import JSONValue
import PipelineDocument
import Testing

private func findings(_ schema: JSONValue, _ value: JSONValue) -> [String] {
  ConfigSchema(schema).validate(value).map { $0.pointer + " " + $0.message }
}

struct SchemaTests {
  @Test(
    arguments: [
      (["type": "string"], 3, "must be a text, is the number 3"),
      (["type": ["string", "null"]], [1], "must be a text or empty, is a list"),
      (["type": "integer"], 1.5, "must be a whole number, is the number 1.5"),
      (["minimum": 1], 0, "must be at least 1, is 0"),
      (["maximum": 1], 1.5, "must be at most 1, is 1.5"),
      (["exclusiveMinimum": 0], 0, "must be greater than 0, is 0"),
      (["exclusiveMaximum": 10], 10, "must be less than 10, is 10"),
      (["multipleOf": 5], 7, "must be a multiple of 5, is 7"),
      (["minLength": 1], "", "must not be empty"),
      (["minLength": 3], "ab", "must have at least 3 characters, has 2"),
      (["maxLength": 2], "abc", "must have at most 2 characters, has 3"),
      (["pattern": "^[a-z]+$"], "A1", "must match the pattern ^[a-z]+$, is 'A1'"),
      (["enum": ["csv", "parquet"]], "cvs", "must be one of csv, parquet; is the text 'cvs'; did you mean 'csv'?"),
      (["const": "x"], "y", "must be x, is the text 'y'"),
      (["minItems": 1], [], "must have at least 1 item, has 0"),
      (["maxItems": 1], [1, 2], "must have at most 1 item, has 2"),
      (["minProperties": 1], [:], "must have at least 1 field, has 0"),
      (["required": ["path"]], [:], "needs the field 'path'"),
      (["not": ["const": 1]], 1, "is one of the values that are not allowed: the number 1"),
    ] as [(JSONValue, JSONValue, String)])
  func `a finding says what was wanted and what is there`(_ schema: JSONValue, _ value: JSONValue, _ message: String) {
    #expect(findings(schema, value) == [" " + message])
  }

  @Test func `findings carry the pointer of what they are about`() {
    let schema: JSONValue = [
      "properties": ["rules": ["items": ["properties": ["a/b": ["minimum": 1]]]]], "additionalProperties": false,
    ]
    #expect(
      findings(schema, ["rules": [["a/b": 1], ["a/b": 0]], "ruls": 1]) == [
        "/rules/1/a~1b must be at least 1, is 0", "/ruls is not a known field; did you mean 'rules'?",
      ])
  }

  @Test func `a wrong type is reported alone`() {
    #expect(findings(["type": "string", "enum": ["a"], "minLength": 2], 3).count == 1)
  }

  @Test func `of several forms, the findings speak of the one that was meant`() {
    let schema: JSONValue = [
      "oneOf": [
        ["type": "object", "required": ["rule", "column"], "properties": ["rule": ["const": "not_null"]]],
        [
          "type": "object", "required": ["rule"],
          "properties": [
            "rule": ["const": "range"], "min": ["type": "number"], "severity": ["enum": ["warn", "error"]],
          ],
        ],
      ]
    ]
    #expect(findings(schema, ["rule": "not_null"]) == [" needs the field 'column'"])
    #expect(findings(schema, ["rule": "range", "min": "low"]) == ["/min must be a number, is the text 'low'"])
    #expect(
      findings(schema, ["rule": "range", "severity": "bad"]).first?.hasPrefix("/severity must be one of warn") ?? false)
    #expect(
      findings(schema, ["rule": "rnage"])
        == ["/rule must be one of not_null, range; is the text 'rnage'; did you mean 'range'?"])
    #expect(
      findings(schema, 3) == [
        " must be a mapping, is the number 3".replacing("a mapping,", with: "a mapping or a mapping,")
      ]
        || findings(schema, 3) == [" must be a mapping, is the number 3"])
    #expect(
      findings(["oneOf": [["type": "integer"], ["minimum": 2]]], 3) == [
        " fits 2 of the allowed forms, where only one may fit"
      ])
    #expect(
      findings(["anyOf": [["type": "string"], ["type": "array"]]], 3) == [" must be a text or a list, is the number 3"])
  }

  @Test func `a reference that leads back to itself ends`() {
    let schema: JSONValue = ["$ref": "#/$defs/a", "$defs": ["a": ["$ref": "#/$defs/b"], "b": ["$ref": "#/$defs/a"]]]
    #expect(findings(schema, 1).isEmpty)
    #expect(ConfigSchema(schema).applyDefaults(1) == 1)
    #expect(!ConfigSchema(schema).isSecret(at: ["x"]))
  }

  @Test func `a recursive schema checks a tree`() {
    let schema: JSONValue = [
      "type": "object", "properties": ["n": ["type": "integer"], "kids": ["items": ["$ref": "#"]]],
    ]
    #expect(
      findings(schema, ["kids": [["kids": [["n": "x"]]]]]) == [
        "/kids/0/kids/0/n must be a whole number, is the text 'x'"
      ])
  }

  @Test func `defaults are filled in at any depth, and only where nothing is`() {
    let schema: JSONValue = [
      "properties": [
        "a": ["default": 1], "b": ["default": ["x"]], "c": ["properties": ["d": ["default": true]]],
        "e": ["default": [:], "properties": ["f": ["default": 2]]], "g": ["$ref": "#/$defs/g"],
        "list": ["items": ["properties": ["h": ["default": 3]]]],
      ],
      "additionalProperties": ["properties": ["i": ["default": 4]]],
      "allOf": [["properties": ["j": ["default": 5]]]],
      "if": ["properties": ["a": ["const": 1]]], "then": ["properties": ["k": ["default": 6]]],
      "else": ["properties": ["k": ["default": 7]]],
      "$defs": ["g": ["default": 8]],
    ]
    #expect(
      ConfigSchema(schema).applyDefaults(["b": nil, "list": [[:], ["h": 0]], "other": [:]]) == [
        "a": 1, "b": nil, "e": ["f": 2], "list": [["h": 3], ["h": 0]], "other": ["i": 4], "j": 5, "k": 6,
      ])
    #expect(ConfigSchema(schema).applyDefaults(["a": 2])["k"] == 7)
    #expect(ConfigSchema(schema).applyDefaults(["c": [:]])["c"] == ["d": true])
  }

  @Test func `defaults of the form that fits are filled in`() {
    let schema: JSONValue = [
      "oneOf": [
        ["required": ["a"], "properties": ["a": [:], "x": ["default": 1]]],
        ["required": ["b"], "properties": ["b": [:], "y": ["default": 2]]],
      ]
    ]
    #expect(ConfigSchema(schema).applyDefaults(["b": 0]) == ["b": 0, "y": 2])
  }

  @Test func `a secret reference passes where the schema marks a secret, and nowhere else`() {
    let schema: JSONValue = [
      "properties": [
        "token": ["type": "string", "minLength": 8, "x-secret": true], "name": ["type": "string"],
        "auth": ["oneOf": [["type": "null"], ["properties": ["keys": ["items": ["x-secret": true]]]]]],
      ]
    ]
    #expect(findings(schema, ["token": ["$secret": "K"]]).isEmpty)
    #expect(findings(schema, ["name": ["$secret": "K"]]).count == 1)
    let prepared = ConfigSchema(schema)
    #expect(prepared.isSecret(at: ["token"]) && !prepared.isSecret(at: ["name"]))
    #expect(prepared.isSecret(at: ["auth", "keys", "3"]) && !prepared.isSecret(at: ["auth"]))
  }

  @Test(arguments: [
    ("^[a-z]+(-[a-z]+)*$", "ab-cd-e", true), ("^[a-z]+(-[a-z]+)*$", "ab--cd", false), ("b", "abc", true),
    ("^a|b$", "xb", true), ("^(a|b)$", "xb", false), ("^\\d{3}-\\d{4}$", "555-1234", true), ("^\\d{3}$", "1234", false),
    ("^a{2,}$", "aaa", true), ("^a{2,3}$", "aaaa", false), ("^.$", "é", true), ("^.$", "\n", false),
    ("^[^/]+$", "a/b", false),
    ("^\\w+@\\w+\\.com$", "me@here.com", true), ("\\bcat\\b", "a cat sat", true), ("\\bcat\\b", "concat", false),
    ("^\\p{Lu}", "Éa", true), ("^\\P{Lu}", "Éa", false), ("^[\\d\\-_]+$", "1-2_3", true), ("^[a-]+$", "a-", true),
    ("^$", "", true),
    ("^(?:ab)+?$", "abab", true), ("^(?<y>\\d+)$", "12", true), ("^\\u0041\\x42$", "AB", true), ("", "x", true),
    ("^[^\\W_]+$", "a_", false), ("^[\\D]$", "1", false), ("(^|,)x(,|$)", "a,x", true), ("^(|a)$", "", true),
  ])
  func `a pattern matches what it says`(_ pattern: String, _ text: String, _ expected: Bool) {
    #expect(findings(["pattern": .string(pattern)], .string(text)).isEmpty == expected)
  }

  @Test(arguments: [
    "(", "[a", "a{2,1}", "*a", "(?=a)", "(?<=a)b", "\\1", "a{1001}", "(a{1000}){1000}", ")", "[b-a]", "\\",
  ])
  func `a pattern that cannot be checked in linear time is found out before`(_ pattern: String) {
    #expect(SchemaLint.findings(in: ["pattern": .string(pattern)]).count == 1)
    #expect(findings(["pattern": .string(pattern)], "anything").isEmpty)
  }

  @Test func `a pattern made to explode stays linear`() {
    let text = JSONValue.string(String(repeating: "a", count: 20_000) + "!")
    let time = ContinuousClock().measure { #expect(findings(["pattern": "^(a+)+$"], text).count == 1) }
    #expect(time < .seconds(5))
  }

  @Test func `numbers are equal by value`() {
    #expect(findings(["enum": [1, 2]], 1.0).isEmpty)
    #expect(findings(["type": "integer"], 3.0).isEmpty)
    #expect(findings(["uniqueItems": true], [1, 1.0]) == ["/1 repeats an item of the list"])
    #expect(findings(["multipleOf": 0.1], 0.3).isEmpty)
  }

  @Test func `the schema of the document is itself a clean schema`() throws {
    let schema = try JSONValue(parsing: PipelineDocument.documentSchema)
    var body = schema.object ?? [:]
    body["$schema"] = nil
    #expect(SchemaLint.findings(in: .object(body)).isEmpty)
  }
}
