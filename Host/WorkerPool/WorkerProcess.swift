// One child process, from spawn to reap: its pid, its control socket, the pipe of what it prints, and the shared page.
import CWorker
package import Model

/// Must be spawned from a thread that lives as long as the worker: Linux ties "die with the parent" to that thread.
package final class WorkerProcess {
  package let pid: Int32
  let control: Int32
  let output: Int32
  let pidDescriptor: Int32
  let page: UnsafeMutablePointer<ote_page>
  private var reaped = false

  package init(executable: String, arguments: [String] = [], environment: [String]) throws(Problem) {
    var sockets: [Int32] = [-1, -1]
    var pipe: [Int32] = [-1, -1]
    var pageDescriptor: Int32 = -1
    var mapped: UnsafeMutablePointer<ote_page>?
    var failure = ote_socketpair(&sockets)
    if failure == 0 { failure = ote_pipe(&pipe) }
    if failure == 0 { failure = ote_page_create(&pageDescriptor, &mapped) }
    defer { [sockets[1], pipe[1], pageDescriptor].filter { $0 >= 0 }.forEach { closeDescriptor($0) } }
    guard failure == 0, let mapped else {
      [sockets[0], pipe[0]].filter { $0 >= 0 }.forEach { closeDescriptor($0) }
      throw Problem(.workerNotStarted, "cannot prepare a worker: \(errorText(failure))")
    }
    var child: Int32 = 0
    failure = withCStrings([executable] + arguments) { argv in
      withCStrings(environment) { envp in
        ote_spawn(&child, executable, argv, envp, sockets[1], pageDescriptor, pipe[0], pipe[1])
      }
    }
    guard failure == 0 else {
      [sockets[0], pipe[0]].forEach { closeDescriptor($0) }
      ote_page_unmap(mapped)
      throw Problem(.workerNotStarted, "cannot start \(executable): \(errorText(failure))")
    }
    pid = child
    WorkerCensus.began(child)
    control = sockets[0]
    output = pipe[0]
    page = mapped
    pidDescriptor = ote_pidfd_open(child)
    makeNonBlocking(output)
    // A worker that a plugin has frozen reads nothing.
    limitSending(control, seconds: 30)
    // Without it nobody would notice the worker's death. The deinit kills and reaps.
    guard pidDescriptor >= 0 else { throw Problem(.workerNotStarted, "cannot watch a worker: too many open files") }
  }

  deinit {
    if !reaped { _ = reap() }
    closeDescriptor(control)
    closeDescriptor(output)
    if pidDescriptor >= 0 { closeDescriptor(pidDescriptor) }
    ote_page_unmap(page)
  }

  /// Kills the worker and whatever it started, also where a plugin has moved the worker to another process group.
  func kill() {
    guard !reaped else { return }
    killGroup(pid)
    if pidDescriptor >= 0 { _ = ote_pidfd_signal(pidDescriptor, SIGKILLNumber) }
  }

  /// Collects the exit reason; kills first if it still runs. Children that a plugin left behind go with it.
  func reap() -> Exit {
    var exited: Int32 = 0
    var code: Int32 = 0
    var signal: Int32 = 0
    kill()
    _ = ote_wait(pid, 1, &exited, &code, &signal)
    reaped = true
    WorkerCensus.ended(pid)
    return signal != 0 ? .signal(signal) : .code(code)
  }

  enum Exit: Equatable { case code(Int32), signal(Int32) }

  /// Anonymous memory it holds now, in bytes; file mappings (libraries) are not counted.
  func anonymousBytes() -> Int64? {
    guard let text = readSmallFile("/proc/\(pid)/statm") else { return nil }
    let pages = text.split(separator: " ").compactMap { Int64($0) }
    guard pages.count > 2 else { return nil }
    return (pages[1] - pages[2]) * pageBytes
  }
}
