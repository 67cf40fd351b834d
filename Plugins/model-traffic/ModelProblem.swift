// What a server's refusal means, whoever's words it uses.
package import HTTPTransfer
internal import JSONValue
package import PluginKit

/// A refusal as the server described it.
package struct ModelProblem {
  package var status: Int
  /// The server's own word for it: "context_length_exceeded", "overloaded_error".
  package var code: String
  package var words: String
  package var retryAfter: Double?
  package var host: String
  /// What must not be told on.
  package var secret: String?

  package init(_ response: HTTPResponse, code: String, words: String, secret: String?) {
    (self.status, self.code, self.words, self.secret) = (response.status, code, words, secret)
    host = response.host
    retryAfter = response.headers["Retry-After"].flatMap(Double.init)
  }

  /// Told in the middle of a stream, where there is no status any more.
  package init(code: String, words: String, host: String, status: Int, secret: String?) {
    (self.status, self.code, self.words, self.host, self.secret) = (status, code, words, host, secret)
  }

  package enum Meaning { case contextOverflow, quotaSpent, overloaded, contentFilter, other }

  package func error(_ doing: String, _ meaning: Meaning, model: String?) -> PluginError {
    var said = words.count > 400 ? "\(words.prefix(400))..." : words
    if let secret, !secret.isEmpty { said = said.replacing(secret, with: "[key]") }
    let (kind, retryable, next) = judged(meaning, model: model)
    var details: [String: JSONValue] = ["http_status": .int(Int64(status)), "host": .string(host)]
    if !code.isEmpty { details["vendor_code"] = .string(code) }
    details["retry_after"] = retryAfter.map { .double($0) }
    details["next"] = next.map { .string($0) }
    let reason = said.isEmpty ? "" : ": \(said)"
    return PluginError(
      kind, "could not \(doing): \(host) answered \(status)\(reason)", retryable: retryable, details: details)
  }

  private func judged(
    _ meaning: Meaning, model: String?
  ) -> (PluginError.Status, retryable: Bool, next: String?) {
    switch meaning {
    case .contextOverflow:
      return (.data, false, "Shorten the prompt, ask for fewer tokens, or take a model with a longer context")
    case .quotaSpent: return (.resource, false, "Look at the account's balance and limits with the provider")
    case .overloaded: return (.io, true, "Try again later, or ask for fewer at once")
    case .contentFilter:
      return (.data, false, "The provider refuses this prompt: leave the row out, or say it differently")
    case .other: break
    }
    switch status {
    case 401: return (.authentication, false, "Look at the API key of the connection")
    case 403: return (.denied, false, "Look at what the API key may do")
    case 404: return (.notFound, false, model.map { "Look whether '\($0)' is the model's name, and at the base URL" })
    case 408, 504: return (.timeout, true, nil)
    case 409, 425: return (.io, true, nil)
    case 413: return (.data, false, "The request is too large for the server: shorten the prompt")
    case 429:
      return (.resource, true, "Set requests_per_minute in the limits of the connection, or ask for fewer at once")
    case 500...599: return (.io, true, nil)
    default: return (.invalidArgument, false, nil)
    }
  }
}
