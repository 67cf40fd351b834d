// Texts in, vectors out, some rows at a time.
import JSONValue
import PluginKit

final class EmbeddingStream: BatchStream {
  let schema = Schema([Field("embedding", .list(Field("item", .float32)))])
  private let input: ImportedStream
  private let column: Int
  private let rows: Int
  private let ask: ([String]) throws -> [[Double]]
  private var rest: RecordBatch?
  private var ordinal = 0

  init(_ input: ImportedStream, column: Int, rows: Int, ask: @escaping ([String]) throws -> [[Double]]) {
    self.input = input
    self.column = column
    self.rows = rows
    self.ask = ask
  }

  func next() throws -> RecordBatch? {
    guard let part = try nextPart() else { return nil }
    let texts = try (0..<part.rowCount).map { row in
      guard let text = part.column(column).string(row) else {
        throw PluginError.data("row \(ordinal + row): the text to embed is null", row: ordinal + row)
      }
      return text
    }
    var builder = BatchBuilder(schema, capacity: texts.count)
    for vector in try ask(texts) {
      for value in vector { builder[0].child(0).append(value) }
      builder[0].appendNested()
    }
    ordinal += texts.count
    return builder.finish()
  }

  private func nextPart() throws -> RecordBatch? {
    while true {
      if let batch = rest, batch.rowCount > 0 {
        rest = batch.slice(min(rows, batch.rowCount), batch.rowCount)
        return batch.slice(0, rows)
      }
      rest = try input.next()
      if rest == nil { return nil }
    }
  }

  func close() { input.close() }

  /// {"data": [{"index", "embedding"}]}, in the order of the texts.
  static func vectors(_ answer: JSONValue, count: Int) throws -> [[Double]] {
    var vectors = [[Double]](repeating: [], count: count)
    for (place, item) in (answer["data"]?.array ?? []).enumerated() {
      let index = item["index"]?.int.flatMap { Int(exactly: $0) } ?? place
      guard vectors.indices.contains(index), let numbers = item["embedding"]?.array else { continue }
      vectors[index] = numbers.compactMap(\.double)
      guard vectors[index].count == numbers.count else {
        throw PluginError(.io, "the server's embedding \(index) holds what is no number")
      }
    }
    guard !vectors.contains(where: \.isEmpty) else {
      throw PluginError(.io, "the server gave \(vectors.count { !$0.isEmpty }) embeddings for \(count) texts")
    }
    return vectors
  }
}
