// A C stream taken over from another module.
public import CPluginABI

/// A stream that someone else made. It owns the C stream and releases it at `close()`, at the latest when it goes
/// away. Batches get the structural check of `RecordBatch(moving:schema:)`; see `RecordBatch.validate(full:)`.
public final class ImportedStream: BatchStream {
  /// nil once the stream was closed or given away.
  private var raw: UnsafeMutablePointer<ArrowArrayStream>?
  private let layout: BatchLayout
  /// The C stream's release function; a plugin's own neighbour has its own (see `exportedStream(in:)`).
  public let releaseFunction: UnsafeRawPointer?

  /// Takes the stream over and sets `release` to nil at the source, also when it throws. Asks for the schema at once,
  /// which may block while a deferred one becomes known. Throws `PluginError` or `ArrowError`.
  public init(moving source: UnsafeMutablePointer<ArrowArrayStream>) throws {
    guard let release = source.pointee.release else { throw ArrowError("the stream was already released") }
    let block = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
    block.initialize(to: source.pointee)
    source.pointee.release = nil
    do {
      layout = BatchLayout(try Self.schema(of: block))
    } catch {
      release(block)
      block.deallocate()
      throw error
    }
    raw = block
    releaseFunction = unsafeBitCast(release, to: UnsafeRawPointer.self)
  }

  deinit { close() }

  private static func schema(of stream: UnsafeMutablePointer<ArrowArrayStream>) throws -> Schema {
    var schema = ArrowSchema()
    guard let call = stream.pointee.get_schema else { throw ArrowError("the stream has no get_schema") }
    let code = call(stream, &schema)
    guard code == 0 else { throw failure(of: stream, code) }
    defer { schema.release?(&schema) }
    return try Schema(importing: &schema)
  }

  public var schema: Schema { layout.schema }

  /// This module's own stream behind it, nil for a foreign one.
  public var neighbour: (any BatchStream)? { raw.flatMap { exportedStream(in: $0) } }

  public func next() throws -> RecordBatch? {
    guard let raw else { return nil }
    guard let call = raw.pointee.get_next else { throw ArrowError("the stream has no get_next") }
    var array = ArrowArray()
    let code = call(raw, &array)
    guard code == 0 else { throw Self.failure(of: raw, code) }
    if array.release == nil { return nil }
    return try RecordBatch(moving: &array, layout: layout)
  }

  private static func failure(of stream: UnsafeMutablePointer<ArrowArrayStream>, _ code: Int32) -> PluginError {
    if let own = streamError(in: stream) { return own }
    let text = stream.pointee.get_last_error.flatMap { $0(stream) }.map { String(cString: $0) } ?? ""
    return PluginError(.init(errno: code), text.isEmpty ? "the input stream failed with code \(code)" : text)
  }

  public func close() {
    guard let raw else { return }
    self.raw = nil
    raw.pointee.release?(raw)
    raw.deallocate()
  }

  /// Runs `body` on the C stream in place, nil once it was closed or given away; it must not release it.
  public func withRaw<R>(_ body: (UnsafeMutablePointer<ArrowArrayStream>) throws -> R) rethrows -> R? {
    try raw.map(body)
  }

  /// Gives the C stream away: it is the caller's to release, and this object is at its end. Traps when the stream was
  /// closed or given away before.
  public func takeRaw(into out: UnsafeMutablePointer<ArrowArrayStream>) {
    guard let raw else { preconditionFailure("the stream was closed or given away before") }
    out.initialize(to: raw.pointee)
    raw.deallocate()
    self.raw = nil
  }
}
