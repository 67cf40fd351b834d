// YAML text to values with lines, by the YAML 1.2 core schema: `no` is text, not false.
import Yams

enum YAMLDocument {
  /// A manifest is small. The bounds stop a document that unfolds its aliases into millions of values.
  private static let maximumBytes = 1 << 20
  private static let maximumValues = 20_000

  static func parse(_ text: String, file: String) throws(ManifestError) -> DocumentValue {
    guard text.utf8.count <= maximumBytes else {
      throw ManifestError(file: file, message: "a manifest of more than 1 MiB is refused")
    }
    var budget = maximumValues
    guard let root = try compose(text, file: file) else {
      throw ManifestError(file: file, message: "the document is empty")
    }
    return try value(root, file: file, budget: &budget)
  }

  private static func compose(_ text: String, file: String) throws(ManifestError) -> Node? {
    do {
      // Yams' own resolver compiles regular expressions; the basic one has no rules and costs nothing at start-up.
      return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      throw manifestError(error, file: file)
    } catch {
      throw ManifestError(file: file, message: "not valid YAML: \(error)")
    }
  }

  private static func manifestError(_ error: YamlError, file: String) -> ManifestError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      ManifestError(file: file, line: mark.line, message: "not valid YAML: \(problem)")
    case .reader(let problem, _, _, _):
      ManifestError(file: file, message: "not valid YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      ManifestError(
        file: file, line: context.mark.line, key: duplicates.first ?? "", message: "the key is written twice")
    default:
      ManifestError(file: file, message: "not valid YAML")
    }
  }

  private static func value(_ node: Node, file: String, budget: inout Int) throws(ManifestError) -> DocumentValue {
    let line = node.mark?.line
    budget -= 1
    guard budget > 0 else {
      throw ManifestError(
        file: file, line: line, message: "more than \(maximumValues) values (aliases count each time)")
    }
    switch node {
    case .scalar(let scalar):
      return DocumentValue(content: content(of: scalar), line: line)
    case .sequence(let sequence):
      var values: [DocumentValue] = []
      for element in sequence { values.append(try value(element, file: file, budget: &budget)) }
      return DocumentValue(content: .array(values), line: line)
    case .mapping(let mapping):
      var values: [String: DocumentValue] = [:]
      for (key, element) in mapping {
        guard case .scalar(let name) = key else {
          throw ManifestError(file: file, line: key.mark?.line, message: "a key must be text")
        }
        var entry = try value(element, file: file, budget: &budget)
        entry.line = key.mark?.line ?? entry.line
        values[name.string] = entry
      }
      return DocumentValue(content: .table(values), line: line)
    case .alias:
      throw ManifestError(file: file, line: line, message: "an alias names nothing")
    }
  }

  private static func content(of scalar: Node.Scalar) -> DocumentValue.Content {
    guard scalar.style == .plain else { return .string(scalar.string) }
    switch scalar.string {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    guard let first = scalar.string.utf8.first, isNumberStart(first) else { return .string(scalar.string) }
    if let integer = Int64(scalar.string) { return .int(integer) }
    if let double = Double(scalar.string), double.isFinite { return .double(double) }
    return .string(scalar.string)
  }

  private static func isNumberStart(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || [UInt8(ascii: "-"), UInt8(ascii: "+")].contains(byte)
      || byte == UInt8(ascii: ".")
  }
}
