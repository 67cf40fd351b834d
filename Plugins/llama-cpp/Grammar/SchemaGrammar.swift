// A JSON Schema into a grammar that lets only such JSON pass.
import JSONValue
import PluginKit

/// GBNF for a part of JSON Schema. What it does not know it refuses by name: a schema that is only half kept is worse than
/// none. Objects have no keys but their `properties`, in the order of `required`, then by name.
struct SchemaGrammar {
  private var rules: [(name: String, body: String)] = []
  private var named: [String: String] = [:]
  private let root: JSONValue
  private var depth = 0

  static func gbnf(of schema: JSONValue) throws -> String {
    var grammar = SchemaGrammar(root: schema)
    let body = try grammar.expression(schema, "/format/schema")
    return grammar.text(root: body)
  }

  /// Any JSON object or list.
  static var anyJSON: String { SchemaGrammar(root: true).text(root: "object | array") }

  private init(root: JSONValue) { self.root = root }

  private func text(root body: String) -> String {
    let all = [("root", body)] + rules.map { ($0.name, $0.body) } + Self.common
    return all.map { "\($0.0) ::= \($0.1)\n" }.joined()
  }

  /// White space is one blank at most: small models fall into endless blanks where they may.
  private static let common: [(String, String)] = [
    ("ws", #"" "?"#),
    ("char", #"[^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt/] | "u" [0-9a-fA-F]{4})"#),
    ("string", #""\"" char* "\"""#),
    ("integer", #""-"? ("0" | [1-9] [0-9]{0,15})"#),
    ("number", #"integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,2})?"#),
    ("boolean", #""true" | "false""#),
    ("null", #""null""#),
    ("value", "object | array | string | number | boolean | null"),
    ("object", #""{" ws (string ":" ws value ("," ws string ":" ws value)*)? ws "}""#),
    ("array", #""[" ws (value ("," ws value)*)? ws "]""#),
  ]

  private static let annotations: Set<String> = [
    "title", "description", "default", "examples", "deprecated", "$schema", "$id", "$comment", "format", "$defs",
    "definitions", "readOnly", "writeOnly",
  ]

  private static func refused(_ pointer: String, _ words: String) -> PluginError {
    PluginError(.unsupported, "the JSON Schema \(words)", details: ["path": .string(pointer)])
  }

  private func check(_ object: [String: JSONValue], _ pointer: String, allows keys: Set<String>) throws {
    for key in object.keys.sorted() where !keys.contains(key) && !Self.annotations.contains(key) {
      throw Self.refused(
        "\(pointer)/\(key)",
        "uses \"\(key)\" here, which a grammar of this provider cannot enforce. Leave it out, and "
          + "check the answers afterwards.")
    }
  }

  private mutating func expression(_ schema: JSONValue, _ pointer: String) throws -> String {
    depth += 1
    defer { depth -= 1 }
    guard depth < 48 else { throw Self.refused(pointer, "is nested too deeply") }
    if schema == true { return "value" }
    guard let object = schema.object else { throw Self.refused(pointer, "has something that is no schema") }
    if let reference = object["$ref"] {
      try check(object, pointer, allows: ["$ref"])
      return try rule(for: reference, pointer)
    }
    if let value = object["const"] {
      try check(object, pointer, allows: ["const", "type"])
      return Self.literal(value)
    }
    if let values = object["enum"]?.array {
      try check(object, pointer, allows: ["enum", "type"])
      guard !values.isEmpty else { throw Self.refused("\(pointer)/enum", "has an empty enum") }
      return "(" + values.map(Self.literal).joined(separator: " | ") + ")"
    }
    if let options = object["anyOf"]?.array {
      try check(object, pointer, allows: ["anyOf"])
      guard !options.isEmpty else { throw Self.refused("\(pointer)/anyOf", "has an empty anyOf") }
      return try "("
        + options.enumerated().map { try expression($1, "\(pointer)/anyOf/\($0)") }.joined(separator: " | ") + ")"
    }
    return try typed(object, pointer)
  }

  private mutating func typed(_ object: [String: JSONValue], _ pointer: String) throws -> String {
    if let types = object["type"]?.array {
      let options = try types.map { type in
        try typed(Self.part(of: object, for: type.string).merging(["type": type]) { $1 }, pointer)
      }
      guard !options.isEmpty else { throw Self.refused("\(pointer)/type", "has an empty list of types") }
      return "(" + options.joined(separator: " | ") + ")"
    }
    let implied = object["properties"] != nil ? "object" : object["items"] != nil ? "array" : nil
    switch object["type"]?.string ?? implied {
    case "string":
      try check(object, pointer, allows: ["type", "minLength", "maxLength"])
      guard object["minLength"] != nil || object["maxLength"] != nil else { return "string" }
      return #""\"" char"# + (try bounds(object, "minLength", "maxLength", pointer)) + #" "\"""#
    case let simple? where ["integer", "number", "boolean", "null"].contains(simple):
      try check(object, pointer, allows: ["type"])
      return simple
    case "array": return try list(object, pointer)
    case "object": return try members(object, pointer)
    case nil:
      try check(object, pointer, allows: [])
      return "value"
    case let other?: throw Self.refused("\(pointer)/type", "has the unknown type \"\(other)\"")
    }
  }

  /// Of an object with several types, the keywords that say something about this one.
  private static func part(of object: [String: JSONValue], for type: String?) -> [String: JSONValue] {
    let own: [String: String] = [
      "minLength": "string", "maxLength": "string", "items": "array", "minItems": "array", "maxItems": "array",
      "properties": "object", "required": "object", "additionalProperties": "object",
    ]
    return object.filter { own[$0.key] == nil || own[$0.key] == type }
  }

  private func bounds(
    _ object: [String: JSONValue], _ low: String, _ high: String, _ pointer: String, less: Int64 = 0
  ) throws -> String {
    let least = object[low]?.int ?? 0
    let most = object[high]?.int
    // llama.cpp refuses more than 2000 repetitions, and takes a larger maximum for none.
    guard (0...2000).contains(least), most.map({ $0 >= least && $0 <= 2000 }) ?? true else {
      throw Self.refused(pointer, "has bounds (\(low), \(high)) that are not between 0 and 2000, the smaller first")
    }
    return "{\(max(0, least - less)),\(most.map { "\(max(0, $0 - less))" } ?? "")}"
  }

  private mutating func list(_ object: [String: JSONValue], _ pointer: String) throws -> String {
    try check(object, pointer, allows: ["type", "items", "minItems", "maxItems"])
    let item = try named(expression(object["items"] ?? true, "\(pointer)/items"))
    let least = object["minItems"]?.int ?? 0
    let rest = try bounds(object, "minItems", "maxItems", pointer, less: 1)
    if object["maxItems"]?.int == 0 { return #""[]""# }
    let items = #"\#(item) ("," ws \#(item))\#(rest)"#
    return #""[" "# + (least > 0 ? items : "(\(items))?") + #" "]""#
  }

  private mutating func members(_ object: [String: JSONValue], _ pointer: String) throws -> String {
    try check(object, pointer, allows: ["type", "properties", "required", "additionalProperties"])
    if let more = object["additionalProperties"], more != false {
      throw Self.refused(
        "\(pointer)/additionalProperties", "allows further keys; a grammar of this provider knows only the listed ones")
    }
    let properties = object["properties"]?.object ?? [:]
    let required = object["required"]?.array?.compactMap(\.string) ?? []
    if let unknown = required.first(where: { properties[$0] == nil }) {
      throw Self.refused("\(pointer)/required", "requires \"\(unknown)\", which is not among the properties")
    }
    func member(_ name: String, _ grammar: inout SchemaGrammar) throws -> String {
      let value = try grammar.expression(properties[name] ?? true, "\(pointer)/properties/\(name)")
      return grammar.named(Self.literal(.string(name)) + #" ":" ws "# + value)
    }
    let needed = try required.map { try member($0, &self) }
    let others = try properties.keys.filter { !required.contains($0) }.sorted().map { try member($0, &self) }
    let optional = others.map { #"("," ws \#($0))?"# }
    if !needed.isEmpty {
      let all = [needed.joined(separator: #" "," ws "#)] + optional
      return #""{" "# + all.joined(separator: " ") + #" "}""#
    }
    let starts = others.indices.map { ([others[$0]] + optional[($0 + 1)...]).joined(separator: " ") }
    return starts.isEmpty ? #""{}""# : #""{" ("# + starts.joined(separator: " | ") + #")? "}""#
  }

  private mutating func named(_ body: String) -> String {
    let name = "r\(rules.count)"
    rules.append((name, body))
    return name
  }

  /// A rule of its own for what `$ref` names, so that a schema may contain itself.
  private mutating func rule(for reference: JSONValue, _ pointer: String) throws -> String {
    guard let text = reference.string, text.hasPrefix("#"), let target = root.at(pointer: String(text.dropFirst()))
    else {
      throw Self.refused("\(pointer)/$ref", "refers to \(reference.text), which is not within it")
    }
    if let name = named[text] { return name }
    let name = "r\(rules.count)"
    rules.append((name, ""))
    named[text] = name
    let body = try expression(target, "/format/schema" + text.dropFirst())
    guard body != name else { throw Self.refused("\(pointer)/$ref", "refers in a circle") }
    rules[rules.firstIndex { $0.name == name }!].body = body
    return name
  }

  private static func literal(_ value: JSONValue) -> String {
    "\"" + value.text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
