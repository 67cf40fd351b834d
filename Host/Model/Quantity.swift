// Durations and sizes as people write them: `30m`, `1h30m`, `1GiB`.

package enum Quantity {
  private static let timeUnits: [(name: String, seconds: Double)] = [
    ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400),
  ]
  private static let sizeUnits: [(name: String, bytes: Double)] = [
    ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
    ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1),
  ]

  /// Seconds of `250ms`, `1s`, `1.5h` or `1h30m`; nil when the text is no duration. A unit is required.
  package static func seconds(_ text: String) -> Double? {
    var rest = Substring(text)
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      guard let number = takeNumber(&rest) else { return nil }
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let scale = timeUnits.first(where: { $0.name == unit })?.seconds else { return nil }
      total += number * scale
    }
    return total.isFinite ? total : nil
  }

  /// Bytes of `64MiB`, `1.5GB` or `512B`; nil when the text is no size. A unit is required.
  package static func bytes(_ text: String) -> Int64? {
    var rest = Substring(text)
    guard let number = takeNumber(&rest) else { return nil }
    let unit = rest.drop { $0 == " " }
    guard let scale = sizeUnits.first(where: { $0.name == unit })?.bytes else { return nil }
    return Int64(exactly: (number * scale).rounded())
  }

  private static func takeNumber(_ text: inout Substring) -> Double? {
    let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    guard let first = digits.first, first != ".", let number = Double(digits) else { return nil }
    text = text.dropFirst(digits.count)
    return number
  }
}
