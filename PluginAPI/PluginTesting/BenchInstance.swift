// One component, driven as a host drives it.
internal import CPluginABI
public import JSONValue
public import PluginKit

/// Calls go through the C tables; a failure is thrown as the `PluginError` that the component set.
public final class BenchInstance: @unchecked Sendable {
  let bench: PluginBench
  let handle: OpaquePointer
  private let ops: UnsafePointer<ote_instance_ops>

  init(_ bench: PluginBench, _ component: String, _ config: JSONValue) throws {
    self.bench = bench
    var made: OpaquePointer?
    var table: UnsafePointer<ote_instance_ops>?
    _ = try Answers.of("create") { _, error in
      component.withC { component in
        config.text.withC { bench.module.pointee.create(bench.host, component, $0, &made, &table, error) }
      }
    }
    guard let made, let table else { throw PluginError(.internal, "create answered no instance") }
    handle = made
    ops = table
  }

  deinit { ops.pointee.destroy?(handle) }

  public func interrupt() { ops.pointee.interrupt?(handle) }

  func table<T>(_ id: String, as type: T.Type) throws -> T {
    guard let table = id.withC({ ops.pointee.query(handle, $0) }) else {
      throw PluginError(.unsupported, "the component has no \(id)")
    }
    return table.load(as: T.self)
  }

  /// The JSON that a call wrote.
  func json(
    _ what: String,
    _ call: (UnsafeMutablePointer<ote_writer>, UnsafeMutablePointer<ote_error>) -> ote_status?
  ) throws -> JSONValue {
    try JSONValue(parsing: try Answers.of(what, call))
  }

  /// Choices that the component offers for a form's field.
  public func options(_ field: String, _ query: String = "") throws -> JSONValue {
    let options = try table(OTE_OPTIONS, as: ote_options.self)
    return try json("options") { out, error in
      field.withC { field in query.withC { options.list(handle, bench.run, field, $0, out, error) } }
    }
  }
}

// MARK: sources, stages, sinks

extension BenchInstance {
  /// The "Test" button of a source or provider.
  public func check() throws -> JSONValue {
    if let source = try? table(OTE_SOURCE, as: ote_source.self) {
      return try json("check") { source.check(handle, bench.run, $0, $1) }
    }
    let provider = try table(OTE_PROVIDER, as: ote_provider.self)
    return try json("check") { provider.check(handle, bench.run, $0, $1) }
  }

  /// Opens a source.
  public func open(_ scan: ScanRequest = ScanRequest()) throws -> ImportedStream {
    let source = try table(OTE_SOURCE, as: ote_source.self)
    let out = StreamPlaces(1)
    _ = try Answers.of("open") { _, error in
      scan.json.text.withC { source.open(handle, bench.run, $0, out.pointer, error) }
    }
    return try out.imported(0)
  }

  /// Opens a stage on its inputs, by their names.
  public func open(_ inputs: [(name: String, stream: any BatchStream)], outputs: Int = 1) throws -> [ImportedStream] {
    let stage = try table(OTE_STAGE, as: ote_stage.self)
    let given = StreamPlaces(inputs.map(\.stream))
    let out = StreamPlaces(outputs)
    _ = try Answers.of("open") { _, error in
      request(inputs.map(\.name)).text.withC {
        stage.open(
          handle, bench.run, $0, UInt32(inputs.count), given.pointer, UInt32(outputs), out.pointer, error)
      }
    }
    return try (0..<outputs).map { try out.imported($0) }
  }

  /// The output schemas of a stage, nil where only the data tells.
  public func bind(_ inputs: [(name: String, schema: Schema)], outputs: Int = 1) throws -> [Schema]? {
    let stage = try table(OTE_STAGE, as: ote_stage.self)
    let given = SchemaPlaces(inputs.map(\.schema))
    let out = SchemaPlaces(outputs)
    var status: ote_status = 0
    _ = try Answers.of("bind") { writer, error in
      status = request(inputs.map(\.name)).text.withC { text in
        given.withList {
          stage.bind(
            handle, bench.run, text, UInt32(inputs.count), $0, nil, UInt32(outputs), out.pointer, writer, error)
        }
      }
      return status
    }
    if status == OTE_DEFERRED { return nil }
    return try (0..<outputs).map { try out.imported($0) }
  }

  /// A sink from begin to its receipt; `commits` false ends it with abort instead.
  @discardableResult
  public func write(_ stream: any BatchStream, input: String = "table", commits: Bool = true) throws -> JSONValue {
    let sink = try table(OTE_SINK, as: ote_sink.self)
    do {
      let schema = SchemaPlaces([stream.schema])
      let name = request([input]).text
      _ = try Answers.of("begin") { _, error in
        name.withC { sink.begin(handle, bench.run, $0, schema.pointer, error) }
      }
      let given = StreamPlaces([stream])
      let written = try json("write") { sink.write(handle, bench.run, given.pointer, $0, $1) }
      if commits { return try json("commit") { sink.commit(handle, bench.run, $0, $1) } }
      try abort()
      return written
    } catch {
      try? abort()
      throw error
    }
  }

  /// A check over a whole table. `failing` holds (index of the finding, row) in order.
  public func check(
    _ table: any BatchStream, references: [(name: String, stream: any BatchStream)] = []
  ) throws -> (findings: [JSONValue], report: JSONValue?, failing: [(finding: Int, row: Int)]) {
    let check = try self.table(OTE_CHECK, as: ote_check.self)
    let schema = SchemaPlaces([table.schema])
    let given = StreamPlaces(references.map(\.stream))
    let text = request(["table"] + references.map(\.name)).text
    _ = try Answers.of("begin") { _, error in
      text.withC {
        check.begin(handle, bench.run, $0, schema.pointer, UInt32(references.count), given.pointer, error)
      }
    }
    var row: Int64 = 0
    while let batch = try table.next() {
      var array = ArrowArray()
      batch.export(to: &array)
      defer { array.release?(&array) }
      _ = try Answers.of("observe") { _, error in check.observe(handle, bench.run, &array, row, error) }
      row += Int64(batch.rowCount)
    }
    let failing = StreamPlaces(1)
    let answer = try json("finish") { check.finish(handle, bench.run, $0, failing.pointer, $1) }
    let rows = failing.isFilled(0) ? try failing.imported(0).readRows() : []
    return (
      answer["findings"]?.array ?? [], answer["report"],
      rows.map { (Int($0["rule"]?.int ?? -1), Int($0["row"]?.int ?? -1)) }
    )
  }

  public func abort() throws {
    let sink = try table(OTE_SINK, as: ote_sink.self)
    _ = try Answers.of("abort") { _, error in sink.abort(handle, bench.run, error) }
  }

  func request(_ inputs: [String]) -> JSONValue {
    var request = NodeRequest(inputs: inputs, models: bench.documents)
    request.reports = bench.reports
    return request.json
  }
}
