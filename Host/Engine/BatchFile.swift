// Batches on disk: spilled fan-out queues, quarantine buffers, materialised outputs. Private to one host version.
import FoundationEssentials
import Glibc
import JSONValue
import Model
import PluginKit

/// Layout: magic, schema as JSON with its length, then per batch its length and its bytes; a zero length, the row count
/// and the magic again end a complete file.
private let magic: UInt64 = 0x3165_6c69_4665_746f

enum BatchFileError {
  static func io(_ what: String, _ path: String) -> Problem {
    let code = errno
    return Problem(
      code == ENOSPC || code == EDQUOT ? .diskFull : .inputOutputFailed,
      "cannot \(what) \(path): \(String(cString: strerror(code)))",
      origin: .external)
  }

  static func corrupt(_ path: String) -> Problem {
    Problem(.artifactCorrupt, "\(path) is not a complete batch file", origin: .host)
  }
}

/// Appends batches; readers may follow while it grows, because each knows how many batches are whole.
final class BatchFileWriter {
  let path: String
  private let descriptor: Int32
  private let codec: BatchCodec
  private var buffer: [UInt8] = []
  private(set) var bytes: Int64 = 0
  private(set) var rows: Int64 = 0

  init(path: String, schema: Schema) throws(Problem) {
    self.path = path
    codec = BatchCodec(schema: schema)
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BatchFileError.io("create", path) }
    let header = Array(schema.json.text.utf8)
    append(number: magic)
    append(number: UInt64(header.count))
    buffer += header + [UInt8](repeating: 0, count: (8 - header.count % 8) % 8)
    try flush()
  }

  deinit { close(descriptor) }

  func append(_ batch: RecordBatch) throws(Problem) {
    let start = buffer.count
    append(number: 0)
    do {
      try codec.write(batch) { buffer.append(contentsOf: $0) }
    } catch { throw Problem(.hostFailed, "cannot write a batch to \(path): \(error)") }
    let length = UInt64(buffer.count - start - 8)
    withUnsafeBytes(of: length.littleEndian) { for (i, byte) in $0.enumerated() { buffer[start + i] = byte } }
    rows += Int64(batch.rowCount)
    try flush()
  }

  /// Marks the file complete; `durable` also survives a power cut.
  func finish(durable: Bool) throws(Problem) {
    append(number: 0)
    append(number: UInt64(rows))
    append(number: magic)
    try flush()
    if durable, fsync(descriptor) != 0 { throw BatchFileError.io("sync", path) }
  }

  private func append(number: UInt64) { withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) } }

  private func flush() throws(Problem) {
    var offset = 0
    while offset < buffer.count {
      let n = buffer.withUnsafeBytes { write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
      if n < 0, errno == EINTR { continue }
      if n <= 0 { throw BatchFileError.io("write", path) }
      offset += n
    }
    bytes += Int64(buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }
}

/// Reads batches in order.
final class BatchFileReader: BatchStream {
  let schema: Schema
  private let path: String
  private let descriptor: Int32
  private let codec: BatchCodec
  private var offset: Int64
  private var rows: Int64 = 0

  init(path: String) throws(Problem) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw BatchFileError.io("open", path) }
    let reader = PositionedReader(descriptor: descriptor, path: path)
    do {
      guard try reader.number(at: 0) == magic else { throw BatchFileError.corrupt(path) }
      let claimed = try reader.number(at: 8)
      guard claimed < 64 << 20 else { throw BatchFileError.corrupt(path) }
      let length = Int(claimed)
      let header = try reader.bytes(at: 16, count: length)
      schema = try Schema(json: JSONValue(parsing: header))
      codec = BatchCodec(schema: schema)
      offset = 16 + Int64(length + (8 - length % 8) % 8)
    } catch {
      Glibc.close(descriptor)
      throw error as? Problem ?? BatchFileError.corrupt(path)
    }
  }

  deinit { Glibc.close(descriptor) }

  func next() throws -> RecordBatch? {
    let reader = PositionedReader(descriptor: descriptor, path: path)
    let length = try reader.number(at: offset)
    guard length > 0 else {
      guard try reader.number(at: offset + 8) == UInt64(rows), try reader.number(at: offset + 16) == magic else {
        throw BatchFileError.corrupt(path)
      }
      return nil
    }
    guard length < 16 << 30 else { throw BatchFileError.corrupt(path) }
    let bytes = try reader.bytes(at: offset + 8, count: Int(length))
    offset += 8 + Int64(length)
    do {
      let batch = try bytes.withUnsafeBytes { try codec.read($0) }
      rows += Int64(batch.rowCount)
      return batch
    } catch { throw BatchFileError.corrupt(path) }
  }

  /// True when the file ends as a finished one does.
  static func isComplete(path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { Glibc.close(descriptor) }
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= 40 else { return false }
    return (try? PositionedReader(descriptor: descriptor, path: path).number(at: Int64(end) - 8)) == magic
  }
}

private struct PositionedReader {
  let descriptor: Int32
  let path: String

  func bytes(at offset: Int64, count: Int) throws(Problem) -> [UInt8] {
    // A length that is not true must not make us ask for gigabytes.
    var file = stat()
    guard fstat(descriptor, &file) == 0, offset >= 0, offset + Int64(count) <= Int64(file.st_size) else {
      throw BatchFileError.corrupt(path)
    }
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let n = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + done, count - done, off_t(offset) + done)
      }
      if n < 0, errno == EINTR { continue }
      if n < 0 { throw BatchFileError.io("read", path) }
      if n == 0 { throw BatchFileError.corrupt(path) }
      done += n
    }
    return bytes
  }

  func number(at offset: Int64) throws(Problem) -> UInt64 {
    let bytes = try bytes(at: offset, count: 8)
    return (0..<8).reduce(0) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
  }
}
