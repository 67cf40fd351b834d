// The `read` stage: files of any known format become a table.
import CPluginABI
import JSONValue
import PluginKit

final class ReadStage: Stage {
  typealias Configuration = ReadConfiguration

  private let configuration: ReadConfiguration
  /// Learned when the node is bound, used again when it is opened.
  private var plan: ReadPlan?

  init(configuration: ReadConfiguration, host: Host) throws {
    _ = try configuration.typeOverrides()
    self.configuration = configuration
  }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    guard let sample = inputs.first?.sample else { return .deferred }
    let files = try FileList(sample).entries()
    // The files of the run itself may tell more than none.
    guard !files.isEmpty, let plan = try learned(files) else { return .deferred }
    return BoundOutputs([plan.schema, ReadPlan.rejectsSchema])
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    let list = FileList(inputs[0])
    // Where the columns are known, the list is not pulled before the first row is wanted.
    guard let plan = try self.plan ?? learned(list.entries()) else {
      run.log(.info, "there is no file to read, and none has told which columns there would be: the table has none")
      return [Schema([]), ReadPlan.rejectsSchema].map { BatchList(schema: $0, batches: []) }
    }
    let options = SessionOptions(preserveOrder: configuration.preserveOrder ?? true)
    let node = FilesNode(plan, list, configuration, name: run.meta.node)
    let scan = scans.first ?? nil
    guard plan.rejects != nil else {
      let table = Relation(try NarrowedNode.narrow(node, to: scan), run, options)
      return [table, BatchList(schema: ReadPlan.rejectsSchema, batches: [])]
    }
    guard plan.rejectsNeedTable else {
      let bad = FilesNode(plan, list, configuration, name: run.meta.node, rejects: true)
      return [Relation(try NarrowedNode.narrow(node, to: scan), run, options), Relation(bad, run, options)]
    }
    return try openWithRejects(node, scan, run, options)
  }

  /// nil where there is no file, and the configuration names no column.
  private func learned(_ files: [FileEntry]) throws -> ReadPlan? {
    if let plan, plan.files == files { return plan }
    plan = try files.isEmpty ? ReadPlan.withoutFiles(configuration) : ReadPlan.learn(files, configuration)
    return plan
  }

  /// All columns are read, whatever the reader downstream wants: which rows are bad must not depend on it.
  private func openWithRejects(
    _ node: FilesNode, _ scan: ScanRequest?, _ run: Run, _ options: SessionOptions
  ) throws -> [any BatchStream] {
    let desk = RejectDesk()
    let whole = Relation(node, run, options, fusable: false) { desk.leave($0) }
    let bad = RejectStream(desk, sql: { node.rejects }) {
      let session = try Session(node, run, options)
      try session.translating {
        let result = try session.connection.prepare("SELECT * FROM \(session.relation)").start()
        while try result.next() != nil {}
      }
      return session
    }
    guard scan?.columns != nil || scan?.filters.isEmpty == false || scan?.limit != nil else { return [whole, bad] }
    var raw = ArrowArrayStream()
    export(whole, to: &raw)
    let stream = StreamNode(try ImportedStream(moving: &raw))
    return [Relation(try NarrowedNode.narrow(stream, to: scan), run, options), bad]
  }
}
