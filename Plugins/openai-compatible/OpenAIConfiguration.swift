// The configuration of `model`, as the form writes it.
import JSONValue
import ModelTraffic
import PluginKit

struct OpenAIConfiguration: Decodable {
  enum Server: String, Decodable {
    case openai
    case llamaCpp = "llama.cpp"
  }

  enum LengthKey: String, Decodable { case max_tokens, max_completion_tokens }

  let base_url: String?
  let api_key: SecretReference?
  let key_header: String?
  let organization: String?
  let project: String?
  let headers: [String: String]?
  let body: [String: JSONValue]?
  let model: String?
  let server: Server?
  let max_tokens_key: LengthKey?
  let embedding_batch: Int?
  let dimensions: Int?
  let timeouts: Timeouts?
  let attempts: Int?
  let limits: Limits?
  let prices: Prices?

  /// Without a slash at its end.
  var base: String {
    var text = base_url ?? "https://api.openai.com/v1"
    while text.hasSuffix("/") { text.removeLast() }
    return text
  }

  func checked() throws -> ConnectionSettings {
    guard base.hasPrefix("http://") || base.hasPrefix("https://"), !base.contains("?"), !base.contains("@") else {
      throw PluginError.configuration(
        "the base URL is an http or https address without user, password or query", at: "/base_url")
    }
    for name in (headers ?? [:]).keys.sorted() where name.lowercased() == (key_header ?? "authorization").lowercased() {
      throw PluginError.configuration("the key's header is set by api_key: keys are secrets", at: "/headers")
    }
    return try ConnectionSettings(timeouts: timeouts, limits: limits, prices: prices, attempts: attempts)
  }
}
