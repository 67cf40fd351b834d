// The column "text" in, the column "embedding" out.
import PluginKit

final class EmbeddingStream: BatchStream {
  let schema = Schema([Field("embedding", .list(Field("item", .float32, nullable: false)))])
  private let input: ImportedStream
  private let column: Int
  private let embedder: Embedder
  private let run: Run
  private var row: Int64 = 0

  init(_ input: ImportedStream, _ embedder: Embedder, _ run: Run) throws {
    guard let column = input.schema.index(of: "text"),
      input.schema.fields[column].type.isText
    else {
      input.close()
      throw PluginError.data("the rows to embed need a column \"text\" of texts")
    }
    (self.input, self.column, self.embedder, self.run) = (input, column, embedder, run)
  }

  /// A null has no vector: null out.
  func next() throws -> RecordBatch? {
    guard let batch = try input.next() else { return nil }
    let texts = batch.column(column)
    var builder = BatchBuilder(schema, capacity: batch.rowCount)
    let out = builder[0]
    var start = 0
    while start < batch.rowCount {
      var group: [String] = []
      while group.count < 64, start + group.count < batch.rowCount, let text = texts.string(start + group.count) {
        group.append(text)
      }
      if group.isEmpty {
        out.appendNull()
        start += 1
        continue
      }
      for vector in try embedder.vectors(of: group, firstRow: row + Int64(start), run) {
        for value in vector { out.child(0).append(Double(value)) }
        out.appendNested()
      }
      start += group.count
      run.progress(UInt64(row) + UInt64(start), "rows")
    }
    row += Int64(batch.rowCount)
    return builder.finish()
  }

  func close() { input.close() }
}
