// Reads a descriptor from parsed JSON, key by key: a start reads every plugin's, and a decoder costs ten times as much.
package import JSONValue

extension PluginDescription {
  /// Throws OTE-2013 with the place of what does not fit.
  package init(json: JSONValue) throws(Problem) {
    let reader = try DescriptionReader(json, at: "")
    self.init(
      descriptor: try reader.int("descriptor"), name: try reader.string("name"), version: try reader.string("version"),
      title: try reader.string("title"),
      components: try reader.list("components") { (component) throws(Problem) in
        try ComponentDescription(component)
      })
  }
}

extension ComponentDescription {
  fileprivate init(_ reader: DescriptionReader) throws(Problem) {
    name = try reader.string("name")
    kind = try reader.word("kind", ComponentKind.self)
    title = try reader.string("title", name)
    summary = try reader.string("summary", "")
    docs = try reader.string("docs", "")
    inputs = try reader.list("inputs", Self.port)
    outputs = try reader.list("outputs", Self.port)
    config = reader["config"] ?? ["type": "object"]
    configVersion = try reader.int("config_version", 1)
    stateVersion = try reader.int("state_version", 1)
    examples = try reader.list("examples") { (example) throws(Problem) in
      ComponentExample(title: try example.string("title"), config: example["config"] ?? [:])
    }
    pushdown = try reader.strings("pushdown")
    fuses = try reader.bool("fuses", false)
    adapts = try reader.bool("adapts", false)
    deterministic = try reader.bool("deterministic", false)
    concurrency = try reader.ints("concurrency")
  }

  private static func port(_ reader: DescriptionReader) throws(Problem) -> PortDescription {
    PortDescription(
      name: try reader.string("name"), type: try reader.word("type", PortType.self),
      required: try reader.bool("required", true), many: try reader.bool("many", false))
  }
}

/// One object of the descriptor and its JSON pointer.
private struct DescriptionReader {
  private let members: [String: JSONValue]
  private let pointer: String

  init(_ value: JSONValue, at pointer: String) throws(Problem) {
    guard case .object(let members) = value else { throw Self.wrong(pointer, "must be an object") }
    self.members = members
    self.pointer = pointer
  }

  /// Null counts as absent.
  subscript(key: String) -> JSONValue? { members[key].flatMap { $0.isNull ? nil : $0 } }

  private static func wrong(_ pointer: String, _ words: String) -> Problem {
    Problem(
      .descriptorInvalid, "\(pointer.isEmpty ? "the document" : pointer) \(words)",
      at: ProblemLocation(pointer: pointer))
  }

  private func required<Value>(
    _ key: String, _ fallback: Value?, _ kind: String, _ read: (JSONValue) -> Value?
  ) throws(Problem) -> Value {
    guard let value = self[key] else {
      guard let fallback else { throw Self.wrong("\(pointer)/\(key)", "is missing") }
      return fallback
    }
    guard let value = read(value) else { throw Self.wrong("\(pointer)/\(key)", "must be \(kind)") }
    return value
  }

  func string(_ key: String, _ fallback: String? = nil) throws(Problem) -> String {
    try required(key, fallback, "text", \.string)
  }

  func int(_ key: String, _ fallback: Int? = nil) throws(Problem) -> Int {
    try required(key, fallback, "a whole number") { $0.int.map(Int.init) }
  }

  func bool(_ key: String, _ fallback: Bool) throws(Problem) -> Bool {
    try required(key, fallback, "true or false", \.bool)
  }

  func word<Word: RawRepresentable>(_ key: String, _ type: Word.Type) throws(Problem) -> Word
  where Word.RawValue == String {
    let text = try string(key)
    guard let word = Word(rawValue: text) else { throw Self.wrong("\(pointer)/\(key)", "\(text) is unknown") }
    return word
  }

  func strings(_ key: String) throws(Problem) -> [String] {
    try required(key, [], "a list of text") { value in
      value.array.flatMap { list in
        let texts = list.compactMap(\.string)
        return texts.count == list.count ? texts : nil
      }
    }
  }

  func ints(_ key: String) throws(Problem) -> [String: Int] {
    try required(key, [:], "an object of whole numbers") { value in
      value.object.flatMap { members in
        let numbers = members.compactMapValues { $0.int.map(Int.init) }
        return numbers.count == members.count ? numbers : nil
      }
    }
  }

  func list<Element>(
    _ key: String, _ make: (DescriptionReader) throws(Problem) -> Element
  ) throws(Problem) -> [Element] {
    var elements: [Element] = []
    for (index, value) in try required(key, [], "a list", \.array).enumerated() {
      elements.append(try make(DescriptionReader(value, at: "\(pointer)/\(key)/\(index)")))
    }
    return elements
  }
}
