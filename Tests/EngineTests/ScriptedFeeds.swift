// The scripted sources and stages.
import Glibc
import JSONValue
import PluginKit
import Synchronization

final class ScriptedSource: Source {
  static let descriptor = ComponentDescriptor("source", title: "Source", summary: "Numbers.", outputs: [.table()])
  private let own: Scripting
  private let interrupted = Mutex(false)
  private var start = 0
  private let position = Mutex(0)

  init(configuration: Script, host: Host) throws { own = try Scripting(configuration) }
  deinit { own.recorder.instanceDestroyed() }

  func bind(_ run: Run) throws -> Schema? {
    try own.enter("bind")
    if own.script.lies == true { return Schema([Field("other", .utf8)]) }
    return own.script.deferred == true ? nil : Scripted.numbers
  }

  func open(_ scan: ScanRequest, _ run: Run) throws -> any BatchStream {
    try own.enter("open")
    let own = own
    let end = own.script.rows ?? 100
    var at = start
    var count = 0
    return ScriptedStream(Scripted.numbers, own.recorder) {
      defer { self.position.withLock { $0 = at } }
      count += 1
      try own.enter("next \(count)")
      self.block(run)
      try run.checkCancelled()
      let size = end < 0 ? own.script.batch_rows ?? 10 : min(own.script.batch_rows ?? 10, end - at)
      guard size > 0 else { return nil }
      defer { at += size }
      return Scripted.batch(from: at, rows: size)
    }
  }

  private func block(_ run: Run) {
    switch own.script.blocks {
    case "cancel":
      own.recorder.note("\(own.script.node) waits")
      var entry = pollfd(fd: run.cancelFD, events: Int16(POLLIN), revents: 0)
      poll(&entry, 1, 20_000)
    case "interrupt":
      own.recorder.note("\(own.script.node) waits")
      while !interrupted.withLock({ $0 }) { poll(nil, 0, 1) }
    default: break
    }
  }

  func interrupt() {
    interrupted.withLock { $0 = true }
    own.recorder.note("\(own.script.node) interrupt")
  }
}

extension ScriptedSource: Checkpointing {
  func save(_ stream: (any BatchStream)?) throws -> [UInt8] {
    try own.enter("save")
    return Array("\(position.withLock { $0 })".utf8)
  }

  func restore(version: UInt32, bytes: [UInt8]) throws {
    try own.enter("restore")
    guard version == 1, let number = Int(String(decoding: bytes, as: UTF8.self)) else {
      throw PluginError(.state, "no such position")
    }
    start = number
  }
}

final class ScriptedFiles: Source {
  static let descriptor = ComponentDescriptor("files", title: "Files", summary: "Files.", outputs: [.files("files")])
  private let own: Scripting
  private var start = 0

  init(configuration: Script, host: Host) throws { own = try Scripting(configuration) }
  deinit { own.recorder.instanceDestroyed() }

  func bind(_ run: Run) throws -> Schema? { Schema.files }

  func open(_ scan: ScanRequest, _ run: Run) throws -> any BatchStream {
    try own.enter(scan.limit == nil ? "open" : "open for a sample of \(scan.limit ?? 0)")
    let end = own.script.rows ?? 3
    var at = start
    return ScriptedStream(Schema.files, own.recorder) {
      guard at < end else { return nil }
      var builder = BatchBuilder(Schema.files)
      for index in at..<end { try builder.append([.string("file:///\(index).csv"), .string("/\(index).csv")]) }
      at = end
      return builder.finish()
    }
  }
}

extension ScriptedFiles: Checkpointing {
  func save(_ stream: (any BatchStream)?) throws -> [UInt8] { Array("\(own.script.rows ?? 3)".utf8) }

  func restore(version: UInt32, bytes: [UInt8]) throws { start = Int(String(decoding: bytes, as: UTF8.self)) ?? 0 }
}

/// Hands batches through.
final class PassStage: Stage {
  static let descriptor = ComponentDescriptor(
    "pass", title: "Pass", summary: "Hands batches through.", inputs: [.table()], outputs: [.table()])
  private let own: Scripting

  init(configuration: Script, host: Host) throws { own = try Scripting(configuration) }
  deinit { own.recorder.instanceDestroyed() }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    try own.enter("bind")
    guard let schema = inputs[0].schema, own.script.deferred != true else { return .deferred }
    return BoundOutputs([schema])
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    try own.enter("open")
    let input = inputs[0]
    let own = own
    var rows = 0
    var count = 0
    let stream = ScriptedStream(input.schema, own.recorder) {
      count += 1
      try own.enter("next \(count)")
      if let limit = own.script.limit, rows >= limit { return nil }
      guard let batch = try input.next() else { return nil }
      rows += batch.rowCount
      return batch
    } close: {
      input.close()
    }
    return [stream]
  }
}

/// Counts files; learns its columns from a sample, as a reader of file formats does.
final class ReadStage: Stage {
  static let descriptor = ComponentDescriptor(
    "read", title: "Read", summary: "Reads files.", inputs: [.files("files")], outputs: [.table()])
  private static let schema = Schema([Field("n", .int64), Field("uri", .utf8)])
  private let own: Scripting

  init(configuration: Script, host: Host) throws { own = try Scripting(configuration) }
  deinit { own.recorder.instanceDestroyed() }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    try own.enter("bind")
    guard let sample = inputs[0].sample else { return .deferred }
    while let batch = try sample.next() { own.recorder.took(batch, by: "sample") }
    return BoundOutputs([Self.schema])
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    let input = inputs[0]
    let stream = ScriptedStream(Self.schema, own.recorder) {
      guard let batch = try input.next() else { return nil }
      var builder = BatchBuilder(Self.schema)
      for row in 0..<batch.rowCount {
        builder[0].append(Int64(row))
        builder[1].append(batch.column(0).text(row))
      }
      return builder.finish()
    } close: {
      input.close()
    }
    return [stream]
  }
}

/// Gives all rows on both of its outputs, whichever is read first.
final class CopyStage: Stage {
  static let descriptor = ComponentDescriptor(
    "copy", title: "Copy", summary: "All rows twice.", inputs: [.table()], outputs: [.table("left"), .table("right")])
  private let own: Scripting

  init(configuration: Script, host: Host) throws { own = try Scripting(configuration) }
  deinit { own.recorder.instanceDestroyed() }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    try own.enter("bind")
    return inputs[0].schema.map { BoundOutputs([$0, $0]) } ?? .deferred
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    try own.enter("open")
    let shared = Shared(inputs[0])
    let recorder = own.recorder
    return (0..<2).map { side in
      ScriptedStream(shared.input.schema, recorder) {
        try shared.next(side)
      } close: {
        shared.close()
      }
    }
  }

  private final class Shared: @unchecked Sendable {
    let input: ImportedStream
    private let waiting = Mutex<[[RecordBatch]]>([[], []])
    private let open = Mutex(2)

    init(_ input: ImportedStream) { self.input = input }

    func next(_ side: Int) throws -> RecordBatch? {
      try waiting.withLock { waiting in
        if !waiting[side].isEmpty { return waiting[side].removeFirst() }
        guard let batch = try input.next() else { return nil }
        waiting[1 - side].append(batch)
        return batch
      }
    }

    func close() {
      let isLast = open.withLock { open in
        open -= 1
        return open == 0
      }
      if isLast { input.close() }
    }
  }
}

/// Reads its inputs one after the other, in the order its configuration says, and answers how many rows each had.
final class JoinStage: Stage {
  static let descriptor = ComponentDescriptor(
    "join", title: "Join", summary: "Counts rows.", inputs: [.table("tables", many: true)], outputs: [.table()])
  private static let schema = Schema([Field("input", .utf8), Field("rows", .int64)])
  private let own: Scripting

  init(configuration: Script, host: Host) throws { own = try Scripting(configuration) }
  deinit { own.recorder.instanceDestroyed() }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs { BoundOutputs([Self.schema]) }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    let order = own.script.order ?? names
    var done = false
    let stream = ScriptedStream(Self.schema, own.recorder) {
      guard !done else { return nil }
      done = true
      var builder = BatchBuilder(Self.schema)
      for name in order {
        guard let index = names.firstIndex(of: name) else { throw PluginError(.internal, "no input \(name)") }
        var rows = 0
        while let batch = try inputs[index].next() { rows += batch.rowCount }
        builder[0].append(name)
        builder[1].append(Int64(rows))
      }
      return builder.finish()
    } close: {
      inputs.forEach { $0.close() }
    }
    return [stream]
  }
}
