// What the user may set for a model.
import JSONValue
import PluginKit

struct Configuration: Decodable, Sendable {
  var path: String?
  var adapter: String?
  var adapterScale: Double
  var context: Int?
  var parallel: Int
  var threads: Int
  var maxTokens: Int
  var batch: Int
  var cache: Int?
  var chatTemplate: String?
  var normalizeEmbeddings: Bool

  private struct Document: Decodable {
    var path: String?
    var adapter: String?
    var adapter_scale: Double?
    var context: Int?
    var parallel: Int?
    var threads: Int?
    var max_tokens: Int?
    var batch: Int?
    var cache: Int?
    var chat_template: String?
    var normalize_embeddings: Bool?
  }

  init(from decoder: any Decoder) throws {
    let document = try Document(from: decoder)
    path = document.path.flatMap { $0.isEmpty ? nil : $0 }
    adapter = document.adapter.flatMap { $0.isEmpty ? nil : $0 }
    adapterScale = document.adapter_scale ?? 1
    context = try Self.bounded(document.context, 64...1_048_576, "/context")
    parallel = try Self.bounded(document.parallel, 1...8, "/parallel") ?? 8
    threads = try Self.bounded(document.threads, 0...512, "/threads") ?? 0
    maxTokens = try Self.bounded(document.max_tokens, 1...1_048_576, "/max_tokens") ?? 512
    batch = try Self.bounded(document.batch, 16...2048, "/batch") ?? 256
    cache = try Self.bounded(document.cache, 64...16_777_216, "/cache")
    chatTemplate = document.chat_template.flatMap { $0.isEmpty ? nil : $0 }
    normalizeEmbeddings = document.normalize_embeddings ?? true
    guard adapterScale.isFinite else { throw PluginError.configuration("the scale is no number", at: "/adapter_scale") }
  }

  private static func bounded(_ value: Int?, _ range: ClosedRange<Int>, _ pointer: String) throws -> Int? {
    guard let value else { return nil }
    guard range.contains(value) else {
      throw PluginError.configuration(
        "\(pointer.dropFirst()) is \(value); it has to be from \(range.lowerBound) to \(range.upperBound)", at: pointer)
    }
    return value
  }
}

/// The files to load, from the configuration and the document at the input `model`.
struct ModelFiles: Sendable, Hashable {
  var base: String
  var adapter: String?

  init(_ configuration: Configuration, document: JSONValue) throws {
    let isConnected = document.object.map { !$0.isEmpty } ?? false
    let fitting = document["format"]?.string
    let gguf = document["files"]?["gguf"]?.string ?? (fitting == "gguf" ? document["path"]?.string : nil)
    let lora = document["files"]?["gguf-lora"]?.string ?? (fitting == "gguf-lora" ? document["path"]?.string : nil)
    adapter = configuration.adapter
    if let gguf {
      guard configuration.path == nil else {
        throw PluginError.configuration("a model is connected, and \"path\" names another. Take one away.", at: "/path")
      }
      base = gguf
    } else if let lora {
      let below = document["base"]
      let known =
        below?["files"]?["gguf"]?.string ?? (below?["format"]?.string == "gguf" ? below?["path"]?.string : nil)
      // Trained on a model that this provider itself served: its configuration says where that lies.
      let served = below?["use"]?.string == "llama-cpp/model" ? below?["config"]?["path"]?.string : nil
      let own = known ?? served
      guard let path = configuration.path ?? own else {
        throw PluginError.configuration(
          "the connected model is a LoRA adapter, and its document names no GGUF file of its base. Set \"path\" to it.",
          at: "/path")
      }
      base = path
      adapter = configuration.adapter ?? lora
    } else if isConnected {
      throw PluginError(
        .unsupported,
        "the connected model is of format \"\(fitting ?? "none")\" and has no GGUF file; this provider serves gguf and "
          + "gguf-lora. Let its trainer export one.", details: ["path": "/in/model"])
    } else {
      guard let path = configuration.path else {
        throw PluginError.configuration("no model: set \"path\" to a GGUF file, or connect a model", at: "/path")
      }
      base = path
    }
  }
}
