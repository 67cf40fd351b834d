// A mail as the lines that go over the wire: headers that cannot be broken out of, plain text and HTML.
import FoundationEssentials

enum MailText {
  struct Mail: Sendable {
    var from: MailAddress
    var to: [MailAddress]
    var subject: String
    var plain: String
    var html: String
    /// Without the angle brackets; the same for the same event.
    var messageID: String
    /// RFC 5322.
    var date: String
  }

  static func bytes(_ mail: Mail) -> [UInt8] {
    let boundary = "=_ote_\(mail.messageID.prefix { $0 != "@" })"
    let lines = [
      "From: \(mail.from.header)", "To: \(mail.to.map(\.header).joined(separator: ",\r\n "))",
      "Subject: \(encoded(mail.subject))", "Date: \(mail.date)", "Message-ID: <\(mail.messageID)>",
      // Out-of-office programs leave such mails alone.
      "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
      "Content-Type: multipart/alternative; boundary=\"\(boundary)\"", "",
      "--\(boundary)", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
      base64(mail.plain),
      "--\(boundary)", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64", "",
      base64(mail.html),
      "--\(boundary)--", "",
    ]
    return Array(lines.joined(separator: "\r\n").utf8)
  }

  /// Text for a header: as it is where it is plain ASCII, else in encoded words (RFC 2047). Line ends and other control
  /// characters become blanks, so that no text can begin a header of its own.
  static func encoded(_ text: String, isPhrase: Bool = false) -> String {
    let line = String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    // A name before an address is a phrase, in which some characters have a meaning.
    let special = isPhrase ? "\"()<>,;:\\@[]." : ""
    let plain = line.utf8.allSatisfy { (0x20...0x7E).contains($0) && !special.utf8.contains($0) }
    if plain, line.utf8.count <= 60, !line.contains("=?") { return line }
    // Whole characters in words of at most 75 bytes.
    var words: [String] = []
    var piece = ""
    for character in line {
      if piece.utf8.count + String(character).utf8.count > 42, !piece.isEmpty {
        words.append(piece)
        piece = ""
      }
      piece.append(character)
    }
    words.append(piece)
    return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }

  private static func base64(_ text: String) -> String {
    let whole = Data(text.utf8).base64EncodedString()
    var lines: [Substring] = []
    var rest = whole[...]
    while !rest.isEmpty {
      lines.append(rest.prefix(76))
      rest = rest.dropFirst(76)
    }
    return lines.joined(separator: "\r\n")
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// "Sat, 28 Nov 2026 18:02:45 +0000".
  static func date(_ seconds: Int64) -> String {
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let rest = seconds - days * 86_400
    // Howard Hinnant's days to a civil date, with years that begin in March.
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(((days % 7) + 7) % 7)]
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(weekday), \(day) \(names[Int(month) - 1]) \(year) "
      + "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) +0000"
  }
}
