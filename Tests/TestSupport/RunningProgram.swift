// One program that a test has started: its stderr line by line while it runs, and what it answered once it has ended.
import CWorker
import Foundation
import Glibc
package import JSONValue
package import Model

/// Belongs to the test that started it: not for several threads.
package final class RunningProgram {
  package let pid: Int32
  private let errors: Int32
  private let output: Int32
  private var unread: [UInt8] = []
  private var said = ""
  private var ended: Int32?

  /// Starts it without a shell; stdin is `input`, or empty.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String], input: String = "/dev/null"
  ) throws {
    var pipe: [Int32] = [-1, -1]
    guard ote_pipe(&pipe) == 0, let file = tmpfile() else { throw POSIXFailure("pipe") }
    output = fcntl(fileno(file), F_DUPFD_CLOEXEC, 10)
    fclose(file)
    errors = pipe[0]
    defer { close(pipe[1]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, pipe[1], 2)
    // Foundation learns of a child's end by a socket that closes: a server that inherited it would keep it open.
    // (addclosefrom_np is hidden from Swift; to close what is not open is no error.)
    for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    // Threads of a test hold back signals; the program must hear them.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let argv = ([path] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var child: Int32 = 0
    let code = posix_spawn(&child, path, &actions, &attributes, argv, envp)
    guard code == 0 else { throw POSIXFailure("start \(path)", code) }
    pid = child
  }

  deinit {
    if ended == nil {
      kill(pid, SIGKILL)
      reap()
    }
    close(errors)
    close(output)
  }

  package func signal(_ signal: Int32) { kill(pid, signal) }

  /// Blocks until a line of stderr is what the caller waits for, and answers it; nil when the program ended before.
  @discardableResult
  package func waitForLine(within seconds: Double = 60, _ isWanted: (String) -> Bool) throws -> String? {
    let deadline = Date() + seconds
    while true {
      while let line = nextLine() { if isWanted(line) { return line } }
      guard try readMore(until: deadline) else { return nil }
    }
  }

  /// Blocks until it has ended. A program that takes too long is killed, which is a failure of the test.
  package func finish(within seconds: Double = 120) throws -> ProgramResult {
    let deadline = Date() + seconds
    while try readMore(until: deadline) { while nextLine() != nil {} }
    while nextLine() != nil {}
    said += String(decoding: unread, as: UTF8.self)
    unread = []
    let code = reap()
    return ProgramResult(code: code, output: written(), errors: said)
  }

  private func nextLine() -> String? {
    guard let end = unread.firstIndex(of: 10) else { return nil }
    let line = String(decoding: unread[..<end], as: UTF8.self)
    unread.removeSubrange(...end)
    said += line + "\n"
    return line
  }

  /// False at the end of stderr.
  private func readMore(until deadline: Date) throws -> Bool {
    var entry = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, Int32(max(0, deadline.timeIntervalSinceNow * 1000))) > 0 else {
      kill(pid, SIGKILL)
      throw TookTooLong(said: said)
    }
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(errors, &chunk, chunk.count)
    guard count > 0 else { return false }
    unread += chunk[0..<count]
    return true
  }

  @discardableResult
  private func reap() -> Int32 {
    if let ended { return ended }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    let code = signal == 0 ? (status >> 8) & 0xff : -signal
    ended = code
    return code
  }

  private func written() -> String {
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while case let count = pread(output, &chunk, chunk.count, text.count), count > 0 { text += chunk[0..<count] }
    return String(decoding: text, as: UTF8.self)
  }

  /// Processes that it has started and that still run.
  package func children() throws -> [ChildProcess] { try ChildProcess.children(of: pid) }

  package struct TookTooLong: Error, CustomStringConvertible {
    package let said: String
    package var description: String { "the program did not end in time; it said:\n\(said.suffix(4000))" }
  }
}

/// Somebody else's child, held so that its end is noticed although its id may be used again.
package final class ChildProcess {
  package let pid: Int32
  private let descriptor: Int32

  init?(_ pid: Int32) {
    self.pid = pid
    descriptor = ote_pidfd_open(pid)
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  package func signal(_ signal: Int32) { kill(pid, signal) }

  /// Its own children.
  package func children() throws -> [ChildProcess] { try Self.children(of: pid) }

  static func children(of parent: Int32) throws -> [ChildProcess] {
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")
    return threads.flatMap { thread in
      let text = (try? String(contentsOfFile: "/proc/\(parent)/task/\(thread)/children", encoding: .utf8)) ?? ""
      return text.split(separator: " ").compactMap { Int32($0) }.compactMap(ChildProcess.init)
    }
  }

  /// True when it has ended by then.
  package func ends(within seconds: Double) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, Int32(seconds * 1000)) > 0
  }
}

package struct ProgramResult: Sendable {
  /// The exit code, or minus the signal that ended it.
  package var code: Int32
  package var output: String
  package var errors: String

  package func json() throws -> JSONValue { try JSONValue(parsing: output) }
  package func report() throws -> RunReport { try json().decode(RunReport.self) }
}

struct POSIXFailure: Error, CustomStringConvertible {
  let description: String
  init(_ what: String, _ code: Int32 = errno) { description = "cannot \(what): \(String(cString: strerror(code)))" }
}
