// A stand-in for the control plane at the other end of the socket: keeps what the engine says, answers what it asks.
import CWorker
import Glibc
import JSONValue
import Model
import Synchronization
import WorkerProtocol

@testable import Engine

final class ControlPlane: Sendable {
  let link: ControlLink
  private let sockets: [Int32]
  private let said = Mutex<[WorkerMessage]>([])
  private let thread = Mutex<WorkerThread?>(nil)

  init(answer: @escaping @Sendable (WorkerRequest) -> ReplyOutcome) {
    var sockets: [Int32] = [-1, -1]
    precondition(ote_socketpair(&sockets) == 0)
    self.sockets = sockets
    let link = ControlLink(descriptor: sockets[0])
    self.link = link
    let ours = sockets[1]
    let listening = WorkerThread("control") { [self] in
      var reader = MessageReader(descriptor: ours)
      while let message = try? reader.next(WorkerMessage.self) {
        if case .request(let id, let request) = message { link.received(id, answer(request)) }
        said.withLock { $0.append(message) }
      }
    }
    thread.withLock { $0 = listening }
  }

  /// Everything the engine has said, in order. Call it once, when the engine is done.
  func messages() -> [WorkerMessage] {
    shutdown(sockets[0], Int32(SHUT_WR))
    thread.withLock { $0 }?.join()
    sockets.forEach { close($0) }
    return said.withLock { $0 }
  }
}

/// What `publish`, `fetch` and state answer, without a store: state lives in memory.
final class MemoryStore: Sendable {
  private let state = Mutex<[String: (value: [UInt8], revision: Int64)]>([:])
  let published = Mutex<[String]>([])

  func answer(_ request: WorkerRequest) -> ReplyOutcome {
    switch request {
    case .publish(_, let path, let kind, let metadata):
      published.withLock { $0.append("\(kind) \(path)") }
      return .answered(["dataset": metadata["name"] ?? "none", "digest": "sha256:0", "version": 1])
    case .fetch(_, let reference):
      if reference == "dataset:none" { return .failed(Problem(.datasetNotFound, "there is no dataset 'none'")) }
      return .answered(["path": .string("/store/\(reference)"), "rows": 3])
    case .secret(_, let name):
      return .answered(.string("value of \(name)"))
    case .stateGet(_, _, let key):
      guard let entry = state.withLock({ $0[key] }) else { return .answered([:]) }
      return .answered(["value": .array(entry.value.map { .int(Int64($0)) }), "revision": .int(entry.revision)])
    case .statePut(_, _, let key, let value, _):
      let revision = state.withLock { state in
        let next = (state[key]?.revision ?? 0) + 1
        state[key] = (value, next)
        return next
      }
      return .answered(["revision": .int(revision)])
    case .stateRemove(_, _, let key):
      state.withLock { $0[key] = nil }
      return .answered([:])
    }
  }
}
