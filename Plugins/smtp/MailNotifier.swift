// The component: one event, one mail, told once.
import Glibc
import HTTPTransfer
import JSONValue
import Notices
import PluginKit

final class MailNotifier: Notifier {
  struct Configuration: Decodable, Sendable {
    var host: String
    var port: Int?
    var security: MailTransfer.Security?
    var user: String?
    var password: SecretReference?
    var from: String
    var to: [String]
    var subject: String?
    var attempts: Int?
    var timeout_s: Double?
    var authorities: String?
  }

  static var descriptor: ComponentDescriptor { MailSchema.descriptor }

  private let configuration: Configuration
  private let from: MailAddress
  private let to: [MailAddress]

  init(configuration: Configuration, host: Host) throws {
    self.configuration = configuration
    guard let from = MailAddress(configuration.from) else {
      throw PluginError.configuration("this is no address of mail", at: "/from")
    }
    self.from = from
    guard !configuration.to.isEmpty else { throw PluginError.configuration("nobody to send to", at: "/to") }
    to = try configuration.to.enumerated().map { index, text in
      guard let address = MailAddress(text) else {
        throw PluginError.configuration("this is no address of mail", at: "/to/\(index)")
      }
      return address
    }
    let name = configuration.host
    guard !name.isEmpty, name.utf8.allSatisfy({ Self.isHostByte($0) }) else {
      throw PluginError.configuration("this is no name or address of a host", at: "/host")
    }
    if configuration.security == MailTransfer.Security.none, !["127.0.0.1", "localhost", "[::1]"].contains(name) {
      throw PluginError.configuration(
        "without TLS anybody on the way reads the mail and the password; it is allowed to this machine only",
        at: "/security")
    }
    if (configuration.user == nil) != (configuration.password == nil) {
      throw PluginError.configuration(
        "user and password belong together", at: configuration.user == nil ? "/user" : "/password")
    }
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-._[]:".utf8.contains(byte)
    }
  }

  func notify(_ event: JSONValue, _ run: Run) throws -> JSONValue {
    let notice = try Notice(event)
    let told = ToldEvents(notice, run)
    if try told.contains() { return ["id": .string(notice.id), "told": true, "again": true] }
    let security = configuration.security ?? .starttls
    let transfer = MailTransfer(
      host: configuration.host, port: configuration.port ?? (security == .tls ? 465 : security == .none ? 25 : 587),
      security: security, user: configuration.user,
      password: try configuration.password.map { try run.secret($0.reference) },
      authorities: configuration.authorities, seconds: configuration.timeout_s ?? 12)
    let bytes = MailText.bytes(mail(notice))
    let tries = try deliver(transfer, bytes, run)
    told.add()
    return [
      "id": .string(notice.id), "told": true, "message_id": .string(messageID(notice)), "tries": .int(Int64(tries)),
    ]
  }

  /// Tries again where that may help; answers how many tries it took.
  private func deliver(_ transfer: MailTransfer, _ bytes: [UInt8], _ run: Run) throws -> Int {
    let attempts = configuration.attempts ?? 3
    var attempt = 1
    while true {
      run.progress(UInt64(attempt), of: nil, "tries")
      do {
        try transfer.send(bytes, from: from.address, to: to.map(\.address), run)
        return attempt
      } catch let error as PluginError where error.retryable && attempt < attempts {
        let wait = Double(1 << (attempt - 1)) / 2
        run.log(.warning, "\(error.message); trying again in \(wait) s")
        try Pause.wait(wait, run) { run.progress(UInt64(attempt), of: nil, "tries") }
        attempt += 1
      }
    }
  }

  private func messageID(_ notice: Notice) -> String {
    "\(notice.digest.prefix(40))@\(from.address.split(separator: "@").last ?? "ote")"
  }

  private func mail(_ notice: Notice) -> MailText.Mail {
    let prefix = configuration.subject.map { "\($0) " } ?? ""
    let facts = notice.facts.map { "\($0.0): \($0.1)" }
    let plain =
      [notice.title, ""] + notice.lines.map { "- \($0)" } + [""] + facts + (notice.url.map { ["", $0] } ?? [])
    return MailText.Mail(
      from: from, to: to, subject: prefix + notice.title, plain: plain.joined(separator: "\r\n"), html: html(notice),
      messageID: messageID(notice), date: MailText.date(Int64(Glibc.time(nil))))
  }

  private func html(_ notice: Notice) -> String {
    let lines = notice.lines.map { "<li>\(MailText.escaped($0))</li>" }.joined()
    let facts = notice.facts.map { "<tr><th align=\"left\">\($0.0)</th><td>\(MailText.escaped($0.1))</td></tr>" }
      .joined()
    // Only an address of the web becomes a link.
    let isLink = notice.url.map { $0.hasPrefix("https://") || $0.hasPrefix("http://") } ?? false
    let link = notice.url.map { url in
      isLink
        ? "<p><a href=\"\(MailText.escaped(url))\">\(MailText.escaped(url))</a></p>" : "<p>\(MailText.escaped(url))</p>"
    }
    return "<html><body><h3>\(MailText.escaped(notice.title))</h3>" + (lines.isEmpty ? "" : "<ul>\(lines)</ul>")
      + "<table>\(facts)</table>\(link ?? "")</body></html>"
  }
}
