// A stream that a plugin made, taken over by the host: every batch is counted, checked and blamed.
import CPluginABI
import CWorker
import Glibc
import JSONValue
import Model
import PluginKit
import PluginLoader
import Synchronization

/// Owns the C stream. Serial: one reader at a time.
final class PluginStream: BatchStream {
  let node: NodeRun
  let port: String
  private(set) var schema: Schema
  private let raw: UnsafeMutablePointer<ArrowArrayStream>
  private var ended = false
  private var failed = false
  private var isOpen = true

  /// Takes the stream over and asks for its schema, which must be the bound one where there is one.
  init(moving stream: UnsafeMutablePointer<ArrowArrayStream>, node: NodeRun, port: String) throws(Problem) {
    self.node = node
    self.port = port
    raw = .allocate(capacity: 1)
    raw.initialize(to: stream.pointee)
    stream.pointee.release = nil
    schema = Schema([])
    guard raw.pointee.release != nil, raw.pointee.get_schema != nil, raw.pointee.get_next != nil else {
      isOpen = raw.pointee.release != nil
      throw node.problem(.invalidArrow, "open returned OK without a stream at port '\(port)'")
    }
    schema = try readSchema()
  }

  deinit {
    close()
    raw.deallocate()
  }

  private func readSchema() throws(Problem) -> Schema {
    var c = ArrowSchema()
    try call(OTE_CALL_GET_SCHEMA) { raw.pointee.get_schema(raw, &c) }
    defer { c.release?(&c) }
    guard c.release != nil else { throw node.problem(.invalidArrow, "get_schema returned a released schema") }
    do { return try Schema(importing: &c) } catch {
      throw node.problem(.invalidArrow, "the schema at port '\(port)' is malformed: \(error)")
    }
  }

  func next() throws -> RecordBatch? {
    guard !ended else { return nil }
    // A stream that failed or was closed has no end that anybody may take for the end of the data.
    guard isOpen, !failed, !node.state.isStopping else { throw Stopping() }
    var array = ArrowArray()
    do throws(Problem) {
      try call(OTE_CALL_GET_NEXT) { raw.pointee.get_next(raw, &array) }
      guard array.release != nil else {
        guard array.length == 0, array.n_children == 0 else {
          throw node.problem(.invalidArrow, "get_next returned a batch that is released already at port '\(port)'")
        }
        ended = true
        return nil
      }
      let batch = try checked(&array)
      node.count(batch)
      return batch
    } catch {
      failed = true
      node.state.fail(error)
      throw error
    }
  }

  /// Foreign memory: lengths, offsets, buffers and text are checked before anybody reads them.
  private func checked(_ array: inout ArrowArray) throws(Problem) -> RecordBatch {
    do {
      let batch = try RecordBatch(moving: &array, schema: schema)
      try batch.validate(full: true)
      return batch
    } catch {
      if array.release != nil { array.release(&array) }
      throw node.problem(.invalidArrow, "get_next returned a malformed batch at port '\(port)': \(error)")
    }
  }

  /// An Arrow callback answers an errno; the words behind it come from the plugin's stream-error interface.
  private func call(_ call: ote_call, _ body: () -> Int32) throws(Problem) {
    var code: Int32 = 0
    try node.call(call) { _ in
      code = body()
      return ote_status(OTE_OK)
    }
    guard code != 0 else { return }
    throw reason(code)
  }

  /// Of a provider: what it embeds is asked for while it is read.
  static let embeddingPort = "embedding"

  private func reason(_ code: Int32) -> Problem {
    if let last = node.streamErrors?.last, let instance = node.instance {
      let sink = ErrorSink()
      ote_boundary_enter(node.index, Int32(OTE_CALL_GET_NEXT.rawValue))
      let status = last(instance.pointer, raw, sink.pointer)
      ote_boundary_leave()
      if status < 0, sink.sets > 0 {
        let problem = node.owned(
          PluginLoader.problem(
            status, sink.message, details: sink.details, retryable: sink.retryable, node.callee,
            isRequest: port == Self.embeddingPort))
        // A stage that names its own field has asked a model for what it cannot do: that field is to be changed.
        return problem.code == .unsupported && problem.at?.pointer != nil ? problem : node.blamed(problem)
      }
    }
    ote_boundary_enter(node.index, Int32(OTE_CALL_GET_NEXT.rawValue))
    let words = raw.pointee.get_last_error.flatMap { $0(raw) }.map { String(cString: $0) }
    ote_boundary_leave()
    if code == ECANCELED, node.state.isStopping { return node.problem(.cancelled, "stopped") }
    guard let words, !words.isEmpty else {
      return node.problem(.contractBroken, "get_next failed with errno \(code) and gave no reason")
    }
    var problem = node.problem(code == ENOSPC ? .diskFull : code == EIO ? .inputOutputFailed : .badData, words)
    problem.retryable = code == EIO || code == EAGAIN || code == ETIMEDOUT
    return node.blamed(problem)
  }

  /// The plugin's own stream while nobody has closed it or taken it over.
  var openRaw: UnsafeMutablePointer<ArrowArrayStream>? { isOpen ? raw : nil }

  func close() {
    guard isOpen else { return }
    isOpen = false
    guard let release = raw.pointee.release else { return }
    ote_boundary_enter(node.index, Int32(OTE_CALL_RELEASE.rawValue))
    release(raw)
    ote_boundary_leave()
    if raw.pointee.release != nil {
      node.state.fail(node.problem(.contractBroken, "the stream's release did not mark it released"))
    }
  }

  /// Gives the plugin's own stream to its own neighbour, unwrapped, so that the two may become one query.
  func moveRaw(to out: UnsafeMutablePointer<ArrowArrayStream>) {
    out.pointee = raw.pointee
    raw.pointee.release = nil
    isOpen = false
  }
}

/// The end of an edge that a plugin reads: counts what it takes, and stops when the run stops.
final class EdgeStream: BatchStream {
  let schema: Schema
  private let upstream: any BatchStream
  private let reader: NodeRun
  private let counts: Bool
  private let clock: EdgeClock?
  /// The reader has read to the end.
  private(set) var sawEnd = false

  /// A side input (a check's reference, a sample) does not count as rows of its reader.
  init(_ upstream: any BatchStream, reader: NodeRun, input: String? = nil, counts: Bool = true) {
    self.counts = counts
    clock = input.flatMap { reader.clock(of: $0) }
    self.upstream = upstream
    self.reader = reader
    schema = upstream.schema
  }

  func next() throws -> RecordBatch? {
    ote_boundary_enter(OTE_NODE_HOST, Int32(OTE_CALL_GET_NEXT.rawValue))
    defer { ote_boundary_leave() }
    guard !reader.state.isStopping else { throw PluginError(.cancelled, "the run is stopping") }
    do {
      let next = if let clock { try clock.next(upstream) } else { try upstream.next() }
      guard let batch = next else {
        sawEnd = true
        return nil
      }
      if counts { reader.rowsIn.wrappingAdd(Int64(batch.rowCount), ordering: .relaxed) }
      return batch
    } catch let problem as Problem {
      // The first failure on record is the cause; the reader only needs to know that its input failed.
      reader.state.fail(problem)
      throw PluginError(.io, "input failed: \(problem.detail)")
    } catch is Stopping {
      throw PluginError(.cancelled, "the run is stopping")
    } catch {
      reader.state.fail(reader.problem(.hostFailed, "its input failed: \(error)"))
      throw PluginError(.io, "input failed: \(error)")
    }
  }

  func close() {
    ote_boundary_enter(OTE_NODE_HOST, Int32(OTE_CALL_RELEASE.rawValue))
    upstream.close()
    ote_boundary_leave()
  }
}
