// Answers that are JSON: equality by value, shared fields, and calls of functions.
import JSONValue

enum JSONAnswers {
  /// The value of a text, nil where it is not JSON. `unwraps` takes it out of a Markdown code fence.
  static func value(_ text: [UInt8], unwraps: Bool) -> JSONValue? {
    try? JSONValue(parsing: unwraps ? unwrapped(text) : text)
  }

  private static let fence = Array("```".utf8)

  private static func unwrapped(_ text: [UInt8]) -> [UInt8] {
    var body = text[...]
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 9 && byte <= 13) }
    while let first = body.first, isSpace(first) { body.removeFirst() }
    while let last = body.last, isSpace(last) { body.removeLast() }
    guard body.starts(with: fence), body.count >= 6, body.suffix(3).elementsEqual(fence) else { return text }
    body = body.dropFirst(3).dropLast(3)
    // The first line may name the language.
    if let end = body.firstIndex(of: 0x0A), !body[..<end].contains(UInt8(ascii: "{")),
      !body[..<end].contains(UInt8(ascii: "["))
    {
      body = body[(end + 1)...]
    }
    return Array(body)
  }

  // MARK: fields

  /// F1 over the leaves, each with its path: how much of the wanted fields is there, and how little else.
  static func fieldF1(_ prediction: JSONValue, _ reference: JSONValue) -> Double {
    let (predicted, wanted) = (leaves(prediction), leaves(reference))
    let common = Double(wanted.count { predicted[$0.key] == $0.value })
    return 2 * common / Double(predicted.count + wanted.count)
  }

  private static func leaves(_ value: JSONValue) -> [[String]: JSONValue] {
    var leaves: [[String]: JSONValue] = [:]
    var path: [String] = []
    func walk(_ value: JSONValue) {
      switch value {
      case .object(let members) where !members.isEmpty:
        for (key, member) in members {
          path.append(key)
          walk(member)
          path.removeLast()
        }
      case .array(let items) where !items.isEmpty:
        for (index, item) in items.enumerated() {
          path.append("[\(index)]")
          walk(item)
          path.removeLast()
        }
      default: leaves[path] = value
      }
    }
    walk(value)
    return leaves
  }

  // MARK: calls

  struct Call: Hashable {
    var name: String
    var arguments: JSONValue
  }

  /// The calls that a value stands for, nil where it stands for none. Known shapes: {"name", "arguments"} (also
  /// "parameters"; arguments may be JSON in a text, as in OpenAI's API), {"function": {...}}, {"tool_calls": [...]},
  /// {"function_name": {arguments}}, and lists of them.
  static func calls(_ value: JSONValue) -> [Call]? {
    switch value {
    case .array(let items):
      var all: [Call] = []
      for item in items {
        guard let calls = calls(item) else { return nil }
        all += calls
      }
      return all
    case .object(let members):
      if case .array? = members["tool_calls"] { return calls(members["tool_calls"] ?? .null) }
      if let function = members["function"], function.object != nil { return calls(function) }
      if let name = members["name"]?.string {
        return arguments(members["arguments"] ?? members["parameters"] ?? [:]).map { [Call(name: name, arguments: $0)] }
      }
      guard members.count == 1, let (name, given) = members.first, given.object != nil else { return nil }
      return [Call(name: name, arguments: given)]
    default: return nil
    }
  }

  private static func arguments(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .object: value
    case .null: [:]
    case .string(let text): (try? JSONValue(parsing: text)).flatMap { $0.object == nil ? nil : $0 }
    default: nil
    }
  }

  /// The same calls, as often, in any order.
  static func areEqual(_ one: [Call], _ other: [Call]) -> Bool { counts(one) == counts(other) }

  static func haveEqualNames(_ one: [Call], _ other: [Call]) -> Bool {
    counts(one.map(\.name)) == counts(other.map(\.name))
  }

  private static func counts<Item: Hashable>(_ items: [Item]) -> [Item: Int] {
    items.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}
