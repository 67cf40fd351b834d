// Changes single values below `spec:` of a manifest line by line, so that comments and order stay.
import Model
import PluginManifest

struct ManifestText {
  private var lines: [Substring]
  private let file: String
  private let newline: String

  init(_ text: String, file: String) {
    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    newline = text.contains("\r\n") ? "\r\n" : "\n"
    self.file = file
  }

  var text: String { lines.joined(separator: newline) }

  /// The text read back.
  func checked() throws(Problem) -> PluginInstall {
    do throws(ManifestError) {
      return try PluginInstall(parsing: text, file: file)
    } catch {
      throw Problem(.manifestInvalid, error)
    }
  }

  /// Replaces the value of `spec.<key>`, or adds the key after `plugin:`.
  mutating func set(_ key: String, to value: String) throws(Problem) {
    let (body, indent) = try spec()
    let prefix = String(repeating: " ", count: indent)
    if let index = line(of: key, in: body, indent: indent) {
      let comment = lines[index].firstRange(of: " #").map { String(lines[index][$0.lowerBound...]) } ?? ""
      let old = index..<end(of: index, in: body, indent: indent)
      lines.replaceSubrange(old, with: ["\(prefix)\(key): \(value)\(comment)"])
      return
    }
    let after = line(of: "plugin", in: body, indent: indent).map { end(of: $0, in: body, indent: indent) }
    lines.insert("\(prefix)\(key): \(value)", at: after ?? body.lowerBound)
  }

  /// The lines below `spec:` and how far their keys are indented.
  private func spec() throws(Problem) -> (Range<Int>, Int) {
    let blocked = Problem(
      .manifestInvalid, "spec must be written as an indented block to be edited",
      at: ProblemLocation(file: file, pointer: "/spec"))
    guard let start = lines.firstIndex(where: { $0 == "spec:" || $0.hasPrefix("spec: #") }) else { throw blocked }
    let rest = lines[(start + 1)...]
    let end = rest.firstIndex { Self.holdsValue($0) && Self.indent($0) == 0 } ?? lines.endIndex
    guard let first = lines[(start + 1)..<end].first(where: Self.holdsValue) else { throw blocked }
    return ((start + 1)..<end, Self.indent(first))
  }

  private func line(of key: String, in body: Range<Int>, indent: Int) -> Int? {
    body.first { Self.indent(lines[$0]) == indent && lines[$0].dropFirst(indent).hasPrefix("\(key):") }
  }

  /// One past the last line that belongs to the key at `index`.
  private func end(of index: Int, in body: Range<Int>, indent: Int) -> Int {
    var end = index + 1
    for line in (index + 1)..<max(index + 1, body.upperBound) where Self.holdsValue(lines[line]) {
      guard Self.indent(lines[line]) > indent else { break }
      end = line + 1
    }
    return end
  }

  private static func indent(_ line: Substring) -> Int { line.prefix { $0 == " " }.count }

  private static func holdsValue(_ line: Substring) -> Bool {
    line.contains { $0 != " " && $0 != "\t" } && line.drop { $0 == " " }.first != "#"
  }
}
