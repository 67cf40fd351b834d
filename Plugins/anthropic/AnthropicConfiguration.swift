// The configuration of `model`, as the form writes it.
import JSONValue
import ModelTraffic
import PluginKit

struct AnthropicConfiguration: Decodable {
  let base_url: String?
  let api_key: SecretReference?
  let version: String?
  let betas: [String]?
  let headers: [String: String]?
  let body: [String: JSONValue]?
  let model: String?
  let max_tokens: Int?
  let thinking_tokens: Int?
  let timeouts: Timeouts?
  let attempts: Int?
  let limits: Limits?
  let prices: Prices?

  /// What Anthropic's own client of November 2026 speaks.
  static let currentVersion = "2026-10-21"

  /// Before that the key had a header of its own, and requests had temperature, top_p and top_k. Versions are dates.
  var isOldVersion: Bool { (version ?? Self.currentVersion) < Self.currentVersion }

  /// Without a slash at its end.
  var base: String {
    var text = base_url ?? "https://api.anthropic.com"
    while text.hasSuffix("/") { text.removeLast() }
    return text
  }

  func checked() throws -> ConnectionSettings {
    guard base.hasPrefix("http://") || base.hasPrefix("https://"), !base.contains("?"), !base.contains("@") else {
      throw PluginError.configuration(
        "the base URL is an http or https address without user, password or query", at: "/base_url")
    }
    guard !base.hasSuffix("/v1") else {
      throw PluginError.configuration("the base URL ends before the version: leave '/v1' out", at: "/base_url")
    }
    for name in (headers ?? [:]).keys.sorted() where ["x-api-key", "authorization"].contains(name.lowercased()) {
      throw PluginError.configuration("the key's header is set by api_key: keys are secrets", at: "/headers")
    }
    if let thinking = thinking_tokens, let most = max_tokens, thinking >= most {
      throw PluginError.configuration(
        "thinking takes its tokens from max_tokens, which has to be more than \(thinking)", at: "/thinking_tokens")
    }
    return try ConnectionSettings(timeouts: timeouts, limits: limits, prices: prices, attempts: attempts)
  }
}
