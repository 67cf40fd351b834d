// Numbers for people: thousands separators, binary sizes, durations. A missing figure is a dash, never a zero.

enum Figures {
  static let missing = "-"

  static func count(_ value: Int64?) -> String {
    guard let value else { return missing }
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return value < 0 ? "-\(text)" : text
  }

  static func bytes(_ value: Int64?) -> String {
    guard let value else { return missing }
    var size = Double(value)
    for unit in ["B", "KiB", "MiB", "GiB"] {
      if size < 1024 || unit == "GiB" { return unit == "B" ? "\(value) B" : "\(fixed(size, 1)) \(unit)" }
      size /= 1024
    }
    return missing
  }

  static func seconds(_ value: Double?) -> String {
    guard let value else { return missing }
    if value >= 90 { return "\(Int(value) / 60) min \(Int(value) % 60) s" }
    return value < 10 ? "\(fixed(value, 2)) s" : "\(fixed(value, 1)) s"
  }

  static func fixed(_ value: Double, _ places: Int) -> String {
    var scale: Int64 = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int64((value.magnitude * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % scale)
    return "\(sign)\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
  }

  /// A number as short as it can be without losing what matters: 0.0245, 3, 12.5, 2.5e-9.
  static func short(_ value: Double) -> String {
    if value == value.rounded(), value.magnitude < 1e15 { return count(Int64(value)) }
    var places = 2
    var bound = 1.0
    while value.magnitude < bound, places < 6 {
      places += 1
      bound /= 10
    }
    let text = trimmed(fixed(value, places))
    return text == "0" ? scientific(value) : text
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// For what is too small to have a place: 2.5e-9.
  private static func scientific(_ value: Double) -> String {
    var (mantissa, exponent) = (value, 0)
    while mantissa.magnitude < 1, exponent > -400 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return "\(trimmed(fixed(mantissa, 1)))e\(exponent)"
  }
}
