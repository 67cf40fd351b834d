// An input that another plugin made: its batches are scanned in place.
import CPluginABI
import PluginKit

/// A C stream that this object owns.
final class OwnedStream {
  let pointer: UnsafeMutablePointer<ArrowArrayStream>

  init(taking stream: ImportedStream) {
    pointer = .allocate(capacity: 1)
    stream.takeRaw(into: pointer)
  }

  deinit {
    pointer.pointee.release?(pointer)
    pointer.deallocate()
  }
}

/// Says afterwards why it failed, with more than words.
protocol FailureKeeping {
  var failure: PluginError? { get }
}

final class StreamNode: PlanNode {
  let schema: Schema
  private let stream: OwnedStream
  /// Our own stream behind it, one that cannot be fused.
  private let own: (any BatchStream)?

  init(_ stream: ImportedStream) {
    schema = stream.schema
    own = stream.neighbour
    self.stream = OwnedStream(taking: stream)
  }

  var rereadable: Bool { false }

  func relation(in session: Session) throws -> String {
    // The database owns the stream from here on: what is left in `stream` has no release any more.
    "arrow_input(\(try session.database.add(stream.pointer)))"
  }

  func explain(_ error: EngineError, _ run: Run) -> PluginError? {
    guard error.inputErrno != 0, let failure = (own as? any FailureKeeping)?.failure else { return nil }
    return failure.message == error.text ? failure : nil
  }
}

/// An input of ours that nobody has read yet: instead of its rows, its query is taken over.
final class FusedNode: PlanNode {
  private let inner: any PlanNode
  /// Kept to the end, because the upstream node's run lasts as long as its stream does.
  private let stream: OwnedStream

  init(_ relation: Relation, _ stream: ImportedStream) {
    inner = relation.takeOver()
    self.stream = OwnedStream(taking: stream)
  }

  var schema: Schema { inner.schema }
  var files: [String] { inner.files }
  var extensions: Set<String> { inner.extensions }
  var rereadable: Bool { inner.rereadable }
  func resolve() throws { try inner.resolve() }
  func relation(in session: Session) throws -> String { try inner.relation(in: session) }
  func explain(_ error: EngineError, _ run: Run) -> PluginError? { inner.explain(error, run) }
}

/// The plan behind an input: our neighbour's own where it can be had, else its batches.
func planNode(for stream: ImportedStream) -> any PlanNode {
  if let relation = stream.neighbour as? Relation, relation.canBeTakenOver { return FusedNode(relation, stream) }
  return StreamNode(stream)
}
