// Reads a table key by key and refuses what nobody asked for: a misspelt key never passes silently.
import JSONValue

/// One table of a manifest. Ask for every known key, then call `finish`.
struct TableReader {
  let file: String
  let path: String
  let line: Int?
  private let entries: [String: DocumentValue]
  private var known: [String] = []

  init(_ value: DocumentValue, file: String, path: String = "") throws(ManifestError) {
    guard case .table(let entries) = value.content else {
      throw ManifestError(file: file, line: value.line, key: path, message: "must be a mapping, not \(value.kind)")
    }
    self.file = file
    self.path = path
    line = value.line
    self.entries = entries
  }

  /// Refuses the first key, in the order of the text, that no read asked for.
  func finish() throws(ManifestError) {
    let unknown = entries.filter { !known.contains($0.key) }
      .sorted { ($0.value.line ?? 0, $0.key) < ($1.value.line ?? 0, $1.key) }
    guard let (key, value) = unknown.first else { return }
    let hint =
      NearestName.of(key, among: known).map { "did you mean \($0)?" }
      ?? "known are \(known.sorted().joined(separator: ", "))"
    throw ManifestError(file: file, line: value.line, key: full(key), message: "unknown key; \(hint)")
  }

  var keys: [String] { entries.keys.sorted() }

  func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func error(_ key: String, _ message: String) -> ManifestError {
    ManifestError(file: file, line: entries[key]?.line ?? line, key: full(key), message: message)
  }

  /// The value, or nil where the key is absent or empty.
  mutating func value(_ key: String) -> DocumentValue? {
    known.append(key)
    guard let value = entries[key] else { return nil }
    if case .null = value.content { return nil }
    return value
  }

  mutating func string(_ key: String) throws(ManifestError) -> String? {
    guard let value = value(key) else { return nil }
    guard case .string(let text) = value.content else { throw error(key, "must be text, not \(value.kind)") }
    return text
  }

  mutating func required(_ key: String) throws(ManifestError) -> String {
    guard let text = try string(key) else { throw error(key, "is missing") }
    guard !text.isEmpty else { throw error(key, "must not be empty") }
    return text
  }

  mutating func bool(_ key: String) throws(ManifestError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .bool(let flag) = value.content else { throw error(key, "must be true or false, not \(value.kind)") }
    return flag
  }

  /// A whole number that is not negative.
  mutating func count(_ key: String) throws(ManifestError) -> Int? {
    guard let value = value(key) else { return nil }
    guard case .int(let number) = value.content, let count = Int(exactly: number), count >= 0 else {
      throw error(key, "must be a whole number from 0, not \(value.kind)")
    }
    return count
  }

  mutating func strings(_ key: String) throws(ManifestError) -> [String]? {
    guard let value = value(key) else { return nil }
    guard case .array(let elements) = value.content else { throw error(key, "must be a list, not \(value.kind)") }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element.content else {
        throw error(key, "must be a list of text, but holds \(element.kind)")
      }
      texts.append(text)
    }
    return texts
  }

  /// Bytes, from a whole number or from text such as `64MiB`.
  mutating func bytes(_ key: String) throws(ManifestError) -> Int64? {
    guard let value = value(key) else { return nil }
    switch value.content {
    case .int(let number) where number >= 0: return number
    case .string(let text):
      guard let bytes = Quantity.bytes(text) else { throw error(key, "must be a size such as 64MiB, not \(text)") }
      return bytes
    default: throw error(key, "must be a size such as 64MiB, not \(value.kind)")
    }
  }

  /// Seconds, from a number or from text such as `90s` or `2h`.
  mutating func seconds(_ key: String) throws(ManifestError) -> Double? {
    guard let value = value(key) else { return nil }
    switch value.content {
    case .int(let number) where number >= 0: return Double(number)
    case .double(let number) where number >= 0: return number
    case .string(let text):
      guard let seconds = Quantity.seconds(text) else { throw error(key, "must be a time such as 90s, not \(text)") }
      return seconds
    default: throw error(key, "must be a time such as 90s, not \(value.kind)")
    }
  }

  mutating func table(_ key: String) throws(ManifestError) -> TableReader? {
    guard let value = value(key) else { return nil }
    return try TableReader(value, file: file, path: full(key))
  }

  /// A mapping whose keys are not ours, as JSON values.
  mutating func objects(_ key: String) throws(ManifestError) -> [String: JSONValue]? {
    guard var table = try table(key) else { return nil }
    var objects: [String: JSONValue] = [:]
    for name in table.keys {
      guard let value = table.value(name) else { continue }
      guard case .table = value.content else { throw table.error(name, "must be a mapping, not \(value.kind)") }
      objects[name] = value.json
    }
    return objects
  }

  /// One of the words of a closed list.
  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ key: String, of type: Word.Type
  ) throws(ManifestError) -> Word? where Word.RawValue == String {
    guard let text = try string(key) else { return nil }
    guard let word = Word(rawValue: text) else {
      let words = Word.allCases.map(\.rawValue)
      let hint = NearestName.of(text, among: words).map { "; did you mean \($0)?" } ?? ""
      throw error(key, "must be one of \(words.joined(separator: ", ")), not \(text)\(hint)")
    }
    return word
  }
}
