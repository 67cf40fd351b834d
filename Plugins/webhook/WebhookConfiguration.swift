// The configuration, and which addresses are acceptable.
import Notices
import PluginKit

struct WebhookConfiguration: Decodable, Sendable {
  enum Format: String, Decodable, Sendable { case json, slack }

  var url: String?
  var secret_url: SecretReference?
  var format: Format?
  var secret: SecretReference?
  var bearer: SecretReference?
  var headers: [String: String]?
  var allow_http: Bool?
  var attempts: Int?
  var timeout_s: Double?
  var authorities: String?

  /// Headers that this notifier sets itself.
  private static let reserved: Set<String> = [
    "content-type", "content-length", "host", "authorization", "idempotency-key", "x-ote-signature", "x-ote-event",
    "transfer-encoding", "connection",
  ]

  func check() throws {
    guard (url == nil) != (secret_url == nil) else {
      throw PluginError.configuration("give either `url` or `secret_url`", at: url == nil ? "/url" : "/secret_url")
    }
    if let url { try check(address: url, at: "/url") }
    for name in (headers ?? [:]).keys.sorted() where Self.reserved.contains(name.lowercased()) {
      throw PluginError.configuration(
        "the header '\(name)' is set by the notifier itself; for a token use `bearer`", at: "/headers/\(name)")
    }
  }

  /// https, or http to this machine or where it is allowed. Says nothing of the address itself: it may be a secret.
  func check(address: String, at pointer: String) throws {
    let lower = address.lowercased()
    if lower.hasPrefix("https://") { return }
    guard lower.hasPrefix("http://") else {
      throw PluginError.configuration("the address begins neither with https:// nor with http://", at: pointer)
    }
    let host = lower.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let isLocal = ["127.0.0.1", "localhost", "[::1]"].contains { host == $0 || host.hasPrefix("\($0):") }
    guard isLocal || allow_http == true else {
      throw PluginError.configuration(
        "http to another machine can be read and changed on the way: use https, or set `allow_http`", at: pointer)
    }
  }
}
