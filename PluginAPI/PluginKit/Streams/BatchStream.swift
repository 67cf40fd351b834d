// Streams of batches, as a plugin's own code sees them.

/// Batches one after another, all of one schema. All calls are serial, but any thread may make them.
public protocol BatchStream: AnyObject {
  var schema: Schema { get }
  /// The next batch, nil at the end. After it throws nobody calls it again.
  func next() throws -> RecordBatch?
  /// Called once, when the reader lets go of the stream, perhaps before the first `next()`.
  func close()
}

extension BatchStream {
  public func close() {}
}

/// Batches that already lie in memory.
public final class BatchList: BatchStream {
  public let schema: Schema
  private var rest: ArraySlice<RecordBatch>

  public init(schema: Schema, batches: [RecordBatch]) {
    self.schema = schema
    rest = batches[...]
  }

  public func next() -> RecordBatch? { rest.popFirst() }
  public func close() { rest = [] }
}

/// A stream whose batches a closure makes.
public final class GeneratedStream: BatchStream {
  public let schema: Schema
  private var generate: (() throws -> RecordBatch?)?

  public init(schema: Schema, next: @escaping () throws -> RecordBatch?) {
    self.schema = schema
    generate = next
  }

  public func next() throws -> RecordBatch? { try generate?() }
  /// Lets go of the closure and of what it captured.
  public func close() { generate = nil }
}
