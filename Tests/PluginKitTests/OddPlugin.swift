// Components that try every corner of the tables: a stage, a check, a sink, and a source that fails on demand.
import CPluginABI
import JSONValue
import PluginKit

struct AnyConfiguration: Decodable {
  var mode: String?
  var nested: Nested?
  struct Nested: Decodable { var sizes: [Int] }
}

final class Failing: Source, Checkpointing, DynamicOptions {
  static let descriptor = ComponentDescriptor("failing", title: "Failing", summary: "Fails on demand")
  private let mode: String
  private let host: Host
  private var position: UInt8 = 0
  private final class Stream: BatchStream {
    let schema = Schema([Field("n", .int64)])
    func next() throws -> RecordBatch? { throw PluginError.data("row 7 is bad", file: "x.csv", row: 7) }
  }

  init(configuration: AnyConfiguration, host: Host) {
    mode = configuration.mode ?? ""
    self.host = host
  }

  func bind(_ run: Run) throws -> Schema? {
    switch mode {
    case "arrow": throw ArrowError(message: "bad array")
    case "cancelled": throw CancellationError()
    case "other": throw Strange()
    case "denied": throw PluginError(.denied, "no", retryable: true, details: ["http_status": 403])
    case "services": return try services(run)
    default: return nil
    }
  }

  struct Strange: Error, CustomStringConvertible { var description: String { "something strange" } }

  /// Uses each service once; the answers become column names.
  private func services(_ run: Run) throws -> Schema {
    run.log(.warning, "hello", fields: ["k": 1])
    run.progress(3, of: 10, "rows")
    run.metric("speed", 1.5, unit: "rows/s", labels: ["a": "b"])
    let revision = try run.state(put: "key", [1, 2, 3], ifRevision: Run.newRevision)
    let stored = try run.state(get: "key")
    try run.state(remove: "key")
    let gone = try run.state(get: "key") == nil
    let denied = failure { try run.secret("forbidden") }
    return Schema(
      [
        run.meta.node, "\(run.meta.batchRows)", "\(run.isCancelled)", try run.secret("good"), "\(revision)",
        "\(stored?.value ?? [])", "\(gone)", denied, try run.temporaryFolder(), host.name,
        failure { try run.publish("/x", kind: "dataset") },
      ].map { Field($0, .null) })
  }

  private func failure(_ body: () throws -> some Any) -> String {
    do { return "\(try body())" } catch { return "\(error)" }
  }

  func open(_ scan: ScanRequest, _ run: Run) -> any BatchStream { Stream() }
  func save(_ stream: (any BatchStream)?) throws -> [UInt8] { stream is Stream ? [position, 7] : [position] }
  func restore(version: UInt32, bytes: [UInt8]) throws {
    guard version == 1, let first = bytes.first else { throw PluginError(.state, "version \(version) is unknown") }
    position = first
  }
  func options(field: String, query: String, run: Run) -> FieldChoices {
    if query == "sign in" { return FieldChoices([.init(link: "https://pages.example", title: query)]) }
    return FieldChoices([.init(.string(field), title: query)], hasMore: query.isEmpty)
  }
}

/// Passes its input on, twice; remembers whether an input came from this module.
final class Doubling: Stage {
  static let descriptor = ComponentDescriptor(
    "doubling", title: "Doubling", summary: "Each batch twice", inputs: [.table()], outputs: [.table()], fuses: true)
  private let mode: String
  init(configuration: AnyConfiguration, host: Host) { mode = configuration.mode ?? "" }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    guard let schema = inputs[0].schema else { return .deferred }
    return BoundOutputs([schema], columns: [[inputs[0].name], nil])
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    if mode == "failing" { throw PluginError(.unsupported, "not today") }
    if mode == "too many" { return [inputs[0], inputs[0]] }
    var again: RecordBatch?
    return [
      GeneratedStream(schema: inputs[0].schema) {
        if let batch = again {
          again = nil
          return batch
        }
        again = try inputs[0].next()
        return again
      }
    ]
  }
}

/// Finds rows whose first column is odd.
final class Even: Check {
  static let descriptor = ComponentDescriptor("even", title: "Even", summary: "No odd numbers", inputs: [.table()])
  private let mode: String
  private var odd: [Int64] = []
  private var kept: RecordBatch?
  private var references: [String] = []
  init(configuration: AnyConfiguration, host: Host) { mode = configuration.mode ?? "" }

  func bind(_ table: Schema, references: [(name: String, schema: Schema)]) throws {
    guard table["n"] != nil else { throw PluginError.configuration("no column 'n'", at: "/column") }
  }
  func begin(_ table: Schema, references: [(name: String, stream: ImportedStream)], _ run: Run) throws {
    self.references = try references.map { "\($0.name):\(try $0.stream.next()?.rowCount ?? 0)" }
  }
  func observe(_ batch: RecordBatch, firstRow: Int64) {
    if mode == "keeping" { kept = batch }
    for row in 0..<batch.rowCount where (batch.column(0).int64(row) ?? 0) % 2 != 0 { odd.append(firstRow + Int64(row)) }
  }
  func finish(_ run: Run) -> CheckResult {
    CheckResult(
      findings: [
        Finding(rule: "even", column: "n", passed: odd.isEmpty, failingRows: Int64(odd.count), message: "odd rows")
      ], report: .array(references.map { .string($0) }),
      failing: odd.isEmpty ? nil : CheckResult.failingStream([odd]))
  }
}

final class Counting: Sink {
  static let descriptor = ComponentDescriptor("counting", title: "Counting", summary: "Counts rows", inputs: [.table()])
  private var rows: Int64 = 0
  private var log: [JSONValue] = []
  init(configuration: AnyConfiguration, host: Host) {}
  func begin(_ schema: Schema, _ run: Run) { log.append("begin") }
  func write(_ input: ImportedStream, _ run: Run) throws -> JSONValue {
    while let batch = try input.next() { rows += Int64(batch.rowCount) }
    return ["rows": .int(rows), "bytes": 0]
  }
  func commit(_ run: Run) -> JSONValue { ["rows": .int(rows), "log": .array(log)] }
  func abort(_ run: Run) { log.append("abort") }
}

let oddPlugin = Plugin(
  name: "odd", version: "0.1.0", title: "Odd",
  components: [.source(Failing.self), .stage(Doubling.self), .check(Even.self), .sink(Counting.self)])
