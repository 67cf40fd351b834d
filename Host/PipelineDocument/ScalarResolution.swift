// What an unquoted YAML scalar means: the core schema of YAML 1.2, in which `no` and `on` are texts.

enum ScalarResolution {
  /// Nil for `.inf` and `.nan`, which JSON cannot say.
  static func content(ofPlain text: String) -> DocumentValue.Content? {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    guard let first = text.utf8.first, first <= 0x39 else { return .string(text) }
    return number(text) ?? (isNotFinite(text) ? nil : .string(text))
  }

  private static func number(_ text: String) -> DocumentValue.Content? {
    if text.hasPrefix("0x") || text.hasPrefix("0o") {
      let digits = text.dropFirst(2)
      guard digits.first != "-", digits.first != "+" else { return nil }
      return Int64(digits, radix: text.hasPrefix("0x") ? 16 : 8).map { .int($0) }
    }
    guard isDecimal(text) else { return nil }
    if let value = Int64(text) { return .int(value) }
    return Double(text.hasSuffix(".") ? text + "0" : text).flatMap { $0.isFinite ? .double($0) : nil }
  }

  /// `[-+]? ( \. digits | digits ( \. digits? )? ) ( [eE] [-+]? digits )?`
  private static func isDecimal(_ text: String) -> Bool {
    var rest = Substring(text).utf8
    func takeDigits() -> Int {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      return digits.count
    }
    func take(_ characters: String) -> Bool {
      guard let first = rest.first, characters.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = take("+-")
    let whole = takeDigits()
    let fraction = take(".") ? takeDigits() : 0
    guard whole + fraction > 0 else { return false }
    if take("eE") {
      _ = take("+-")
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  private static func isNotFinite(_ text: String) -> Bool {
    let name = text.drop { $0 == "+" || $0 == "-" }
    return [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(name)
  }
}
