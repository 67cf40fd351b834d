// Finds `${...}` in a text.

/// A text cut at its references.
struct ReferenceText {
  enum Part: Equatable {
    case text(String)
    case reference(String)
  }

  /// Neighbouring texts are one part.
  private(set) var parts: [Part] = []
  /// A `${` that nothing closes.
  private(set) var isOpen = false

  static func mayContainReference(_ text: String) -> Bool {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "{"), previous == UInt8(ascii: "$") { return true }
      previous = byte
    }
    return false
  }

  init(_ text: String) {
    let bytes = Array(text.utf8)
    let (dollar, brace) = (UInt8(ascii: "$"), UInt8(ascii: "{"))
    var plain: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      if bytes[index] == dollar, next == dollar, index + 2 < bytes.count, bytes[index + 2] == brace {
        // `$${` stands for `${`.
        plain += [dollar, brace]
        index += 3
      } else if bytes[index] == dollar, next == brace {
        guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "}")) else {
          isOpen = true
          break
        }
        if !plain.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
        plain = []
        let name = String(decoding: bytes[(index + 2)..<end], as: UTF8.self)
        parts.append(.reference(String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())))
        index = end + 1
      } else {
        plain.append(bytes[index])
        index += 1
      }
    }
    if !plain.isEmpty || parts.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
  }
}
