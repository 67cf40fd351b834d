// The stream that every component of this plugin hands out: a query that starts when its first batch is asked for.
import JSONValue
import PluginKit

final class Relation: BatchStream, FailureKeeping {
  let schema: Schema
  private let run: Run
  private let options: SessionOptions
  private var node: (any PlanNode)?
  private var running: Running?
  private(set) var failure: PluginError?
  /// Whether a neighbour may take the query over. Not so where its rows must be seen to pass.
  private let fusable: Bool
  /// Called once all rows were handed out, with the session still open.
  private let finished: ((Session) throws -> Void)?

  private struct Running {
    let session: Session
    let result: QueryResult
  }

  init(
    _ node: any PlanNode, _ run: Run, _ options: SessionOptions = SessionOptions(), fusable: Bool = true,
    finished: ((Session) throws -> Void)? = nil
  ) {
    self.node = node
    self.run = run
    self.options = options
    self.fusable = fusable
    self.finished = finished
    schema = node.schema
  }

  var canBeTakenOver: Bool { fusable && node != nil && running == nil }

  /// Gives the query away unstarted. Nothing can be read here any more.
  func takeOver() -> any PlanNode {
    guard let node, running == nil else { preconditionFailure("the relation was started or taken over before") }
    self.node = nil
    return node
  }

  func next() throws -> RecordBatch? {
    do {
      let running = try started()
      guard let batch = try running.session.translating({ try running.result.next() }) else {
        running.session.rest()
        try finished?(running.session)
        close()
        return nil
      }
      return batch
    } catch {
      failure = PluginError(wrapping: error)
      close()
      throw error
    }
  }

  func close() {
    running = nil
    node = nil
  }

  private func started() throws -> Running {
    if let running { return running }
    guard let node else { throw PluginError(.invalidArgument, "the stream was read to its end or taken over") }
    try run.checkCancelled()
    let session = try Session(node, run, options)
    let sql = "SELECT * FROM \(session.relation)"
    session.note(sql)
    let result = try session.translating { try session.connection.prepare(sql).start() }
    try check(result.schema)
    let running = Running(session: session, result: result)
    self.running = running
    return running
  }

  /// The schema was promised before the data was seen; a reader relies on it to find its way in memory.
  private func check(_ found: Schema) throws {
    let same = found.fields.elementsEqual(schema.fields) { $0.name == $1.name && $0.type == $1.type }
    if same { return }
    let (was, now) = (schema.summary, found.summary)
    throw PluginError.data("the columns changed between planning and running: they were \(was), now they are \(now)")
  }
}

extension Schema {
  /// "a: int64, b: utf8", for messages.
  var summary: String {
    let names = fields.prefix(20).map { "\($0.name): \($0.type)" }.joined(separator: ", ")
    return fields.count > 20 ? "\(names) and \(fields.count - 20) more" : names
  }
}
