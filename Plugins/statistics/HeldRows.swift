// Batches that wait until a report is made: beyond some memory they lie in a file of the run.
import Glibc
package import PluginKit

/// Used by one thread, first to append, then through one stream. Its file is gone with the object.
package final class HeldRows {
  private let schema: Schema
  private let codec: BatchCodec
  private let run: Run
  private let memoryLimit: Int
  private var inMemory: [RecordBatch] = []
  private var bytesInMemory = 0
  private var file: UnsafeMutablePointer<FILE>?

  package init(schema: Schema, run: Run, memoryLimit: Int = 64 << 20) {
    self.schema = schema
    self.run = run
    self.memoryLimit = memoryLimit
    codec = BatchCodec(schema: schema)
  }

  deinit { if let file { fclose(file) } }

  /// Takes the batch, which must own its memory. Throws `PluginError` when the disk is full.
  package func append(_ batch: RecordBatch) throws {
    if file == nil {
      bytesInMemory += batch.byteCount
      inMemory.append(batch)
      if bytesInMemory > memoryLimit { try spill() }
      return
    }
    try write(batch)
  }

  private func spill() throws {
    let path = "\(try run.temporaryFolder())/held-rows"
    guard let opened = fopen(path, "w+e") else { throw Self.failure("open", path) }
    unlink(path)
    file = opened
    for batch in inMemory { try write(batch) }
    inMemory = []
  }

  private func write(_ batch: RecordBatch) throws {
    var bytes: [UInt8] = []
    try codec.write(batch) { bytes += $0 }
    var count = bytes.count
    guard fwrite(&count, 8, 1, file) == 1, fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw Self.failure("write", "held rows")
    }
  }

  private func read() throws -> RecordBatch? {
    var count = 0
    guard fread(&count, 8, 1, file) == 1 else {
      if ferror(file) != 0 { throw Self.failure("read", "held rows") }
      return nil
    }
    var bytes = [UInt8](repeating: 0, count: count)
    guard fread(&bytes, 1, count, file) == count else { throw Self.failure("read", "held rows") }
    return try bytes.withUnsafeBytes { try codec.read($0) }
  }

  /// All batches in order. To be called once, after the last `append`.
  package func stream() throws -> any BatchStream {
    guard let file else { return BatchList(schema: schema, batches: inMemory) }
    guard fflush(file) == 0, fseek(file, 0, SEEK_SET) == 0 else { throw Self.failure("write", "held rows") }
    return GeneratedStream(schema: schema) { [self] in
      try run.checkCancelled()
      return try read()
    }
  }

  private static func failure(_ verb: String, _ path: String) -> PluginError {
    let why = String(cString: strerror(errno))
    return PluginError(
      .io,
      "cannot \(verb) \(path): \(why). Rows wait in the run's temporary folder until the report is made; is its disk full?"
    )
  }
}
