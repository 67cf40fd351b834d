// The random secrets that programs and browsers present: session cookies, API tokens, sign-in links, CSRF tokens.

/// Shown to its owner once; the store keeps `hash` only.
package struct AccessSecret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
  package enum Kind: String, Sendable, CaseIterable {
    case session = "ote_s_"
    case token = "ote_t_"
    case link = "ote_l_"
  }

  package let kind: Kind
  /// The id under which a token is looked up; nil for the others, which are looked up by their hash.
  package let id: String?
  /// The secret itself: for its owner, never for a log or the store.
  package let text: String

  private static let idDigits = 12
  private static let secretDigits = 43

  package init(_ kind: Kind) {
    self.kind = kind
    id = kind == .token ? Self.makeID() : nil
    text = kind.rawValue + (id.map { $0 + "_" } ?? "") + Base64.encodeForAddress(RandomBytes.make(32))
  }

  /// nil for anything that is no such secret; nothing is looked up then.
  package init?(parsing text: String) {
    guard text.utf8.count <= 80, let kind = Kind.allCases.first(where: { text.hasPrefix($0.rawValue) })
    else { return nil }
    var rest = text.dropFirst(kind.rawValue.count)
    if kind == .token {
      let id = rest.prefix(Self.idDigits)
      rest = rest.dropFirst(Self.idDigits)
      guard id.count == Self.idDigits, id.utf8.allSatisfy(Self.isIDDigit), rest.first == "_" else { return nil }
      rest = rest.dropFirst()
      self.id = String(id)
    } else {
      id = nil
    }
    guard rest.utf8.count == Self.secretDigits, Base64.decodeFromAddress(String(rest))?.count == 32
    else { return nil }
    self.kind = kind
    self.text = text
  }

  /// SHA-256 in 64 hex digits. Plain, since 256 random bits cannot be guessed from it.
  package var hash: String { Digest.hex(text) }

  package func matches(hash stored: String) -> Bool { ConstantTime.equal(hash.utf8, stored.utf8) }

  package var description: String { "\(kind.rawValue)\(id ?? "")..." }
  package var debugDescription: String { description }

  /// 43 letters that a page repeats with every change it asks for.
  package static func makeCSRF() -> String { Base64.encodeForAddress(RandomBytes.make(32)) }

  package static func isSameCSRF(_ sent: String, _ stored: String) -> Bool {
    !stored.isEmpty && ConstantTime.equal(sent.utf8, stored.utf8)
  }

  private static func makeID() -> String {
    let digits = Array("0123456789abcdefghijklmnopqrstuv")
    return String(RandomBytes.make(idDigits).map { digits[Int($0 & 31)] })
  }

  private static func isIDDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "v")).contains(byte)
  }
}
