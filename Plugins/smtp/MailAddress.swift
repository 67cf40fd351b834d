// An address of mail, alone or with a name: "ada@example.org", "Ada <ada@example.org>".

struct MailAddress: Sendable, Hashable {
  var name: String
  /// ASCII, with one @, nothing that could end a line or an argument.
  var address: String

  /// nil for what is no address.
  init?(_ text: String) {
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return nil }
    var bare = text[...]
    name = ""
    if let open = text.lastIndex(of: "<") {
      guard text.last == ">" else { return nil }
      var title = text[..<open]
      while title.last?.isWhitespace == true { title.removeLast() }
      while title.first?.isWhitespace == true { title.removeFirst() }
      if title.count > 1, title.first == "\"", title.last == "\"" { title = title.dropFirst().dropLast() }
      name = String(title)
      bare = text[text.index(after: open)...].dropLast()
    }
    let parts = bare.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isPart(parts[0], "!#$%&'*+/=?^_`{|}~-."), Self.isPart(parts[1], "-.") else {
      return nil
    }
    address = String(bare)
  }

  private static func isPart(_ text: Substring, _ more: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255 && text.first != "." && text.last != "." && !text.contains("..")
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: more.utf8.contains(byte)
        }
      }
  }

  /// As it stands in a header.
  var header: String { name.isEmpty ? address : "\(MailText.encoded(name, isPhrase: true)) <\(address)>" }
}
