// Reads the fields of one rule; every problem names the exact place in the configuration.
import JSONValue
import PluginKit

struct RuleReader {
  let index: Int
  let word: String
  let object: [String: JSONValue]

  static let commonKeys = ["rule", "title", "severity", "at_most", "at_most_rows"]

  func problem(_ message: String, _ key: String? = nil) -> PluginError {
    .configuration(message, at: "/rules/\(index)" + (key.map { "/" + escapedKey($0) } ?? ""))
  }

  func problem(_ message: String, _ key: String, _ position: Int) -> PluginError {
    .configuration(message, at: "/rules/\(index)/\(key)/\(position)")
  }

  private func escapedKey(_ key: String) -> String {
    String(key.flatMap { $0 == "~" ? Array("~0") : $0 == "/" ? Array("~1") : [$0] })
  }

  func refuseUnknown(_ keys: [String]) throws {
    let known = keys + RuleReader.commonKeys
    for key in object.keys.sorted() where !known.contains(key) {
      throw problem("the rule \(word) has no '\(key)'\(NearestName.hint(key, among: known))", key)
    }
  }

  /// The value at a key; an explicit null counts as absent.
  subscript(_ key: String) -> JSONValue? { object[key].flatMap { $0.isNull ? nil : $0 } }

  func text(_ key: String) throws -> String? {
    guard let value = self[key] else { return nil }
    guard let text = value.string else { throw problem("\(key) is \(shown(value)); it must be text", key) }
    return text
  }

  func column(_ key: String = "column") throws -> String {
    guard let text = try text(key) else { throw problem("the rule \(word) needs '\(key)'", key) }
    if text.isEmpty { throw problem("\(key) is empty", key) }
    return text
  }

  func names(_ key: String) throws -> [String]? {
    guard let value = self[key] else { return nil }
    guard let list = value.array else { throw problem("\(key) is \(shown(value)); it must be a list of names", key) }
    var names: [String] = []
    for (position, element) in list.enumerated() {
      guard let name = element.string, !name.isEmpty else {
        throw problem("\(shown(element)) is not a name", key, position)
      }
      if names.contains(name) { throw problem("'\(name)' stands here twice", key, position) }
      names.append(name)
    }
    return names
  }

  /// "columns", or "column" alone.
  func columns() throws -> [String] {
    if let names = try names("columns") {
      if self["column"] != nil { throw problem("write 'column' or 'columns', not both", "column") }
      if names.isEmpty { throw problem("the list of columns is empty", "columns") }
      return names
    }
    guard self["column"] != nil else { throw problem("the rule \(word) needs 'columns'", "columns") }
    return [try column()]
  }

  func integer(_ key: String) throws -> Int64? {
    guard let value = self[key] else { return nil }
    guard let number = value.int, number >= 0 else {
      throw problem("\(key) is \(shown(value)); it must be a whole number from 0", key)
    }
    return number
  }

  func flag(_ key: String) throws -> Bool? {
    guard let value = self[key] else { return nil }
    guard let flag = value.bool else { throw problem("\(key) is \(shown(value)); it must be true or false", key) }
    return flag
  }

  func choice<T: RawRepresentable & CaseIterable>(_ key: String, _ type: T.Type) throws -> T?
  where T.RawValue == String {
    guard let word = try text(key) else { return nil }
    guard let value = T(rawValue: word) else {
      throw problem("\(key) is '\(word)'\(NearestName.hint(word, among: T.allCases.map(\.rawValue)))", key)
    }
    return value
  }

  func shown(_ value: JSONValue) -> String {
    let text = value.text
    return text.count > 60 ? String(text.prefix(60)) + "…" : text
  }

  func allowance() throws -> Rule.Allowance {
    let fraction = self["at_most"]
    if let rows = try integer("at_most_rows") {
      if fraction != nil { throw problem("write at_most or at_most_rows, not both", "at_most_rows") }
      return .rows(rows)
    }
    guard let fraction else { return .none }
    guard let value = fraction.double, (0...1).contains(value) else {
      throw problem(
        "at_most is \(shown(fraction)); it is a fraction from 0 to 1. For a number of rows write at_most_rows",
        "at_most")
    }
    return .fraction(value)
  }

  func severity() throws -> Finding.Severity {
    guard let word = try text("severity") else { return .error }
    guard let severity = Finding.Severity(rawValue: word) else {
      throw problem("severity is '\(word)'; it must be 'error' or 'warn'", "severity")
    }
    return severity
  }
}
