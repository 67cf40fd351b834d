// The scripted check and the scripted sink.
import JSONValue
import PluginKit

/// Fails every Nth number, and remembers what references it was given.
final class ScriptedCheck: Check {
  static let descriptor = ComponentDescriptor(
    "check", title: "Check", summary: "Every Nth.",
    inputs: [.table(), .table("references", required: false, many: true)],
    outputs: [.table()])
  private let own: Scripting
  private var failing: [Int64] = []
  private var batches = 0

  init(configuration: Script, host: Host) throws { own = try Scripting(configuration) }
  deinit { own.recorder.instanceDestroyed() }

  func bind(_ table: Schema, references: [(name: String, schema: Schema)]) throws { try own.enter("bind") }

  func begin(_ table: Schema, references: [(name: String, stream: ImportedStream)], _ run: Run) throws {
    defer { references.forEach { $0.stream.close() } }
    try own.enter("begin")
    for reference in references {
      var rows = 0
      while let batch = try reference.stream.next() { rows += batch.rowCount }
      own.recorder.note("\(own.script.node) reference \(reference.name) \(rows)")
    }
  }

  func observe(_ batch: RecordBatch, firstRow: Int64) throws {
    batches += 1
    try own.enter("observe \(batches)")
    guard let every = own.script.every, let numbers = batch.column("n") else { return }
    for row in 0..<batch.rowCount where (numbers.int64(row) ?? 1) % Int64(every) == 0 {
      failing.append(firstRow + Int64(row))
    }
  }

  func finish(_ run: Run) throws -> CheckResult {
    try own.enter("finish")
    let claimed = own.script.claims ?? Int64(failing.count)
    let finding = Finding(
      rule: "every", column: "n", severity: own.script.severity == "warn" ? .warn : .error, passed: claimed == 0,
      observed: .int(claimed), failingRows: claimed, message: "\(claimed) rows fail")
    let stream = failing.isEmpty || own.script.claims != nil ? nil : CheckResult.failingStream([failing])
    let text = JSONValue.string(String(repeating: "x", count: own.script.reportBytes ?? 0))
    return CheckResult(findings: [finding], report: ["title": "numbers", "text": text], failing: stream)
  }
}

/// Keeps the rows it takes in the recorder.
final class ScriptedSink: Sink {
  static let descriptor = ComponentDescriptor("sink", title: "Sink", summary: "Takes rows.", inputs: [.table()])
  private let own: Scripting
  private var kept: ImportedStream?
  private var rows: Int64 = 0

  init(configuration: Script, host: Host) throws { own = try Scripting(configuration) }
  deinit { own.recorder.instanceDestroyed() }

  func bind(_ schema: Schema, input: String) throws { try own.enter("bind") }

  func begin(_ schema: Schema, _ run: Run) throws {
    try own.enter("begin")
    try publish("begin", run)
  }

  func write(_ input: ImportedStream, _ run: Run) throws -> JSONValue {
    defer { if own.script.keeps == true { kept = input } else { input.close() } }
    try own.enter("write")
    try publish("write", run)
    while let batch = try input.next() {
      own.recorder.took(batch, by: own.script.node)
      rows += Int64(batch.rowCount)
      if let limit = own.script.limit, rows >= Int64(limit) { break }
    }
    try own.enter("write ends")
    return ["rows": .int(rows)]
  }

  func commit(_ run: Run) throws -> JSONValue {
    try own.enter("commit")
    try publish("commit", run)
    return ["where": "nowhere"]
  }

  func abort(_ run: Run) throws { try own.enter("abort") }

  private func publish(_ call: String, _ run: Run) throws {
    guard own.script.publishes == call else { return }
    let receipt = try run.publish("/tmp/of/\(own.script.node)", kind: "dataset", metadata: ["name": "numbers"])
    own.recorder.note("\(own.script.node) published \(receipt["dataset"]?.string ?? "")")
  }
}
