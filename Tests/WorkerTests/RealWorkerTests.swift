// The real ote-worker: it dies with whoever started it, and with its control socket.
import CWorker
import Glibc
import JSONValue
import Model
import Synchronization
import TestSupport
import Testing
import WorkerProtocol

@testable import WorkerPool

struct RealWorkerTests {
  private static func start(parent: Int32 = getpid()) throws -> WorkerProcess {
    try WorkerProcess(
      executable: try Products.program("ote-worker"), arguments: [String(parent)],
      environment: WorkerEnvironment.current())
  }

  /// Blocks until the worker has said hello: it is set up by then.
  private static func waitForHello(_ process: WorkerProcess) throws {
    var reader = MessageReader(descriptor: process.control)
    guard case .hello? = try reader.next(WorkerMessage.self) else { throw Problem(.hostFailed, "no hello") }
  }

  private func ended(_ process: WorkerProcess) -> Bool {
    var entry = pollfd(fd: process.pidDescriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 10_000) == 1
  }

  @Test func `a worker dies with the thread that started it`() throws {
    let kept = Mutex<Result<UInt, any Error>?>(nil)
    Threaded {
      let result = Result {
        let process = try Self.start()
        try Self.waitForHello(process)
        return UInt(bitPattern: Unmanaged.passRetained(process).toOpaque())
      }
      kept.withLock { $0 = result }
    }.join()
    let address = try #require(try kept.withLock { $0 }?.get())
    let process = Unmanaged<WorkerProcess>.fromOpaque(UnsafeRawPointer(bitPattern: address)!).takeRetainedValue()
    #expect(ended(process))
    #expect(process.reap() == .signal(SIGKILL))
  }

  @Test func `a worker whose control socket closes leaves at once`() throws {
    let process = try Self.start()
    try Self.waitForHello(process)
    shutdown(process.control, Int32(SHUT_RDWR))
    #expect(ended(process))
    guard case .code(let code) = process.reap() else {
      Issue.record("it was killed")
      return
    }
    #expect(code != 0)
  }

  @Test func `a worker that another process claims to have started does not run`() throws {
    let process = try Self.start(parent: 1)
    #expect(ended(process))
    #expect(process.reap() == .code(65))
  }

  @Test func `a program that is not there is a problem, not a crash`() {
    let problem = #expect(throws: Problem.self) {
      _ = try WorkerProcess(executable: "/nowhere/ote-worker", environment: [])
    }
    #expect(problem?.code == .workerNotStarted)
    #expect(problem?.detail.contains("/nowhere/ote-worker") == true)
  }

  @Test func `a scan describes a plugin, and names the one that cannot be loaded`() throws {
    final class Nobody: WorkerObserver {
      var name: String?
      func worker(said message: WorkerMessage) {
        if case .described(let json) = message { name = json["name"]?.string }
      }
      func worker(asked request: WorkerRequest) -> ReplyOutcome { .failed(Problem(.hostFailed, "nobody")) }
    }
    for (plugin, works) in [("well-behaved", true), ("no-entry", false)] {
      let nobody = Nobody()
      let blame = BlameTable(nodes: [], plugins: [plugin])
      let path = "\(try Products.plugin(plugin))/lib\(plugin).so"
      let watch = WorkerWatch(try Self.start(), limits: RunLimits(), blame: blame, observer: nobody)
      guard case .finished(let outcome) = watch.run(.scan(path: path)) else {
        Issue.record("the scan of \(plugin) died")
        continue
      }
      #expect(nobody.name == (works ? plugin : nil))
      #expect(outcome.problems.map(\.code) == (works ? [] : [.entryMissing]))
    }
  }
}
