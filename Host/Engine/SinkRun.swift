// A sink while it runs: begin, write, and then exactly one of commit and abort.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import Synchronization

final class SinkRun: @unchecked Sendable {
  enum Phase { case idle, began, written, committed, aborted }

  let node: NodeRun
  private let table: ote_sink
  private let input: any BatchStream
  private(set) var phase = Phase.idle
  private(set) var written: JSONValue = .null

  init(_ node: NodeRun, input: any BatchStream) throws(Problem) {
    self.node = node
    self.input = input
    table = try node.interface(OTE_SINK, as: ote_sink.self)
    guard table.begin != nil, table.write != nil, table.commit != nil, table.abort != nil else {
      throw node.problem(.contractBroken, "the sink lacks begin, write, commit or abort")
    }
  }

  func begin() throws(Problem) {
    let name = node.plan.inputs[0].name
    phase = .began  // also when begin fails: abort clears what it left
    node.setStatus(.running)
    try node.call(OTE_CALL_BEGIN) { error in
      withText(requestText(node, inputs: [name])) { request in
        SchemaLoan([input.schema]).withPointers {
          table.begin(node.instance?.pointer, node.handle, request, $0[0], error)
        }
      }
    }
  }

  /// Blocks until the sink has taken the whole stream.
  func write(raw: PluginStream?) throws(Problem) {
    let stream = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
    stream.initialize(to: ArrowArrayStream())
    defer { stream.deallocate() }
    let edge = EdgeStream(input, reader: node, input: node.plan.inputs[0].name)
    if let raw { raw.moveRaw(to: stream) } else { export(edge, to: stream) }
    // A plugin may keep its stream until destroy; what stands upstream is done all the same.
    defer { input.close() }
    let result = ByteSink()
    try node.call(OTE_CALL_WRITE) { table.write(node.instance?.pointer, node.handle, stream, result.pointer, $0) }
    if raw == nil, !edge.sawEnd, !node.state.isStopping {
      throw node.problem(.contractBroken, "write returned before it had read the whole stream")
    }
    written = (try? result.json()) ?? .null
    if raw != nil, let rows = written["rows"]?.int {
      node.rowsIn.store(rows, ordering: .relaxed)
      node.remembered.withLock { $0.countsRowsIn = true }
    }
    phase = .written
  }

  /// Makes it visible. Answers the receipt with the node's name.
  func commit() throws(Problem) -> JSONValue {
    let receipt = ByteSink()
    node.mayPublish.store(true, ordering: .sequentiallyConsistent)
    defer { node.mayPublish.store(false, ordering: .sequentiallyConsistent) }
    try node.call(OTE_CALL_COMMIT) { table.commit(node.instance?.pointer, node.handle, receipt.pointer, $0) }
    phase = .committed
    node.setStatus(.succeeded)
    var object = (try? receipt.json())?.object ?? [:]
    object["node"] = .string(node.plan.name)
    object["rows"] = object["rows"] ?? written["rows"]
    return .object(object)
  }

  /// Leaves nothing behind. A failure to abort is a log line: the run has its cause already.
  func abort() -> Problem? {
    guard phase == .began || phase == .written else { return nil }
    phase = .aborted
    do {
      try node.call(OTE_CALL_ABORT) { table.abort(node.instance?.pointer, node.handle, $0) }
      return nil
    } catch { return error }
  }
}
