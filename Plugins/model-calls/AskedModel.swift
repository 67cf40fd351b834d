// A model at an input, asked so that a provider without some feature still answers where that feature is only a wish.
package import JSONValue
package import PluginKit
internal import Synchronization

package final class AskedModel: Sendable {
  /// What of a request may be left out when the provider refuses it.
  package enum Wish: String, Sendable, CaseIterable {
    case seed, logprobs, format
    case choices = "n"
  }

  package let client: ModelClient
  private let known = Mutex<Set<Wish>>([])
  private let acceptance = Acceptance()

  package init(_ client: ModelClient) { self.client = client }

  /// What the provider has refused so far: results were made without it.
  package var refused: Set<Wish> { known.withLock { $0 } }

  /// Any thread. Throws the provider's `PluginError` where it refuses what is no wish, and one of the configuration where it
  /// has refused the first 25 requests and taken none.
  package func generate(_ request: GenerateRequest, wishes: Set<Wish> = []) throws -> Generation {
    var without = refused.intersection(wishes)
    while true {
      do {
        let answer = try client.generate(Self.reduced(request, without))
        acceptance.taken()
        return answer
      } catch let error as PluginError {
        guard error.status == .unsupported, let path = error.details["path"]?.string,
          let wish = Wish(rawValue: String(path.dropFirst())) ?? (path == "/top_logprobs" ? .logprobs : nil),
          wishes.contains(wish), !without.contains(wish)
        else {
          try acceptance.refused(error)
          throw error
        }
        without.insert(wish)
        known.withLock { _ = $0.insert(wish) }
      }
    }
  }

  private static func reduced(_ request: GenerateRequest, _ without: Set<Wish>) -> GenerateRequest {
    var request = request
    if without.contains(.seed) { request.seed = nil }
    if without.contains(.format) { request.format = nil }
    if without.contains(.choices) { request.choices = 1 }
    if without.contains(.logprobs) {
      request.wantsLogProbabilities = false
      request.topLogProbabilities = 0
    }
    return request
  }

  /// One answer that should be an object of this JSON schema: nil where it is none. The schema is asked of the provider;
  /// one that cannot keep to it is read strictly all the same.
  package func object(_ request: GenerateRequest, schema: JSONValue) throws -> (
    object: [String: JSONValue]?, text: String
  ) {
    var request = request
    request.format = ["type": "json_schema", "schema": schema]
    let text = try generate(request, wishes: [.format, .seed]).text
    return (StrictObject.read(text), text)
  }
}

/// An object in an answer, read without guessing: the whole answer is one, or the only fenced block of it holds one.
package enum StrictObject {
  package static func read(_ text: String) -> [String: JSONValue]? {
    let bare = trimmed(text[...])
    if let object = try? JSONValue(parsing: String(bare)).object { return object }
    let parts = bare.split(separator: "```", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    let inside = parts[1].hasPrefix("json") ? parts[1].dropFirst(4) : parts[1]
    return try? JSONValue(parsing: String(trimmed(inside))).object
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
