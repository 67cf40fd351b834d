// Rows in, the same rows with their vectors out. A text that comes twice is asked for once.
import FoundationEssentials
import JSONValue
import PluginKit

final class EmbedStream: BatchStream {
  static func field(_ name: String) -> Field { Field(name, .list(Field("item", .float32))) }

  let schema: Schema
  private let input: ImportedStream
  private let column: Int
  private let configuration: EmbedConfiguration
  private let run: Run
  private let attempts: Attempts

  private var store: (any AnswerStore)?
  private var document = ""
  private var isStarted = false
  private var rest: (batch: RecordBatch, next: Int)?
  private var dimension: Int?
  private var rows = 0
  private var cached = 0
  private var asked = 0

  init(_ input: ImportedStream, schema: Schema, column: Int, _ configuration: EmbedConfiguration, _ run: Run) {
    self.input = input
    self.schema = schema
    self.column = column
    self.configuration = configuration
    self.run = run
    attempts = Attempts(configuration.retries)
  }

  func next() throws -> RecordBatch? {
    try start()
    do {
      guard let part = try nextPart() else {
        try store?.finish()
        return nil
      }
      let vectors = try vectors(part.column(column))
      rows += part.rowCount
      report()
      return part.adding(columnsOf: try batch(vectors))
    } catch {
      try? store?.flush()
      throw error
    }
  }

  private func start() throws {
    guard !isStarted else { return }
    isStarted = true
    store = try CacheConfiguration.store(configuration.cache, run)
    if store != nil { document = ModelIdentity.text(try run.model("model").description()) }
  }

  private func nextPart() throws -> RecordBatch? {
    while true {
      if let (batch, row) = rest, row < batch.rowCount {
        let part = batch.slice(row, configuration.batch_rows ?? 64)
        rest = (batch, row + part.rowCount)
        return part
      }
      guard let batch = try input.next() else { return nil }
      rest = (batch, 0)
    }
  }

  /// One for each row, nil where the text is null and may be.
  private func vectors(_ texts: Column) throws -> [[Float]?] {
    var known: [String: [Float]] = [:]
    var wanted: [String] = []
    var order: [String?] = []
    for row in 0..<texts.count {
      guard let text = texts.string(row) else {
        guard configuration.nulls == .null else {
          throw rowError("'\(configuration.column)' is null", rows + row, configuration.column)
        }
        order.append(nil)
        continue
      }
      order.append(text)
      if known[text] != nil { continue }
      known[text] = []
      if let kept = try find(text) {
        known[text] = kept
        cached += 1
      } else {
        wanted.append(text)
      }
    }
    for (text, vector) in zip(wanted, try ask(wanted)) { known[text] = vector }
    return order.map { $0.flatMap { known[$0] } }
  }

  private func digest(_ text: String) -> ContentDigest { ContentDigest(of: "embed/1\n\(document)\n\(text)") }

  private func find(_ text: String) throws -> [Float]? {
    guard let kept = try store?.find(digest(text))?["vector"]?.string.flatMap({ Data(base64Encoded: $0) }),
      !kept.isEmpty, kept.count % 4 == 0
    else { return nil }
    return kept.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
      }
    }
  }

  private func keep(_ text: String, _ vector: [Float]) throws {
    guard let store else { return }
    var bytes = Data(capacity: vector.count * 4)
    for value in vector { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    try store.keep(["vector": .string(bytes.base64EncodedString())], digest(text))
  }

  private func ask(_ texts: [String]) throws -> [[Float]] {
    if texts.isEmpty { return [] }
    let (vectors, _) = try attempts(run, isOver: { run.isCancelled }) { try askOnce(texts) }
    asked += texts.count
    for (text, vector) in zip(texts, vectors) { try keep(text, vector) }
    return vectors
  }

  private func askOnce(_ texts: [String]) throws -> [[Float]] {
    run.progress(UInt64(rows), "rows")
    var builder = BatchBuilder(Schema([Field("text", .utf8)]), capacity: texts.count)
    for text in texts { builder[0].append(text) }
    let stream = try run.model("model").embed(BatchList(schema: builder.schema, batches: [builder.finish()]))
    defer { stream.close() }
    var vectors: [[Float]] = []
    while let batch = try stream.next() {
      guard let column = batch.column("embedding") else {
        throw PluginError(.internal, "the provider's embeddings lack the column 'embedding'")
      }
      for row in 0..<batch.rowCount { vectors.append(try vector(column, row)) }
    }
    guard vectors.count == texts.count else {
      throw PluginError(.internal, "the provider gave \(vectors.count) embeddings for \(texts.count) texts")
    }
    return vectors
  }

  private func vector(_ column: Column, _ row: Int) throws -> [Float] {
    guard let items = column.list(row), items.count > 0 else {
      throw PluginError(.internal, "the provider gave no embedding for row \(rows + row)")
    }
    if let dimension, dimension != items.count {
      throw PluginError(.internal, "the provider gave embeddings of \(dimension) and of \(items.count) numbers")
    }
    dimension = items.count
    return try (0..<items.count).map { index in
      guard let value = items.double(index), value.isFinite else {
        throw PluginError(.internal, "the provider's embedding of row \(rows + row) holds what is no number")
      }
      return Float(value)
    }
  }

  private func batch(_ vectors: [[Float]?]) throws -> RecordBatch {
    var builder = BatchBuilder(Schema([schema.fields[schema.fields.count - 1]]), capacity: vectors.count)
    for vector in vectors {
      guard let vector else {
        builder[0].appendNull()
        continue
      }
      for value in vector { builder[0].child(0).append(Double(value)) }
      builder[0].appendNested()
    }
    return builder.finish()
  }

  private func report() {
    run.progress(UInt64(rows), "rows")
    run.metric("rows", Double(rows), unit: "rows")
    run.metric("texts_asked", Double(asked), unit: "texts")
    run.metric("texts_from_cache", Double(cached), unit: "texts")
  }

  func close() {
    try? store?.flush()
    input.close()
    rest = nil
  }
}
