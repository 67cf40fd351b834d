// One run of the Python process: its events become metrics, progress and log lines, until it ends or has to.
import Glibc
import JSONValue
import PluginKit

/// Used by one thread.
final class TrainingSession {
  /// How long a process that was asked to stop may take before it is ended.
  private static let graceMilliseconds: Int64 = 2_000
  private static let lookMilliseconds: Int32 = 100
  private static let signOfLifeMilliseconds: Int64 = 2_000
  private static let logLinesKept = 12

  private let child: ChildProcess
  private let run: Run
  private let sink: EventSink?
  private var events: LineReader
  private var output: LineReader
  private var lastLines: [String] = []
  private var failure: PluginError?
  private var isDone = false
  private var stopDeadline: Int64?
  private var position: (step: Int, of: Int) = (0, 0)
  private var shownAt: Int64 = 0

  private(set) var estimate: JSONValue?
  private(set) var lastCheckpoint: Int?

  init(_ child: ChildProcess, _ run: Run, _ sink: EventSink?) {
    self.child = child
    self.run = run
    self.sink = sink
    events = LineReader(child.events)
    output = LineReader(child.output)
  }

  /// Returns once the process has done its work. Throws what it failed with; no process is left either way.
  func finish() throws {
    defer { child.end() }
    while !(events.isAtEnd && hasEnded) {
      wait()
      take()
      if failure == nil, run.isCancelled { stop(because: .cancelled) }
      if let stopDeadline, now() > stopDeadline { break }
      showLife()
    }
    let code = child.end()
    if let failure { throw failure }
    if !isDone { throw ended(code) }
  }

  private func wait() {
    var list = [
      pollfd(fd: events.isAtEnd ? -1 : child.events, events: Int16(POLLIN), revents: 0),
      pollfd(fd: output.isAtEnd ? -1 : child.output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: child.ended, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stopDeadline == nil ? run.cancelFD : -1, events: Int16(POLLIN), revents: 0),
    ]
    _ = poll(&list, nfds_t(list.count), Self.lookMilliseconds)
  }

  private var hasEnded: Bool {
    var entry = pollfd(fd: child.ended, events: Int16(POLLIN), revents: 0)
    return child.ended < 0 || poll(&entry, 1, 0) == 1
  }

  private func take() {
    for line in output.lines() { log(line) }
    for event in events.lines().compactMap(RunnerEvent.init) {
      do { try take(event) } catch { stop(because: PluginError(wrapping: error)) }
    }
  }

  private func take(_ event: RunnerEvent) throws {
    switch event {
    case .phase(let name): run.log(.info, name)
    case .progress(let step, let of):
      position = (step, of)
      show()
    case .metric(let name, let value, let step): try sink?.metric(name, value, step: step)
    case .checkpoint(let step): lastCheckpoint = step
    case .resumed(let step): run.log(.info, "going on from the checkpoint of step \(step)")
    case .estimate(let found):
      estimate = found
      if let words = found["words"]?.string { run.log(.info, "memory needed: \(words)") }
    case .done: isDone = true
    case .failed(let error): stop(because: error)
    }
  }

  /// The first reason counts.
  private func stop(because reason: PluginError) {
    if failure == nil { failure = reason }
    guard stopDeadline == nil else { return }
    stopDeadline = now() + Self.graceMilliseconds
    child.askToStop()
  }

  private func log(_ line: String) {
    lastLines = lastLines.suffix(Self.logLinesKept - 1) + [line]
    run.log(.debug, line)
  }

  private func showLife() { if now() - shownAt > Self.signOfLifeMilliseconds { show() } }

  private func show() {
    shownAt = now()
    run.progress(UInt64(position.step), of: position.of > 0 ? UInt64(position.of) : nil, "steps")
  }

  /// It ended without saying why.
  private func ended(_ code: Int32) -> PluginError {
    var details: [String: JSONValue] = ["vendor_code": .int(Int64(code))]
    details["checkpoint_step"] = lastCheckpoint.map { .int(Int64($0)) }
    let goesOn =
      lastCheckpoint.map { " The checkpoint of step \($0) is kept: the same training goes on from there." } ?? ""
    if code == -SIGKILL {
      return PluginError(
        .resource,
        "the training process was killed (signal 9), most likely because memory ran out. Lower batch_size or max_length, "
          + "or give it more memory.\(goesOn)", details: details)
    }
    details["log"] = .string(lastLines.joined(separator: "\n"))
    let how = code < 0 ? "was ended by signal \(-code)" : "ended with code \(code)"
    return PluginError(.internal, "the training process \(how) without saying why.\(goesOn)", details: details)
  }

  private func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
