// The Python process: its own group, two pipes to read, one whose end tells it to stop.
import CChildProcess
import Glibc
import JSONValue
import PluginKit

/// Used by one thread. Whoever made it has to call `end()`: afterwards no process of the group is left.
final class ChildProcess {
  let pid: pid_t
  let events: Int32
  let output: Int32
  /// Readable once the process has ended.
  let ended: Int32
  private var control: Int32
  private var code: Int32?

  init(_ arguments: [String], environment: [String]) throws {
    let output = try Self.pipe()
    let events = try Self.pipe()
    let control = try Self.pipe()
    var pid: pid_t = 0
    let failure = withCStrings(arguments) { arguments in
      withCStrings(environment) { environment in
        ote_child_start(&pid, arguments[0], arguments, environment, output.write, events.write, control.read)
      }
    }
    for end in [output.write, events.write, control.read] { close(end) }
    self.pid = pid
    self.output = output.read
    self.events = events.read
    self.control = control.write
    ended = failure == 0 ? ote_child_watch(pid) : -1
    guard failure == 0 else {
      closeEnds()
      throw PluginError(
        .unsupported, "cannot start \(arguments[0]): \(String(cString: strerror(failure)))",
        details: ["file": .string(arguments[0]), "vendor_code": .int(Int64(failure))])
    }
  }

  private static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: (Int32, Int32) = (-1, -1)
    let failure = ote_child_pipe(&ends.0, &ends.1)
    guard failure == 0 else { throw PluginError(.resource, "no pipe: \(String(cString: strerror(failure)))") }
    return ends
  }

  /// The process sees it before its next batch, and ends.
  func askToStop() {
    guard control >= 0 else { return }
    close(control)
    control = -1
  }

  func kill() { ote_child_kill_group(pid) }

  /// Ends what is left of the group, waits, and answers the exit code, or minus the signal. May be called twice.
  @discardableResult
  func end() -> Int32 {
    if let code { return code }
    askToStop()
    let isOver = ended >= 0 && isReadable(ended)
    // Before the wait, while the process number is certainly still ours.
    kill()
    let code = ote_child_reap(pid)
    // What it ended by itself with counts, not that its group was swept.
    self.code = isOver || code >= 0 ? code : -SIGKILL
    closeEnds()
    return self.code ?? code
  }

  private func isReadable(_ descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) == 1
  }

  private func closeEnds() {
    for end in [events, output, ended, control] where end >= 0 { close(end) }
    control = -1
  }
}

private func withCStrings<R>(_ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R) -> R {
  var copies: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
  copies.append(nil)
  defer { for copy in copies { free(copy) } }
  return copies.withUnsafeBufferPointer { buffer in
    guard let start = buffer.baseAddress else { preconditionFailure("a list that ends with nil has a start") }
    return body(start)
  }
}
