// TOML text to values. The parser keeps lines only of syntax errors, so keys are looked up in the text again.
import TOMLKit

enum TOMLDocument {
  private static let maximumBytes = 1 << 20

  static func parse(_ text: String, file: String) throws(ManifestError) -> DocumentValue {
    guard text.utf8.count <= maximumBytes else {
      throw ManifestError(file: file, message: "a manifest of more than 1 MiB is refused")
    }
    guard !text.utf8.contains(0) else { throw ManifestError(file: file, message: "not valid TOML: a zero byte") }
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw ManifestError(
        file: file, line: error.source.begin.line, message: "not valid TOML: \(error.description)")
    } catch {
      throw ManifestError(file: file, message: "not valid TOML: \(error)")
    }
    return DocumentValue(content: content(of: table, under: "", lines: lines(of: text)), line: nil)
  }

  private static func content(of table: TOMLTable, under path: String, lines: [String: Int]) -> DocumentValue.Content {
    var values: [String: DocumentValue] = [:]
    for key in table.keys {
      guard let value = table[key] else { continue }
      let full = path.isEmpty ? key : "\(path).\(key)"
      values[key] = DocumentValue(content: content(of: value, under: full, lines: lines), line: lines[full])
    }
    return .table(values)
  }

  private static func content(
    of value: any TOMLValueConvertible, under path: String, lines: [String: Int]
  ) -> DocumentValue.Content {
    if let table = value.table { return content(of: table, under: path, lines: lines) }
    if let array = value.array {
      return .array(
        array.map { DocumentValue(content: content(of: $0, under: path, lines: lines), line: lines[path]) })
    }
    if let string = value.string { return .string(string) }
    if let bool = value.bool { return .bool(bool) }
    if let int = value.int { return .int(Int64(int)) }
    if let double = value.double { return .double(double) }
    return .string(value.debugDescription)
  }

  /// The line of each key and table header that is written plainly; others stay without a line.
  private static func lines(of text: String) -> [String: Int] {
    var found: [String: Int] = [:]
    var section = ""
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = line.drop { $0 == " " || $0 == "\t" }
      if line.first == "[" {
        section = plain(line.drop { $0 == "[" }.prefix { $0 != "]" })
        found[section] = found[section] ?? index + 1
      } else if let equals = line.firstIndex(of: "="), line.first != "#" {
        let key = plain(line[..<equals])
        let full = section.isEmpty ? key : "\(section).\(key)"
        found[full] = found[full] ?? index + 1
      }
    }
    return found
  }

  private static func plain(_ key: Substring) -> String {
    key.split(separator: ".").map { part in String(part.filter { !" \t\"'\r".contains($0) }) }.joined(separator: ".")
  }
}
