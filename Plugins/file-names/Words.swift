// Names, sizes and lists as messages show them.

/// Bytes of a file name as text: what is not UTF-8 is shown as \xHH, control characters too.
package func escaped(_ bytes: some Sequence<UInt8>) -> String {
  let bytes = Array(bytes)
  if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: { $0.value < 0x20 }) {
    return text
  }
  return bytes.map { byte in
    if (0x20..<0x7F).contains(byte) { return String(UnicodeScalar(byte)) }
    let digits = String(byte, radix: 16, uppercase: true)
    return "\\x" + (digits.count == 1 ? "0" : "") + digits
  }.joined()
}

/// 12_345_678 as "12.3 MB".
package func sizeText(_ bytes: Int64) -> String {
  if bytes < 1000 { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
  var value = Double(bytes)
  var unit = -1
  while value >= 999.5, unit < 4 {
    value /= 1000
    unit += 1
  }
  let names = ["kB", "MB", "GB", "TB", "PB"]
  let tenths = (value * 10).rounded()
  if value >= 100 || tenths.truncatingRemainder(dividingBy: 10) == 0 {
    return "\(Int64(value.rounded())) \(names[unit])"
  }
  return "\(Int64(tenths) / 10).\(Int64(tenths) % 10) \(names[unit])"
}

/// 'a', 'b' or 'c'
package func quotedList(_ names: [String]) -> String {
  let quoted = names.map { "'\($0)'" }
  guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
  return quoted.dropLast().joined(separator: ", ") + " or " + last
}
