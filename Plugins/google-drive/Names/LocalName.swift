// Names in Drive may be anything, also twice the same: here they become paths of a file system.

/// Gives every item of one folder a name of its own.
struct LocalNames {
  private var taken: Set<String> = []

  /// `extension` is added where the name lacks it. The first of a name keeps it, those after get their id.
  mutating func claim(_ name: String, id: String, extension ending: String? = nil) -> String {
    let plain = Self.safe(name, ending)
    // Two names that differ in case only would be one on some file systems; Linux keeps them apart.
    if taken.insert(plain).inserted { return plain }
    let (stem, end) = Self.cut(plain)
    let numbered = Self.shortened("\(stem) (\(id))", end)
    taken.insert(numbered)
    return numbered
  }

  /// At most 255 bytes, no slash, no control characters, not "." or "..".
  static func safe(_ name: String, _ ending: String?) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      text.unicodeScalars.append(scalar == "/" || scalar.value < 0x20 || scalar.value == 0x7F ? "_" : scalar)
    }
    if text.isEmpty || text == "." || text == ".." { text = "_" }
    if text.hasPrefix(".ote-") { text = "_" + text }
    if let ending, !text.lowercased().hasSuffix("." + ending) { return shortened(text, "." + ending) }
    let (stem, end) = cut(text)
    return shortened(stem, end)
  }

  private static func shortened(_ stem: String, _ end: String) -> String {
    var stem = stem
    while stem.utf8.count + end.utf8.count > 255 { stem.unicodeScalars.removeLast() }
    return stem + end
  }

  /// "flights.csv.gz" as "flights" and ".csv.gz": readers look at the end.
  private static func cut(_ name: String) -> (stem: String, end: String) {
    guard let dot = name.dropFirst().lastIndex(of: ".") else { return (name, "") }
    var cut = dot
    let packed = ["gz", "zst", "bz2", "xz"].contains(name[name.index(after: dot)...].lowercased())
    if packed, let inner = name[..<dot].dropFirst().lastIndex(of: "."), name.distance(from: inner, to: dot) <= 9 {
      cut = inner
    }
    let end = String(name[cut...])
    return end.utf8.count > 20 ? (name, "") : (String(name[..<cut]), end)
  }
}
