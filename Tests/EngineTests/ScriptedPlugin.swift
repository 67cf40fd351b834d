// A plugin inside the test process whose components do what their configuration says, mistakes included.
import JSONValue
import PluginKit

enum Scripted {
  static let plugin = Plugin(
    name: "scripted", version: "1.0.0", title: "Scripted",
    components: [
      .source(ScriptedSource.self), .source(ScriptedFiles.self), .stage(PassStage.self), .stage(ReadStage.self),
      .stage(CopyStage.self), .stage(JoinStage.self), .check(ScriptedCheck.self), .sink(ScriptedSink.self),
      .provider(ScriptedProvider.self), .trainer(ScriptedTrainer.self), .evaluator(ScriptedEvaluator.self),
      .action(ScriptedAction.self),
    ])

  static let numbers = Schema([Field("n", .int64, nullable: false), Field("s", .utf8)])

  /// Rows n = first, first + 1 ... with a text each.
  static func batch(from first: Int, rows: Int) -> RecordBatch {
    var builder = BatchBuilder(numbers, capacity: rows)
    for n in first..<first + rows {
      builder[0].append(Int64(n))
      builder[1].append("row \(n)")
    }
    return builder.finish()
  }
}

/// The one configuration of all components; each uses its part.
struct Script: Decodable {
  var recorder: String
  var node: String
  var rows: Int?
  var batch_rows: Int?
  /// The call that fails; "next 3" is the third batch.
  var fails: String?
  var status: Int32?
  var retryable: Bool?
  var details: [String: JSONValue]?
  /// bind answers only once data flows.
  var deferred: Bool?
  /// next blocks until the run is cancelled ("cancel") or the instance is interrupted ("interrupt").
  var blocks: String?
  /// The stage ends after so many rows and keeps its input; the sink returns after so many.
  var limit: Int?
  /// The sink keeps its stream until it is destroyed.
  var keeps: Bool?
  /// The order in which the join reads its inputs.
  var order: [String]?
  /// The check fails every Nth number.
  var every: Int?
  /// The check claims so many failing rows and names none.
  var claims: Int64?
  var severity: String?
  /// The check's report has a text of so many bytes.
  var reportBytes: Int?
  /// The call in which the sink publishes.
  var publishes: String?
  /// bind promises another schema than open gives.
  var lies: Bool?
}

/// What all scripted components share.
final class Scripting: Sendable {
  let script: Script
  let recorder: Recorder

  init(_ script: Script) throws {
    guard let recorder = Recorder.named(script.recorder) else {
      throw PluginError.configuration("no such recorder", at: "/recorder")
    }
    self.script = script
    self.recorder = recorder
    recorder.instanceMade()
    do { try enter("create") } catch {
      recorder.instanceDestroyed()
      throw error
    }
  }

  /// Notes a call, lets the test act on it, and fails if told so.
  func enter(_ call: String) throws {
    recorder.note("\(script.node) \(call)")
    guard script.fails == call else { return }
    throw PluginError(
      script.status.flatMap { PluginError.Status(rawValue: $0) } ?? .internal, "\(call) failed as told",
      retryable: script.retryable ?? false, details: script.details ?? [:])
  }
}

/// A stream that counts itself as open until it is closed.
final class ScriptedStream: BatchStream {
  let schema: Schema
  private let recorder: Recorder
  private let produce: () throws -> RecordBatch?
  private let finish: () -> Void

  init(
    _ schema: Schema, _ recorder: Recorder, next: @escaping () throws -> RecordBatch?,
    close: @escaping () -> Void = {}
  ) {
    self.schema = schema
    self.recorder = recorder
    produce = next
    finish = close
    recorder.streamOpened()
  }

  func next() throws -> RecordBatch? { try produce() }

  func close() {
    recorder.streamClosed()
    finish()
  }
}
