// The rows of an evaluator: there once it has judged everything.
import CWorker
import Model
import PluginKit

final class LateStream: BatchStream {
  let schema: Schema
  private let job: JobRun

  init(_ job: JobRun, schema: Schema) {
    self.job = job
    self.schema = schema
  }

  func next() throws -> RecordBatch? {
    guard let rows = try job.outcome().rows else {
      throw job.node.problem(.contractBroken, "evaluate answered no rows, and bind promised some")
    }
    return try rows.next()
  }

  func close() {}
}
