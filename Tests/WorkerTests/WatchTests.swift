// A worker's end and what is made of it. Shell scripts stand in for workers: they speak on descriptor 3 as a worker does.
import CWorker
import Foundation
import Glibc
import JSONValue
import Model
import TestSupport
import Testing
import WorkerProtocol

@testable import WorkerPool

/// Keeps what the worker says; `onMessage` acts on it.
private final class Listener: WorkerObserver {
  var logs: [String] = []
  var onMessage: (WorkerMessage) -> Void = { _ in }
  var onRequest: (WorkerRequest) -> ReplyOutcome = { _ in .answered([:]) }

  func worker(said message: WorkerMessage) {
    if case .log(let line) = message { logs.append(line.text) }
    onMessage(message)
  }

  func worker(asked request: WorkerRequest) -> ReplyOutcome { onRequest(request) }
}

/// One script under watch.
private final class Stage {
  let folder = TemporaryFolder()
  let listener = Listener()
  var limits = RunLimits()
  var cancel: Int32 = -1
  var blame = BlameTable(nodes: [("read", "reader"), ("write", "writer")], plugins: ["reader", "writer"])
  var first = ControlMessage.scan(path: "x")
  /// Sets up the shared page before the watch begins.
  var prepare: (UnsafeMutablePointer<ote_page>) -> Void = { $0.pointee.activity_ns = ote_now_ns() }

  /// A file of messages, for the script to `cat` to descriptor 3.
  func messages(_ messages: [WorkerMessage], _ name: String = "messages") throws -> String {
    try folder.write(frames(messages), to: name)
  }

  func run(_ script: String) throws -> WorkerEnd {
    try run("/bin/sh", ["-c", script])
  }

  func run(_ program: String, _ arguments: [String]) throws -> WorkerEnd {
    let process = try WorkerProcess(
      executable: program, arguments: arguments, environment: WorkerEnvironment.current())
    prepare(process.page)
    return WorkerWatch(process, limits: limits, blame: blame, observer: listener).run(first, cancel: cancel)
  }
}

extension WorkerEnd {
  fileprivate var problem: Problem? { if case .died(let problem, _) = self { problem } else { nil } }
  fileprivate var report: String { if case .died(_, let report) = self { report } else { "" } }
  fileprivate var outcome: RunOutcome? { if case .finished(let outcome) = self { outcome } else { nil } }
}

struct WatchTests {
  private static let done = WorkerMessage.finished(RunOutcome(status: .succeeded))

  @Test func `a worker that says its last word and exits has finished, and no message is lost`() throws {
    let stage = Stage()
    let path = try stage.messages((0..<2000).map { logLine("line \($0)") } + [Self.done])
    let end = try stage.run("cat \(path) >&3")
    #expect(end.outcome?.status == .succeeded)
    #expect(stage.listener.logs == (0..<2000).map { "line \($0)" })
  }

  @Test func `an exit without a last word is reported with its code`() throws {
    let end = try Stage().run("exit 3")
    #expect(end.problem?.code == .hostFailed)
    #expect(end.problem?.detail.contains("code 3") == true)
  }

  @Test func `an exit inside a plugin is that plugin's`() throws {
    let stage = Stage()
    stage.prepare = {
      $0.pointee.exit_node = 1
      $0.pointee.call = Int32(OTE_CALL_WRITE.rawValue)
    }
    let end = try stage.run("exit 0")
    #expect(end.problem?.code == .pluginExited)
    #expect(end.problem?.node == "write")
    #expect(end.problem?.plugin == "writer")
    #expect(end.problem?.detail.contains("exit(0) in write") == true)
  }

  @Test func `an exit from a plugin's own thread is blamed on who was called last`() throws {
    let stage = Stage()
    stage.prepare = {
      $0.pointee.exit_node = OTE_NODE_HOST
      $0.pointee.threads = 2
      $0.pointee.thread.0 = ote_thread_slot(thread_id: 1, depth: 1, node: 1, call: 0, since_ns: 10)
      $0.pointee.thread.1 = ote_thread_slot(thread_id: 2, depth: 1, node: 0, call: 0, since_ns: 20)
    }
    let end = try stage.run("exit 1")
    #expect(end.problem?.code == .pluginExited)
    #expect(end.problem?.plugin == "reader")
  }

  @Test(arguments: [("SEGV", SIGSEGV, "SIGSEGV"), ("ABRT", SIGABRT, "SIGABRT"), ("BUS", SIGBUS, "SIGBUS")])
  func `a crash names the signal and the node it happened in`(name: String, signal: Int32, text: String) throws {
    let stage = Stage()
    stage.prepare = {
      $0.pointee.signal = signal
      $0.pointee.node = 0
      $0.pointee.call = Int32(OTE_CALL_GET_NEXT.rawValue)
    }
    let end = try stage.run("kill -\(name) $$")
    #expect(end.problem?.code == .pluginCrashed)
    #expect(end.problem?.origin == .plugin)
    #expect(end.problem?.node == "read")
    #expect(end.problem?.detail.contains(text) == true)
  }

  @Test func `a crash in a plugin's own thread is found by its address`() throws {
    let stage = Stage()
    stage.prepare = {
      $0.pointee.signal = SIGABRT
      $0.pointee.pc = 0x2010
      $0.pointee.modules = 1
      $0.pointee.module.0 = ote_module_range(start: 0x2000, end: 0x3000, plugin: 1, reserved0: 0)
    }
    let end = try stage.run("kill -ABRT $$")
    #expect(end.problem?.code == .pluginCrashed)
    #expect(end.problem?.plugin == "writer")
    #expect(end.problem?.node == "write")
  }

  @Test func `a worker that hangs in its own crash report has crashed, not stalled`() throws {
    let stage = Stage()
    stage.limits.stallSeconds = 0.2
    stage.prepare = {
      $0.pointee.activity_ns = ote_now_ns()
      $0.pointee.signal = SIGSEGV
      $0.pointee.node = 0
    }
    let end = try stage.run("exec sleep 100")
    #expect(end.problem?.code == .pluginCrashed)
    #expect(end.problem?.plugin == "reader")
  }

  @Test func `SIGKILL from outside most likely means memory`() throws {
    let end = try Stage().run("kill -KILL $$")
    #expect(end.problem?.code == .memoryLimit)
    #expect(end.problem?.origin == .external)
  }

  @Test func `silence inside a plugin is a stall of that plugin`() throws {
    let stage = Stage()
    stage.limits.stallSeconds = 0.2
    stage.prepare = {
      $0.pointee.activity_ns = ote_now_ns()
      $0.pointee.threads = 1
      $0.pointee.thread.0 = ote_thread_slot(
        thread_id: 1, depth: 1, node: 1, call: Int32(OTE_CALL_COMMIT.rawValue), since_ns: 10)
    }
    let end = try stage.run("exec sleep 100")
    #expect(end.problem?.code == .pluginStalled)
    #expect(end.problem?.node == "write")
    #expect(end.problem?.detail.contains("commit") == true)
  }

  @Test func `a worker that waits for a slow answer has not stalled`() throws {
    let stage = Stage()
    stage.limits.stallSeconds = 0.4
    let request = try stage.messages([.request(id: 1, .fetch(node: "read", reference: "r"))], "request")
    let last = try stage.messages([Self.done], "last")
    // The answer takes longer than the stall limit; the worker then needs a moment of its own.
    stage.listener.onRequest = { _ in
      poll(nil, 0, 800)
      return .answered(["ok": true])
    }
    let plan = frames([stage.first]).count
    let script =
      "head -c \(plan) <&3 >/dev/null; cat \(request) >&3; head -c 1 <&3 >/dev/null; sleep 0.1; cat \(last) >&3"
    #expect(try stage.run(script).outcome?.status == .succeeded)
  }

  @Test func `an answer that no message can carry is refused, and the worker goes on`() throws {
    let stage = Stage()
    let request = try stage.messages([.request(id: 1, .fetch(node: "read", reference: "r"))], "request")
    let last = try stage.messages([Self.done], "last")
    stage.listener.onRequest = { _ in .answered(.string(String(repeating: "x", count: FrameReader.frameBytesMax))) }
    let plan = frames([stage.first]).count
    let script = "head -c \(plan) <&3 >/dev/null; cat \(request) >&3; head -c 1 <&3 >/dev/null; cat \(last) >&3"
    #expect(try stage.run(script).outcome?.status == .succeeded)
  }

  @Test func `a worker that never stops talking is still held to its limits`() throws {
    let stage = Stage()
    stage.limits.wallSeconds = 1
    let path = try stage.messages((0..<500).map { logLine("flood \($0)") })
    let end = try stage.run("while :; do cat \(path) \(path) \(path) \(path) >&3; done")
    #expect(end.problem?.code == .wallLimit)
  }

  @Test func `a worker that takes too much memory is stopped`() throws {
    let stage = Stage()
    stage.limits.memoryBytes = 64 << 20
    stage.limits.wallSeconds = 60
    let end = try stage.run("exec python3 -c \"import time; text = b'x' * (200 << 20); time.sleep(100)\"")
    #expect(end.problem?.code == .memoryLimit)
    #expect(end.problem?.detail.contains("its limit is 64 MiB") == true)
  }

  @Test(arguments: ["garbage on the wire", "\u{ff}\u{ff}\u{ff}\u{7f}"])
  func `a worker that speaks nonsense is stopped`(text: String) throws {
    let stage = Stage()
    let path = try stage.folder.write(text.unicodeScalars.map { UInt8($0.value & 0xff) }, to: "nonsense")
    let end = try stage.run("cat \(path) >&3; exec sleep 100")
    #expect(end.problem?.code == .workerProtocolBroken)
  }

  @Test func `a worker of another version is stopped at its first word`() throws {
    let stage = Stage()
    let path = try stage.messages([.hello(protocolVersion: workerProtocolVersion + 1, abi: 0x10000)])
    let end = try stage.run("cat \(path) >&3; exec sleep 100")
    #expect(end.problem?.code == .workerProtocolBroken)
    #expect(end.problem?.detail.contains("version \(workerProtocolVersion + 1)") == true)
  }

  @Test func `a worker that does not stop when asked is killed after its grace`() throws {
    let stage = Stage()
    stage.limits.graceSeconds = 0.2
    stage.cancel = ote_eventfd()
    defer { close(stage.cancel) }
    var one: UInt64 = 1
    _ = write(stage.cancel, &one, 8)
    let end = try stage.run("exec sleep 100")
    #expect(end.problem?.code == .cancelIgnored)
  }

  @Test func `a worker that has named its failure and then hangs is killed for the failure it named`() throws {
    let stage = Stage()
    stage.limits.graceSeconds = 0.2
    let path = try stage.messages([.failing(Problem(.badData, "line 7 is no number", node: "read", plugin: "reader"))])
    let end = try stage.run("cat \(path) >&3; exec sleep 100")
    #expect(end.problem?.code == .badData)
    #expect(end.problem?.node == "read")
  }

  @Test func `a worker that has finished and does not exit has finished all the same`() throws {
    let stage = Stage()
    stage.limits.graceSeconds = 0.2
    stage.limits.stallSeconds = 0.1
    let path = try stage.messages([Self.done])
    #expect(try stage.run("cat \(path) >&3; exec sleep 100").outcome?.status == .succeeded)
  }

  @Test func `a worker that left its process group is killed all the same`() throws {
    let stage = Stage()
    stage.limits.wallSeconds = 1
    let code = "import os, time; os.setpgid(0, os.getpgid(os.getppid())); print('moved', flush=True); time.sleep(100)"
    let end = try stage.run("exec python3 -c \"\(code)\"")
    #expect(end.problem?.code == .wallLimit)
    #expect(end.report.contains("moved"))
  }

  @Test func `what a worker started goes with it`() throws {
    let stage = Stage()
    let path = try stage.messages([logLine("started")])
    let number = "\(stage.folder.path)/pid"
    nonisolated(unsafe) var descriptor: Int32 = -1
    stage.listener.onMessage = { _ in
      let text = (try? String(contentsOfFile: number, encoding: .utf8)) ?? ""
      descriptor = ote_pidfd_open(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1)
    }
    _ = try stage.run("sleep 1000 & echo $! > \(number); cat \(path) >&3; exit 1")
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    #expect(poll(&entry, 1, 10_000) == 1)
  }

  @Test func `what a worker printed at the end is its report`() throws {
    let end = try Stage().run("echo on stdout; echo on stderr >&2; exit 1")
    #expect(end.report.contains("on stdout\non stderr"))
  }
}

// One at a time: they change this process's own environment.
@Suite(.serialized) struct WorkerEnvironmentTests {
  @Test func `a worker sees the allow-list and none of the host's secrets`() throws {
    setenv("OTE_TEST_PASSWORD", "hunter2", 1)
    setenv("TZ", "UTC", 1)
    defer { unsetenv("OTE_TEST_PASSWORD") }
    let report = try Stage().run("env; exit 1").report
    #expect(report.contains("TZ=UTC"))
    #expect(report.contains("PATH="))
    #expect(!report.contains("hunter2"))
    let names = report.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) }
    let known = Set(WorkerEnvironment.inherited + ["SWIFT_BACKTRACE", "PWD", "SHLVL", "_", "OLDPWD"])
    #expect(names.filter { !known.contains($0) } == [])
  }

  @Test func `a worker also sees what the admin names`() throws {
    setenv("OTE_WORKER_ENV", "OTE_TEST_NAMED, OTE_TEST_MISSING", 1)
    setenv("OTE_TEST_NAMED", "for workers", 1)
    defer { for name in ["OTE_WORKER_ENV", "OTE_TEST_NAMED"] { unsetenv(name) } }
    let report = try Stage().run("env; exit 1").report
    #expect(report.contains("OTE_TEST_NAMED=for workers") && !report.contains("OTE_TEST_MISSING"))
    #expect(!report.contains("OTE_WORKER_ENV"))
  }

  @Test func `a worker is born with six descriptors and no more`() throws {
    let leaked = open("/dev/null", O_RDONLY)  // not close-on-exec, as a careless library leaves one
    defer { close(leaked) }
    let report = try Stage().run("ls /proc/self/fd; exit 1").report
    let numbers = report.split(separator: "\n").compactMap { Int($0) }.sorted()
    // ls itself has the folder open as one more.
    #expect(numbers == [0, 1, 2, 3, 4, 5, 6])
  }
}
