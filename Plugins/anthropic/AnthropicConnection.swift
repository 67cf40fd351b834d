// Headers of the API, and what its refusals mean.
import HTTPTransfer
import JSONValue
import ModelTraffic
import PluginKit

struct AnthropicConnection {
  private let configuration: AnthropicConfiguration
  private let key: String

  init(_ configuration: AnthropicConfiguration, key: String) {
    self.configuration = configuration
    self.key = key
  }

  func request(_ method: String, _ path: String, json: JSONValue? = nil) -> HTTPRequest {
    let url = configuration.base + path
    var request = json.map { HTTPRequest(method, url, json: $0) } ?? HTTPRequest(method, url)
    for (name, value) in configuration.headers ?? [:] { request.headers[name] = value }
    request.headers["anthropic-version"] = configuration.version ?? AnthropicConfiguration.currentVersion
    if let betas = configuration.betas, !betas.isEmpty {
      request.headers["anthropic-beta"] = betas.joined(separator: ",")
    }
    if configuration.isOldVersion {
      request.headers["x-api-key"] = key
      request.secretHeaders = ["x-api-key"]
    } else {
      request.headers["Authorization"] = "Bearer \(key)"
    }
    return request
  }

  func problem(_ doing: String, _ response: HTTPResponse, model: String?) -> PluginError {
    let body = try? JSONValue(parsing: response.body)
    let code = body?["error"]?["type"]?.string ?? ""
    let words = body?["error"]?["message"]?.string ?? String(response.text.prefix(200))
    var error = ModelProblem(response, code: code, words: words, secret: key)
      .error(doing, Self.meaning(response.status, code, words), model: model)
    error.details["request_id"] = body?["request_id"] ?? response.headers["request-id"].map { .string($0) }
    return error
  }

  /// A failure in the middle of a stream: {"type": "error", "error": {"type", "message"}}.
  func problem(_ event: JSONValue) -> PluginError {
    let code = event["error"]?["type"]?.string ?? ""
    let words = event["error"]?["message"]?.string ?? event.text
    let status = Self.statuses[code] ?? 500
    return ModelProblem(code: code, words: words, host: "the server", status: status, secret: key)
      .error("generate", Self.meaning(status, code, words), model: configuration.model)
  }

  private static let statuses = [
    "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
    "not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "api_error": 500, "timeout_error": 504,
    "overloaded_error": 529,
  ]

  private static func meaning(_ status: Int, _ code: String, _ words: String) -> ModelProblem.Meaning {
    switch code {
    case "overloaded_error": .overloaded
    case "billing_error": .quotaSpent
    default:
      if status == 529 {
        .overloaded
      } else if status == 400, words.contains("prompt is too long") || words.contains("exceed context limit") {
        .contextOverflow
      } else if status == 400, words.contains("credit balance") {
        .quotaSpent
      } else {
        .other
      }
    }
  }
}
