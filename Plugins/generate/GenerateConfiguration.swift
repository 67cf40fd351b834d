// The configuration of `generate`, as the form writes it.
import JSONValue
import PluginKit

struct GenerateConfiguration: Decodable {
  struct Message: Decodable {
    let role: String
    let content: String
  }

  /// A value taken out of the answer's JSON.
  struct Extracted: Decodable {
    enum Place: String, Decodable { case text, tool_calls }
    let name: String
    let type: String?
    let pointer: String?
    let from: Place?
  }

  enum OnError: String, Decodable { case fail, null }

  let prompt: String?
  let messages: [Message]?
  let messages_column: String?
  let nulls: NullPolicy?

  let max_tokens: Int?
  let temperature: Double?
  let top_p: Double?
  let top_k: Int?
  let min_p: Double?
  let stop: [String]?
  let seed: Int?
  let samples: Int?
  let options: [String: JSONValue]?
  let adapter: JSONValue?

  let tools: [JSONValue]?
  let tools_column: String?
  let format: JSONValue?
  let columns: [Extracted]?
  let prefix: String?
  let log_probabilities: Bool?

  let on_error: OnError?
  let at_most: Double?
  let concurrency: Int?
  let retries: RetryConfiguration?
  let cache: CacheConfiguration?
}

struct RetryConfiguration: Decodable {
  let attempts: Int?
  let first_wait: Double?
  let longest_wait: Double?
}

struct CacheConfiguration: Decodable {
  enum Use: String, Decodable { case state, folder, off }
  let use: Use?
  let folder: String?

  /// Throws `PluginError.configuration` where the parts do not fit together.
  static func checked(_ cache: CacheConfiguration?) throws -> (use: Use, folder: String) {
    let use = cache?.use ?? (cache?.folder == nil ? .state : .folder)
    let folder = cache?.folder ?? ""
    guard use == .folder || folder.isEmpty else {
      throw PluginError.configuration("a cache folder is only used with use: folder", at: "/cache/folder")
    }
    guard use != .folder || folder.hasPrefix("/") else {
      throw PluginError.configuration("the cache needs an absolute folder", at: "/cache/folder")
    }
    return (use, folder)
  }
}
