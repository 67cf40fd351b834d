// Addresses and headers of one server, and what its refusals mean.
import HTTPTransfer
import JSONValue
import ModelTraffic
import PluginKit

struct OpenAIConnection {
  private let configuration: OpenAIConfiguration
  private let key: String?

  init(_ configuration: OpenAIConfiguration, key: String?) {
    self.configuration = configuration
    self.key = key
  }

  /// `root`: beside the versioned interface, where llama.cpp has its own.
  func request(_ method: String, _ path: String, root: Bool = false, json: JSONValue? = nil) -> HTTPRequest {
    var base = configuration.base
    if root, base.hasSuffix("/v1") { base.removeLast(3) }
    var request = json.map { HTTPRequest(method, base + path, json: $0) } ?? HTTPRequest(method, base + path)
    for (name, value) in configuration.headers ?? [:] { request.headers[name] = value }
    request.headers["OpenAI-Organization"] = configuration.organization
    request.headers["OpenAI-Project"] = configuration.project
    if let key {
      if let name = configuration.key_header {
        request.headers[name] = key
        request.secretHeaders = [name]
      } else {
        request.headers["Authorization"] = "Bearer \(key)"
      }
    }
    return request
  }

  func problem(_ doing: String, _ response: HTTPResponse, model: String?) -> PluginError {
    let body = try? JSONValue(parsing: response.body)
    let (code, words) = Self.told(body, otherwise: response.text)
    let problem = ModelProblem(response, code: code, words: words, secret: key)
    return problem.error(doing, Self.meaning(response.status, code, words), model: model)
  }

  /// A failure in the middle of a stream.
  func problem(_ event: JSONValue) -> PluginError {
    let (code, words) = Self.told(event, otherwise: event.text)
    let status = event["error"]?["code"]?.int.flatMap { Int(exactly: $0) } ?? 500
    let problem = ModelProblem(code: code, words: words, host: "the server", status: status, secret: key)
    return problem.error("generate", Self.meaning(status, code, words), model: configuration.model)
  }

  /// {"error": {"message", "type", "code"}}, or one of the ways servers have found to say it differently.
  private static func told(_ body: JSONValue?, otherwise text: String) -> (code: String, words: String) {
    guard let body else { return ("", text.trimmedForMessage) }
    let error = body["error"] ?? body
    let code = error["code"]?.string ?? error["type"]?.string ?? ""
    let words =
      error["message"]?.string ?? error.string ?? error["detail"]?.string ?? body["detail"]?.text
      ?? body["message"]?.string ?? body.text
    return (code, words)
  }

  private static func meaning(_ status: Int, _ code: String, _ words: String) -> ModelProblem.Meaning {
    switch code {
    case "context_length_exceeded", "exceed_context_size_error": .contextOverflow
    case "insufficient_quota", "billing_hard_limit_reached": .quotaSpent
    case "content_filter", "content_policy_violation": .contentFilter
    default:
      status == 400 && words.contains("maximum context length") ? .contextOverflow : .other
    }
  }
}

extension String {
  /// The start of what is no JSON: a page of a proxy, for one.
  fileprivate var trimmedForMessage: String {
    let flat = split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return flat.count > 200 ? "\(flat.prefix(200))..." : flat
  }
}
