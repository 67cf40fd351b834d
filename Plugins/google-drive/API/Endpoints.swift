// Where Google answers. Others than the public addresses serve private networks, and tests.
import JSONValue
import PluginKit

struct Endpoints: Sendable, Hashable {
  var api = "https://www.googleapis.com"
  /// nil: what the service account's key says, else Google's.
  var token: String?
  var device = "https://oauth2.googleapis.com/device/code"
  var authorization = "https://accounts.google.com/o/oauth2/v2/auth"

  static let googleToken = "https://oauth2.googleapis.com/token"

  init() {}

  init(_ json: JSONValue?) throws {
    guard let json, !json.isNull else { return }
    func read(_ key: String) throws -> String? {
      guard let text = json[key]?.string else { return nil }
      try Self.check(text, at: "/endpoints/\(key)")
      return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
    api = try read("api") ?? api
    token = try read("token")
    device = try read("device") ?? device
    authorization = try read("authorization") ?? authorization
  }

  /// Tokens travel there: in clear text only within this machine.
  static func check(_ url: String, at pointer: String) throws {
    let isSafe =
      url.hasPrefix("https://") || host(url).map { ["127.0.0.1", "localhost", "[::1]"].contains($0) } == true
    guard isSafe, host(url)?.isEmpty == false, !url.contains("@"), !url.contains("?"), !url.contains("#") else {
      throw PluginError.configuration(
        "'\(url.prefix(200))' is no address for Google's API: write https://HOST, without user, query or fragment",
        at: pointer)
    }
  }

  /// The host without its port.
  static func host(_ url: String) -> String? {
    guard let start = url.firstRange(of: "://")?.upperBound else { return nil }
    let authority = url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return String(authority[...end]) }
    return String(authority.prefix { $0 != ":" }).lowercased()
  }

  /// Whether an address that Drive hands out (for an upload) may be given our token.
  func trusts(_ url: String) -> Bool {
    guard let host = Self.host(url) else { return false }
    if url.hasPrefix(api + "/") { return true }
    return url.hasPrefix("https://") && (host == "googleapis.com" || host.hasSuffix(".googleapis.com"))
  }
}
