// A node's output kept on disk while it flows by, so that a later attempt can resume there.
import FoundationEssentials
import Glibc
import Model
import PluginKit

enum Materialization {
  static func path(_ plan: RunPlan, node: String) -> String { "\(plan.folder)/materialized/\(node).batches" }

  /// True when an earlier attempt wrote the whole output.
  static func isComplete(_ plan: RunPlan, node: String) -> Bool {
    BatchFileReader.isComplete(path: path(plan, node: node))
  }
}

/// Writes each batch that passes; the file gets its name only when the stream has ended well.
final class MaterializingStream: BatchStream {
  let schema: Schema
  private let upstream: any BatchStream
  private let writer: BatchFileWriter
  private let finalPath: String
  private var ended = false

  init(_ upstream: any BatchStream, node: NodeRun) throws(Problem) {
    self.upstream = upstream
    schema = upstream.schema
    finalPath = Materialization.path(node.state.plan, node: node.plan.name)
    do {
      try FileManager.default.createDirectory(
        atPath: "\(node.state.plan.folder)/materialized", withIntermediateDirectories: true)
    } catch { throw node.problem(.inputOutputFailed, "cannot make the folder for materialised outputs: \(error)") }
    writer = try BatchFileWriter(path: finalPath + ".part", schema: upstream.schema)
  }

  func next() throws -> RecordBatch? {
    if let batch = try upstream.next() {
      try writer.append(batch)
      return batch
    }
    if !ended {
      ended = true
      try writer.finish(durable: true)
      guard rename(finalPath + ".part", finalPath) == 0 else { throw BatchFileError.io("rename", finalPath) }
    }
    return nil
  }

  func close() { upstream.close() }
}
