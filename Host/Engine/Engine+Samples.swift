// What a reader of files learns its columns from, before any data moves.
import JSONValue
import Model
import PluginKit

extension Engine {
  private static let scan: JSONValue = ["limit": 16]

  /// Real contents for `files` inputs that come straight from a source.
  func sampleStreams(for node: NodeRun) throws(Problem) -> SampleLoan {
    let samples = SampleLoan()
    for input in node.plan.streamInputs {
      let port = node.plan.component.inputs.first { $0.name == input.port }
      guard port?.type == .files, let producer = byName[input.node], producer.plan.component.kind == .source,
        producer.instance != nil
      else {
        samples.append(nil)
        continue
      }
      samples.append(EdgeStream(try sample(of: producer), reader: FailingRows.owner(of: node)))
    }
    return samples
  }

  /// Of what the run will read. Where that is nothing, since an incremental source has nothing new, the files of earlier
  /// runs tell the columns: an instance that was given no position begins with them.
  private func sample(of producer: NodeRun) throws(Problem) -> any BatchStream {
    // A twin, so that the sample's rows do not count as rows of the run.
    let twin = FailingRows.owner(of: producer)
    let stream = try openSource(producer, as: twin, scan: Self.scan)
    guard restored.contains(producer.plan.name) else { return stream }
    let peeked = PeekedStream(stream)
    do { if try peeked.hasRows { return peeked } } catch {
      throw error as? Problem ?? producer.problem(.badData, "\(error)")
    }
    stream.close()
    let fresh = FailingRows.owner(of: producer)
    let instance = try makeInstance(of: producer)
    besides.append(instance)
    fresh.instance = instance
    return try openSource(fresh, as: fresh, scan: Self.scan)
  }
}

/// A stream that somebody has looked into: nothing of it is lost.
private final class PeekedStream: BatchStream {
  let schema: Schema
  private let stream: any BatchStream
  private var first: RecordBatch?

  init(_ stream: any BatchStream) {
    self.stream = stream
    schema = stream.schema
  }

  var hasRows: Bool {
    get throws {
      while first == nil, let batch = try stream.next() { first = batch.rowCount > 0 ? batch : nil }
      return first != nil
    }
  }

  func next() throws -> RecordBatch? {
    guard let batch = first else { return try stream.next() }
    first = nil
    return batch
  }

  func close() { stream.close() }
}
