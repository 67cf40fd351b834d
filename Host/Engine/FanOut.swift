// One output, several readers: a bounded tee. Batches are shared by reference; a slow reader's queue spills to disk past
// its bound, so that no order of reading can deadlock and memory stays bounded.
import CWorker
import Glibc
import Model
import PluginKit

final class FanOut: @unchecked Sendable {
  let schema: Schema
  private let upstream: any BatchStream
  private let node: NodeRun
  private let path: String
  private let bytesMax: Int64

  fileprivate struct Queue {
    var waiting: [RecordBatch] = []
    var head = 0
    var bytes: Int64 = 0
    var spill: Spill?
    var isOpen = true
  }

  private struct Queues {
    var readers: [Queue]
    /// One reader at a time pulls from upstream; the others wait for what it brings.
    var isPulling = false
    var ended = false
    var failure: (any Error)?
  }
  private let queues: Monitor<Queues>

  init(_ upstream: any BatchStream, readers: Int, node: NodeRun, port: String, folder: String, bytesMax: Int64) {
    self.upstream = upstream
    self.node = node
    path = "\(folder)/\(node.plan.name).\(port)"
    self.bytesMax = bytesMax
    schema = upstream.schema
    queues = Monitor(Queues(readers: (0..<readers).map { _ in Queue() }))
  }

  func reader(_ index: Int) -> any BatchStream { Reader(self, index) }

  private final class Reader: BatchStream {
    let tee: FanOut
    let index: Int
    var schema: Schema { tee.schema }
    init(_ tee: FanOut, _ index: Int) {
      self.tee = tee
      self.index = index
    }
    func next() throws -> RecordBatch? { try tee.next(index) }
    func close() { tee.close(index) }
  }

  private enum Turn { case batch(RecordBatch), read(Spill), pull, end }

  private func next(_ index: Int) throws -> RecordBatch? {
    while true {
      let turn: Turn = try queues.wait { state in
        if let batch = state.readers[index].popMemory() { return .batch(batch) }
        if let spill = state.readers[index].spill, spill.hasMore { return .read(spill) }
        if let failure = state.failure { throw failure }
        if state.ended { return .end }
        if state.isPulling { return nil }
        state.isPulling = true
        return .pull
      }
      switch turn {
      case .batch(let batch): return batch
      case .read(let spill): return try spill.read()
      case .end: return nil
      case .pull: pull()
      }
    }
  }

  private func pull() {
    do {
      let batch = try upstream.next()
      try queues.change { state in
        state.isPulling = false
        guard let batch else {
          state.ended = true
          return
        }
        for index in state.readers.indices where state.readers[index].isOpen {
          try push(batch, to: &state.readers[index], index)
        }
      }
    } catch {
      queues.change { state in
        state.isPulling = false
        state.failure = error
      }
      if let problem = error as? Problem { node.state.fail(problem) }
    }
  }

  private func push(_ batch: RecordBatch, to queue: inout Queue, _ index: Int) throws {
    let size = Int64(batch.byteCount)
    if queue.spill == nil, queue.bytes + size <= bytesMax {
      queue.waiting.append(batch)
      queue.bytes += size
      return
    }
    // Order: once a queue has spilled, everything later goes to disk until the disk part is read.
    let spill = try queue.spill ?? Spill(path: "\(path)-\(index).spill", schema: schema)
    queue.spill = spill
    try spill.write(batch)
  }

  private func close(_ index: Int) {
    let isLast = queues.change { state in
      guard state.readers[index].isOpen else { return false }
      state.readers[index] = Queue()
      state.readers[index].isOpen = false
      return state.readers.allSatisfy { !$0.isOpen }
    }
    if isLast { upstream.close() }
  }
}

extension FanOut.Queue {
  fileprivate mutating func popMemory() -> RecordBatch? {
    guard head < waiting.count else { return nil }
    let batch = waiting[head]
    head += 1
    bytes -= Int64(batch.byteCount)
    if head == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      head = 0
    }
    return batch
  }
}

/// The part of a queue that lies on disk: written by whoever pulls, read by the queue's own reader.
final class Spill: @unchecked Sendable {
  private let writer: BatchFileWriter
  private let reader: BatchFileReader
  private let counts: Monitor<(written: Int, read: Int)> = Monitor((0, 0))

  init(path: String, schema: Schema) throws(Problem) {
    writer = try BatchFileWriter(path: path, schema: schema)
    reader = try BatchFileReader(path: path)
    // Without a name it goes with its last reader, also when the worker is killed.
    unlink(path)
  }

  var hasMore: Bool { counts.withLock { $0.read < $0.written } }

  func write(_ batch: RecordBatch) throws {
    try writer.append(batch)
    counts.withLock { $0.written += 1 }
  }

  func read() throws -> RecordBatch? {
    counts.withLock { $0.read += 1 }
    return try reader.next()
  }
}
