// The list of rules of a check, where it stands in a document's text, and how another rule joins it.
import JSONValue
import Model
import PipelineDocument

struct RuleList {
  private let document: PipelineDocument
  private let pointer: String
  private let rules: [JSONValue]
  private let lines: [[Unicode.Scalar]]

  /// nil where the node has no list of rules that is written in place.
  init?(of node: String, in document: PipelineDocument, text: String) {
    guard let configuration = document.pipeline.nodes.first(where: { $0.name == node })?.configuration,
      let rules = configuration["rules"]?.array, !rules.isEmpty
    else { return nil }
    self.document = document
    self.rules = rules
    pointer = "/nodes/\(node)/with/rules"
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
  }

  /// The text with these at the list's end; nil where the list is written in a way that no rule can be put behind.
  func appending(_ added: [JSONValue]) -> String? {
    let key = document.location(at: pointer)
    let last = document.location(at: "\(pointer)/\(rules.count - 1)")
    guard let keyLine = key.line, let keyColumn = key.column, let lastLine = last.line, let lastColumn = last.column,
      lines.indices.contains(keyLine - 1), lines.indices.contains(lastLine - 1)
    else { return nil }
    let head = lines[keyLine - 1].dropFirst(keyColumn - 1 + "rules:".count)
    let text =
      head.first(where: { $0 != " " }) == "["
      ? inBrackets(added, from: (keyLine - 1, keyColumn - 1)) : inLines(added, after: (lastLine - 1, lastColumn - 1))
    guard let text, let again = try? PipelineDocument(parsing: text) else { return nil }
    let edited = again.pipeline.nodes.first { pointer == "/nodes/\($0.name)/with/rules" }
    return edited?.configuration["rules"]?.array == rules + added ? text : nil
  }

  /// `- rule` below each other: the new ones get the same indent.
  private func inLines(_ added: [JSONValue], after last: (line: Int, column: Int)) -> String? {
    let before = lines[last.line].prefix(last.column)
    guard let dash = before.firstIndex(of: "-"), before.allSatisfy({ $0 == " " || $0 == "-" }) else { return nil }
    var end = last.line + 1
    // What belongs to the last rule stands further in; an empty line behind it does not.
    while end < lines.count, let first = lines[end].firstIndex(where: { $0 != " " }), first > dash { end += 1 }
    let indent = Array(String(repeating: " ", count: dash).unicodeScalars)
    var edited = lines
    edited.insert(contentsOf: added.map { indent + Array("- \(FlowText.of($0))".unicodeScalars) }, at: end)
    return Self.text(edited)
  }

  /// `[rule, rule]`: behind what stands last before the bracket that closes it; comments do not count.
  private func inBrackets(_ added: [JSONValue], from start: (line: Int, column: Int)) -> String? {
    var depth = 0
    var quote: Unicode.Scalar?
    var last = start
    for line in start.line..<lines.count {
      let scalars = lines[line]
      var column = line == start.line ? start.column : 0
      while column < scalars.count {
        let scalar = scalars[column]
        if let open = quote {
          if open == "\"", scalar == "\\" { column += 1 } else if scalar == open { quote = nil }
        } else if scalar == "#", column == 0 || scalars[column - 1] == " " {
          break
        } else if scalar == "\"" || scalar == "'" {
          quote = scalar
        } else if scalar == "[" || scalar == "{" {
          depth += 1
        } else if scalar == "]" || scalar == "}" {
          depth -= 1
          if depth == 0 { return inserting(added, behind: last) }
        }
        if scalar != " " { last = (line, column) }
        column += 1
      }
    }
    return nil
  }

  private func inserting(_ added: [JSONValue], behind last: (line: Int, column: Int)) -> String {
    let separator = lines[last.line][last.column] == "," ? " " : ", "
    var edited = lines
    edited[last.line].insert(
      contentsOf: (separator + added.map(FlowText.of).joined(separator: ", ")).unicodeScalars, at: last.column + 1)
    return Self.text(edited)
  }

  private static func text(_ lines: [[Unicode.Scalar]]) -> String {
    lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
  }
}

/// A value as YAML on one line, without quotes where none are needed.
enum FlowText {
  private static let first = ["rule": 0, "column": 1, "columns": 2]
  private static let taken: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]

  static func of(_ value: JSONValue) -> String {
    switch value {
    case .object(let entries):
      let keys = entries.keys.sorted { (first[$0] ?? 3, $0) < (first[$1] ?? 3, $1) }
      return "{\(keys.map { "\(word($0)): \(of(entries[$0] ?? .null))" }.joined(separator: ", "))}"
    case .array(let items): return "[\(items.map(of).joined(separator: ", "))]"
    case .string(let text): return word(text)
    default: return value.text
    }
  }

  private static func word(_ text: String) -> String {
    let isPlain = text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_-]*/) != nil && !taken.contains(text.lowercased())
    return isPlain ? text : JSONValue.string(text).text
  }
}
