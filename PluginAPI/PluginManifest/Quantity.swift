// Sizes and times as people write them: 64MiB, 8Gi, 10GB; 500ms, 90s, 2h.

/// Reads quantities with a unit.
enum Quantity {
  /// Bytes of a size such as `64MiB`, `8Gi`, `10GB` or `4096`; nil if it is no size or passes 2^63.
  static func bytes(_ text: String) -> Int64? {
    let units: [String: Double] = [
      "": 1, "B": 1, "K": 1e3, "KB": 1e3, "M": 1e6, "MB": 1e6, "G": 1e9, "GB": 1e9, "T": 1e12, "TB": 1e12,
      "KI": 1024, "KIB": 1024, "MI": 1_048_576, "MIB": 1_048_576, "GI": 1_073_741_824, "GIB": 1_073_741_824,
      "TI": 1_099_511_627_776, "TIB": 1_099_511_627_776,
    ]
    guard let (number, unit) = split(text), let factor = units[unit.uppercased()] else { return nil }
    return Int64(exactly: (number * factor).rounded(.down))
  }

  /// Seconds of a time such as `500ms`, `90s`, `5m`, `2h`, `1d` or `90`; nil if it is no time.
  static func seconds(_ text: String) -> Double? {
    let units: [String: Double] = ["": 1, "ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400]
    guard let (number, unit) = split(text), let factor = units[unit] else { return nil }
    return number * factor
  }

  private static func split(_ text: String) -> (Double, String)? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits), number.isFinite else { return nil }
    let unit = text[digits.endIndex...].drop { $0 == " " }
    return (number, String(unit))
  }
}
