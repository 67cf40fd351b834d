// Texts into vectors: the mean of a text's token vectors, in a context of its own.
import CLlama
import PluginKit

/// One call at a time.
final class Embedder {
  /// A mean needs all tokens of a text in one batch.
  static let batch = 512
  private static let parallel = 8

  private let model: ServedModel
  private let isNormalized: Bool
  private let context: OpaquePointer
  private let most: Int

  init(_ model: ServedModel, threads: Int, normalized: Bool, host: Host, run: Run) throws {
    self.model = model
    isNormalized = normalized
    most = min(Self.batch, Int(model.facts.trained_context))
    context = try LogCapture.around(host, run) { log in
      guard
        let opened = cllama_context_open(
          model.handle,
          cllama_context_shape(
            tokens: UInt32(Self.batch), batch: UInt32(Self.batch), sequences: UInt32(Self.parallel), outputs: 0,
            threads: Int32(threads), embeddings: true))
      else { throw PluginError(.resource, "there is no memory for embeddings: \(log.complaint ?? "no words")") }
      return opened
    }
  }

  deinit { cllama_context_close(context) }

  /// One vector for each text; as many texts together as fit. `firstRow` is the ordinal of the first.
  func vectors(of texts: [String], firstRow: Int64, _ run: Run) throws -> [[Float]] {
    let all = try texts.enumerated().map { index, text in
      let tokens = try model.tokens(of: text)
      guard (1...most).contains(tokens.count) else {
        throw PluginError.data(
          tokens.isEmpty
            ? "the text is empty: there is nothing to embed"
            : "the text has \(tokens.count) tokens; at most \(most) can be embedded at once. Cut it into parts.",
          row: Int(firstRow) + index)
      }
      return tokens
    }
    var result: [[Float]] = []
    while result.count < all.count {
      try run.checkCancelled()
      result += try group(all[result.count...], row: firstRow + Int64(result.count))
    }
    return result
  }

  private func group(_ texts: ArraySlice<[Int32]>, row: Int64) throws -> [[Float]] {
    var items: [cllama_item] = []
    var count: Int32 = 0
    for tokens in texts {
      guard count < Self.parallel, items.count + tokens.count <= Self.batch else { break }
      for (position, token) in tokens.enumerated() {
        items.append(cllama_item(token: token, position: Int32(position), sequence: count, wanted: true))
      }
      count += 1
    }
    cllama_forget(context, -1)
    let code = cllama_decode(context, items, Int32(items.count))
    guard code == 0 else {
      throw PluginError(.resource, "llama.cpp could not embed \(count) texts (code \(code))")
    }
    return try (0..<count).map { sequence in
      guard let values = cllama_embedding(context, sequence) else {
        throw PluginError.data("llama.cpp answered no vector", row: Int(row) + Int(sequence))
      }
      return try vector(values, row: Int(row) + Int(sequence))
    }
  }

  private func vector(_ values: UnsafePointer<Float>, row: Int) throws -> [Float] {
    let vector = Array(UnsafeBufferPointer(start: values, count: Int(model.facts.embedding)))
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard length.isFinite, length > 0 else {
      throw PluginError.data("the text's vector is not finite, or zero", row: row)
    }
    return isNormalized ? vector.map { Float(Double($0) / length) } : vector
  }
}
