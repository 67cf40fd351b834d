// Positions of incremental sources: given back before they open, kept once every sink has committed.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import Synchronization
import WorkerProtocol

extension Engine {
  private static let positionKey = "ote/position"
  /// What one key of the state takes, with the version in front.
  private static let positionBytesMax = 8 << 20 - 4

  /// Sources whose configuration asks for it, by the key `incremental`, and that can say where they are.
  private var incremental: [(node: NodeRun, table: ote_checkpoint)] {
    nodes.filter {
      $0.plan.component.kind == .source && $0.plan.configuration["incremental"]?.bool == true && takesPart($0)
        && !resumes($0)
    }.compactMap { node in
      node.instance?.interface(OTE_CHECKPOINT, as: ote_checkpoint.self).map { (node, $0) }
    }
  }

  /// What the last run that committed came to. A source that does not know it any more says so and fails.
  func restorePositions() throws(Problem) {
    for (node, table) in incremental {
      let key = WorkerRequest.stateGet(node: node.plan.name, component: node.plan.use, key: Self.positionKey)
      guard let kept = try state.link.ask(key)["value"], let restore = table.restore else { continue }
      guard let bytes = try? kept.decode([UInt8].self), bytes.count >= 4 else {
        throw node.problem(.hostFailed, "the kept position of this source is damaged")
      }
      let version = bytes[0..<4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let source = ByteSource(bytes[4...])
      try node.call(OTE_CALL_RESTORE) { restore(node.instance?.pointer, node.handle, version, source.pointer, $0) }
      restored.insert(node.plan.name)
    }
  }

  /// The run is committed: a position that cannot be kept means rows that come again, and is no failure any more.
  func keepPositions() {
    guard state.isSettled, state.firstFailure == nil else { return }
    for (node, table) in incremental {
      do throws(Problem) { try keepPosition(node, table) } catch {
        let text = "the position was not kept, so the next run reads the same again: \(error.detail)"
        state.link.send(
          .log(LogLine(at: TimeStamp.now(), level: .warning, node: node.plan.name, from: "host", text: text)))
      }
    }
  }

  /// Whether all that a sink could get is what incremental sources have handed on, and that was nothing. An empty file or
  /// version in place of the last one would tell its readers that all is gone.
  func hasNothingNew(_ sink: SinkRun) -> Bool {
    let asked = incremental.map(\.node)
    var waiting = sink.node.plan.streamInputs
    while let input = waiting.popLast() {
      guard let node = byName[input.node], !resumes(node) else { return false }
      waiting += node.plan.streamInputs
      guard node.plan.streamInputs.isEmpty else { continue }
      guard asked.contains(where: { $0 === node }), node.fusedInto == nil, node.rowsOut.load(ordering: .relaxed) == 0
      else { return false }
    }
    return true
  }

  private func keepPosition(_ node: NodeRun, _ table: ote_checkpoint) throws(Problem) {
    guard let save = table.save else { throw node.problem(.contractBroken, "the checkpoint interface has no save") }
    let stream = pluginStreams.first { $0.node === node }?.openRaw
    let saved = ByteSink(limit: Self.positionBytesMax)
    try node.call(OTE_CALL_SAVE) { save(node.instance?.pointer, node.handle, stream, saved.pointer, $0) }
    guard !saved.overflowed else {
      throw node.problem(.resourceExhausted, "it is longer than \(Self.positionBytesMax >> 20) MiB")
    }
    let version = UInt32(clamping: node.plan.component.stateVersion)
    let value = (0..<4).map { UInt8(truncatingIfNeeded: version >> (8 * UInt32($0))) } + saved.bytes
    _ = try state.link.ask(
      .statePut(
        node: node.plan.name, component: node.plan.use, key: Self.positionKey, value: value, ifRevision: .max))
  }
}

/// Bytes that a plugin reads.
private final class ByteSource {
  private var rest: ArraySlice<UInt8>
  let pointer = UnsafeMutablePointer<ote_reader>.allocate(capacity: 1)

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
    pointer.initialize(to: ote_reader())
    pointer.pointee.struct_size = UInt32(MemoryLayout<ote_reader>.size)
    pointer.pointee.ctx = Unmanaged.passUnretained(self).toOpaque()
    pointer.pointee.read = { reader, out, capacity in
      guard let context = reader?.pointee.ctx, let out else { return Int64(OTE_E_INVALID_ARG) }
      let source = Unmanaged<ByteSource>.fromOpaque(context).takeUnretainedValue()
      let part = source.rest.prefix(Int(min(capacity, 1 << 20)))
      source.rest = source.rest.dropFirst(part.count)
      for (index, byte) in part.enumerated() { out[index] = byte }
      return Int64(part.count)
    }
  }

  deinit { pointer.deallocate() }
}
