// ote-worker: one run, or one scan, in a process of its own. Speaks on descriptor 3 only; what it prints is a plugin's.
import CWorker
import Engine
import Glibc
import JSONValue
import Model
import PluginLoader
import WorkerProtocol

@main struct WorkerMain {
  static func main() {
    guard CommandLine.arguments.count == 2, let parent = Int32(CommandLine.arguments[1]),
      let page = ote_page_map(OTE_FD_PAGE)
    else {
      print("ote-worker is started by ote, not by hand")
      _exit(64)
    }
    guard ote_die_with_parent(parent) == 0 else { _exit(65) }
    _ = ote_no_new_privileges()
    // Programs that a plugin starts have no business on our control socket.
    for descriptor in OTE_FD_CONTROL...OTE_FD_OUTPUT { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    ote_line_buffered_output()
    ote_boundary_attach(page)
    _ = ote_crash_install()
    let link = ControlLink(descriptor: OTE_FD_CONTROL)
    link.send(.hello(protocolVersion: workerProtocolVersion, abi: 0x0001_0001))
    HostTable.attach(link)
    var reader = MessageReader(descriptor: OTE_FD_CONTROL)
    guard case .some(let first) = try? reader.next(ControlMessage.self) else { _exit(66) }
    switch first {
    case .scan(let path): scan(path, link)
    case .plan(let plan): run(plan, link, &reader)
    default: _exit(67)
    }
  }

  private static func scan(_ path: String, _ link: ControlLink) -> Never {
    limit(memoryBytes: 1 << 30, RunLimits())
    do {
      let module = try Module(path: path, plugin: path, index: 0)
      link.send(.described(try module.describe()))
      link.send(.finished(RunOutcome(status: .succeeded)))
    } catch { link.send(.finished(RunOutcome(status: .failed, problems: [error]))) }
    _exit(0)
  }

  private static func run(_ plan: RunPlan, _ link: ControlLink, _ reader: inout MessageReader) -> Never {
    limit(memoryBytes: plan.limits.memoryBytes, plan.limits)
    let output = PrintedOutput(
      descriptor: OTE_FD_OUTPUT, link: link, linesPerSecond: plan.limits.logLinesPerSecond,
      bytesMax: plan.limits.logBytes)
    output.start()
    let engine = Engine(plan: plan, link: link)
    _ = WorkerThread("run") {
      let outcome = engine.run()
      fflush(nil)
      output.finish()
      link.send(.finished(outcome))
      _exit(0)
    }
    _ = WorkerThread("heartbeat") { beat(engine, link) }
    while let message = try? reader.next(ControlMessage.self) {
      switch message {
      case .cancel: engine.state.cancel()
      case .reply(let id, let outcome): link.received(id, outcome)
      case .ask(let id, let question): engine.answer(question, id)
      case .forget(let id): engine.forget(id)
      default: break
      }
    }
    _exit(68)  // the control plane is gone: nothing may be published any more
  }

  private static func beat(_ engine: Engine, _ link: ControlLink) {
    while true {
      poll(nil, 0, 200)
      link.send(.progress(engine.figures()))
    }
  }

  /// A backstop behind the control plane's own watch of memory: address space that was never touched counts here.
  private static func limit(memoryBytes: Int64, _ limits: RunLimits) {
    var own = ote_limits(
      data_bytes: memoryBytes * 2 + (1 << 30), open_files: Int64(limits.openFiles),
      processes: Int64(limits.processes), core_bytes: 0)
    // Address sanitizer reserves terabytes of shadow memory: under it only the control plane's watch counts.
    if getenv("ASAN_OPTIONS") != nil { own.data_bytes = 0 }
    _ = ote_limit_self(&own)
  }
}
