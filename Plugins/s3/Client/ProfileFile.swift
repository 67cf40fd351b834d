// ~/.aws/credentials and ~/.aws/config: sections of names and values.

struct ProfileFile {
  /// Sections by name; "profile x" of the config file is "x".
  private(set) var sections: [String: [String: String]] = [:]

  init(_ text: String) {
    var section: String?
    var parent = ""
    for line in text.split(whereSeparator: \.isNewline) {
      let content = line.drop { $0 == " " || $0 == "\t" }
      guard let first = content.first, first != "#", first != ";" else { continue }
      if first == "[" {
        let name = content.dropFirst().prefix { $0 != "]" }.split(separator: " ").map(String.init)
        section = name.first == "profile" && name.count > 1 ? name[1] : name.first
        if let section { sections[section, default: [:]] = sections[section] ?? [:] }
        continue
      }
      guard let section, let equals = content.firstIndex(of: "=") else { continue }
      let name = Self.trimmed(content[..<equals])
      let value = Self.trimmed(content[content.index(after: equals)...])
      // Indented lines belong to the last name that had no value: "s3 =" and below it "addressing_style = path".
      if line.startIndex != content.startIndex {
        sections[section]?["\(parent).\(name)"] = value
      } else {
        parent = name
        sections[section]?[name] = value
      }
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
    return String(text.drop { $0 == " " || $0 == "\t" })
  }
}
