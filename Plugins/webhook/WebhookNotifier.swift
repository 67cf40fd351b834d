// The component: one event, one signed request, told once.
import Crypto
import FoundationEssentials
import Glibc
import HTTPTransfer
import JSONValue
import Notices
import PluginKit

final class WebhookNotifier: Notifier {
  static var descriptor: ComponentDescriptor { WebhookSchema.descriptor }

  private let configuration: WebhookConfiguration
  private let client: HTTPClient

  init(configuration: WebhookConfiguration, host: Host) throws {
    try configuration.check()
    self.configuration = configuration
    var settings = HTTPClient.Settings()
    settings.limits = HTTPLimits(connect: 10, idle: configuration.timeout_s ?? 8, total: configuration.timeout_s ?? 8)
    settings.authorities = configuration.authorities
    client = HTTPClient(settings)
  }

  func notify(_ event: JSONValue, _ run: Run) throws -> JSONValue {
    let notice = try Notice(event)
    let told = ToldEvents(notice, run)
    if try told.contains() { return ["id": .string(notice.id), "told": true, "again": true] }
    let body = Array(Self.body(notice, configuration.format ?? .json).text.utf8)
    let address = try self.address(run)
    let secrets = (
      signing: try configuration.secret.map { try run.secret($0.reference) },
      bearer: try configuration.bearer.map { try run.secret($0.reference) }
    )
    var retry = Retry()
    retry.attempts = configuration.attempts ?? 4
    // The host waits half a minute for a notifier, and asks again later where that may help.
    retry.patience = 10
    var tries = 0
    let answer = try retry(
      run,
      onWait: { seconds, reason in run.log(.warning, "\(reason); trying again in \(Int(seconds.rounded(.up))) s") },
      life: { run.progress(UInt64(tries), of: nil, "tries") }
    ) { attempt in
      tries = attempt
      run.progress(UInt64(attempt), of: nil, "tries")
      // Signed anew each time: a receiver may refuse an old time.
      return try client.send(request(notice, address, body, secrets.signing, secrets.bearer), run)
    }
    guard answer.isSuccess else { throw answer.problem("deliver the event", words: Self.excerpt(answer.text)) }
    told.add()
    return [
      "id": .string(notice.id), "told": true, "http_status": .int(Int64(answer.status)), "tries": .int(Int64(tries)),
    ]
  }

  private func address(_ run: Run) throws -> String {
    if let url = configuration.url { return url }
    let url = try run.secret(configuration.secret_url?.reference ?? "")
    try configuration.check(address: url, at: "/secret_url")
    return url
  }

  private func request(
    _ notice: Notice, _ address: String, _ body: [UInt8], _ signing: String?, _ bearer: String?
  ) -> HTTPRequest {
    var request = HTTPRequest("POST", address, body: .bytes(body))
    for (name, value) in (configuration.headers ?? [:]).sorted(by: { $0.key < $1.key }) {
      request.headers[name] = value
    }
    request.headers["Content-Type"] = "application/json"
    request.headers["Idempotency-Key"] = Self.headerText(notice.id)
    request.headers["X-OTE-Event"] = Self.headerText(notice.type)
    if let bearer { request.headers["Authorization"] = "Bearer \(bearer)" }
    if let signing {
      request.headers["X-OTE-Signature"] = Self.signature(body, secret: signing, time: Int64(Glibc.time(nil)))
    }
    return request
  }

  static func signature(_ body: [UInt8], secret: String, time: Int64) -> String {
    var hash = HMAC<SHA256>(key: SymmetricKey(data: Data(secret.utf8)))
    hash.update(data: Data("\(time).".utf8))
    hash.update(data: Data(body))
    return "t=\(time),v1=\(hash.finalize().hexadecimal)"
  }

  static func body(_ notice: Notice, _ format: WebhookConfiguration.Format) -> JSONValue {
    guard format == .slack else { return notice.event }
    var lines = ["*\(escaped(notice.title))*"] + notice.lines.prefix(20).map { "• \(escaped($0))" }
    lines += notice.facts.map { "\($0.0): \(escaped($0.1))" }
    if let url = notice.url { lines.append(escaped(url)) }
    return ["text": .string(lines.joined(separator: "\n"))]
  }

  /// Slack reads these three as markup; without them no event can mention people or hide where a link leads.
  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// Printable ASCII, as headers have it; anything else as its code.
  private static func headerText(_ text: String) -> String {
    text.utf8.prefix(500).map {
      (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "%") ? String(UnicodeScalar($0)) : "%" + [$0].hexadecimal
    }
    .joined()
  }

  private static func excerpt(_ text: String) -> String? {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.isEmpty ? nil : String(line.prefix(200))
  }
}
