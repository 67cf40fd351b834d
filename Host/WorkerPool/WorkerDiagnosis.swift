// From a dead worker to a problem with the right blame.
import CWorker
import Model

extension WorkerWatch {
  /// What we learned from the exit status, the shared page and our own reason to kill, in one problem.
  func diagnose(exit: WorkerProcess.Exit, report: String) -> Problem {
    let page = process.page.pointee
    // A crash first: a worker can also hang in its own crash report, and be killed for that.
    if page.signal != 0 { return crash(signal: page.signal, report: report) }
    if let killReason { return problem(for: killReason) }
    if case .signal(let signal) = exit {
      let culprit = busiest()
      if signal == SIGKILLNumber {
        return Problem(
          .memoryLimit,
          "the system killed the worker (SIGKILL)\(inside(culprit)); most often it ran out of memory",
          origin: .external, node: culprit?.name, plugin: culprit?.plugin, retryable: false)
      }
      return Problem(
        .pluginCrashed, "the worker was killed by \(signalText(signal))\(inside(culprit))", node: culprit?.name,
        plugin: culprit?.plugin)
    }
    guard case .code(let code) = exit else { return Problem(.hostFailed, "the worker ended for no known reason") }
    return exited(code, page: page)
  }

  private func exited(_ code: Int32, page: ote_page) -> Problem {
    var culprit = named(page.exit_node)
    culprit?.call = page.call
    // A thread of a plugin's own called exit(), or somebody _exit(): the worker itself would have finished first.
    if culprit == nil { culprit = busiest() }
    if let culprit {
      return Problem(
        .pluginExited,
        "plugin '\(culprit.plugin)' ended the worker process with exit(\(code)) in \(callName(culprit.call))",
        node: culprit.name, plugin: culprit.plugin)
    }
    return Problem(.hostFailed, "the worker exited with code \(code) before it had finished", origin: .host)
  }

  private func crash(signal: Int32, report: String) -> Problem {
    let page = process.page.pointee
    var culprit = named(page.node)
    if culprit == nil, let plugin = moduleAt(page.pc) {
      let own = blame.nodes.filter { $0.plugin == plugin }
      culprit = (own.count == 1 ? own[0].name : nil, plugin, page.call)
    }
    culprit?.call = page.call
    // A thread of a plugin's library works for whoever is inside that plugin now.
    if culprit == nil, page.foreign_thread != 0 { culprit = busiest() }
    guard let culprit else {
      return Problem(.hostFailed, "the worker was killed by \(signalText(signal)) outside any plugin", origin: .host)
    }
    var detail = "its worker was killed by \(signalText(signal)) in \(place(culprit))"
    if let frame = frame(in: report, of: culprit.plugin) { detail += ", at \(frame)" }
    return Problem(.pluginCrashed, detail, node: culprit.name, plugin: culprit.plugin)
  }

  private func problem(for reason: KillReason) -> Problem {
    let culprit = busiest()
    func make(_ code: ProblemCode, _ detail: String) -> Problem {
      Problem(code, detail, node: culprit?.name, plugin: culprit?.plugin)
    }
    switch reason {
    case .wall:
      return make(.wallLimit, "the run was stopped after \(text(limits.wallSeconds)) s\(inside(culprit))")
    case .stall:
      var problem = make(.pluginStalled, "no sign of life for \(text(limits.stallSeconds)) s\(inside(culprit))")
      if culprit == nil { problem.origin = .host }
      return problem
    case .memory(let bytes):
      return make(
        .memoryLimit,
        "the worker held \(bytes >> 20) MiB, its limit is \(limits.memoryBytes >> 20) MiB\(inside(culprit))")
    case .cancelIgnored:
      return make(
        .cancelIgnored, "killed \(text(limits.graceSeconds)) s after it was asked to stop\(inside(culprit))")
    case .protocolBroken(let detail):
      return make(.workerProtocolBroken, detail)
    }
  }

  /// `name` is nil where a plugin is to blame outside any node: while it loads, describes itself or is set up.
  typealias Culprit = (name: String?, plugin: String, call: Int32)

  /// The node that entered a plugin last, of all threads inside one: callers further out wait for it.
  func busiest() -> Culprit? {
    let page = process.page
    let count = min(Int(page.pointee.threads), Int(OTE_THREADS_MAX))
    let slots = withUnsafePointer(to: &page.pointee.thread) {
      $0.withMemoryRebound(to: ote_thread_slot.self, capacity: count) {
        Array(UnsafeBufferPointer(start: $0, count: count))
      }
    }
    let inside = slots.filter { $0.depth > 0 && $0.node != OTE_NODE_HOST }
    guard let latest = inside.max(by: { $0.since_ns < $1.since_ns }), var culprit = named(latest.node) else {
      return nil
    }
    culprit.call = latest.call
    return culprit
  }

  private func named(_ node: Int32) -> Culprit? {
    let module = Int(ote_node_module(0) - node)
    if module >= 0, module < blame.plugins.count { return (nil, blame.plugins[module], 0) }
    guard node >= 0, Int(node) < blame.nodes.count else { return nil }
    return (blame.nodes[Int(node)].name, blame.nodes[Int(node)].plugin, 0)
  }

  private func moduleAt(_ address: UInt64) -> String? {
    let page = process.page
    let count = min(Int(page.pointee.modules), Int(OTE_MODULES_MAX))
    let ranges = withUnsafePointer(to: &page.pointee.module) {
      $0.withMemoryRebound(to: ote_module_range.self, capacity: count) {
        Array(UnsafeBufferPointer(start: $0, count: count))
      }
    }
    guard let hit = ranges.first(where: { $0.start <= address && address < $0.end }) else { return nil }
    return blame.plugins.indices.contains(Int(hit.plugin)) ? blame.plugins[Int(hit.plugin)] : nil
  }

  private func inside(_ culprit: Culprit?) -> String { culprit.map { "; it was in \(place($0))" } ?? "" }

  private func place(_ culprit: Culprit) -> String {
    let call = callName(culprit.call)
    return call.isEmpty ? "plugin '\(culprit.plugin)'" : "\(call) of plugin '\(culprit.plugin)'"
  }

  /// The first frame of the plugin's own file in a C backtrace: `libx.so(symbol+0x12) [0x...]`.
  private func frame(in report: String, of plugin: String) -> String? {
    for line in report.split(separator: "\n") where line.contains(".so(") && line.contains("/plugins/") {
      guard let slash = line.lastIndex(of: "/") else { continue }
      return String(line[line.index(after: slash)...].prefix { $0 != " " && $0 != "[" })
    }
    return nil
  }

  private func text(_ seconds: Double) -> String {
    seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
  }
}

let SIGKILLNumber: Int32 = 9

func callName(_ call: Int32) -> String {
  let names = [
    "", "setup", "describe", "create", "destroy", "bind", "open", "get_schema", "get_next", "release", "begin",
    "observe", "finish", "write", "commit", "abort", "interrupt", "query", "loading", "check",
    "list", "generate", "embed", "count_tokens", "taking an event", "train", "evaluate", "run", "notify",
  ]
  return names.indices.contains(Int(call)) ? names[Int(call)] : ""
}
