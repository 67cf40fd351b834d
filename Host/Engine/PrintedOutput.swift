// What plugins print: the worker reads its own stdout and stderr, so that each line finds the node that was running.
import CWorker
import Glibc
import Model
import Synchronization
import WorkerProtocol

package final class PrintedOutput: Sendable {
  /// One per process: there is one stdout.
  static var shared: PrintedOutput? { current.withLock { $0 } }
  private static let current = Mutex<PrintedOutput?>(nil)

  private let descriptor: Int32
  private let link: ControlLink
  private let linesPerSecond: Int
  private let bytesMax: Int64

  private struct Reading {
    /// The node that entered a plugin last. It changes under the lock that reading holds: a line never changes hands.
    var running: String?
    var partial: [UInt8] = []
    var second: UInt64 = 0
    var lines = 0
    var dropped = 0
    var bytes: Int64 = 0
  }
  private let reading = Mutex(Reading())

  package init(descriptor: Int32, link: ControlLink, linesPerSecond: Int, bytesMax: Int64) {
    self.descriptor = descriptor
    self.link = link
    self.linesPerSecond = linesPerSecond
    self.bytesMax = bytesMax
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  /// Reads in the background from now on, so that a plugin that prints much is never blocked by a full pipe.
  package func start() {
    Self.current.withLock { $0 = self }
    _ = WorkerThread("output") { [self] in
      while true {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&entry, 1, -1) < 0, errno != EINTR { return }
        if reading.withLock({ drain(&$0) }) == .closed { return }
      }
    }
  }

  /// Answers the node that was running so far: the caller, where one node pulls from another.
  func entered(node: String) -> String? {
    reading.withLock { state in
      if ote_pending_bytes(descriptor) > 0 { drain(&state) }
      defer { state.running = node }
      return state.running
    }
  }

  /// The plugin has returned: what lies in the pipe is its.
  func left(node: String, to outer: String?) {
    reading.withLock { state in
      if ote_pending_bytes(descriptor) > 0 {
        state.running = node
        drain(&state)
      }
      state.running = outer
    }
  }

  /// Sends what is left, also an unfinished line.
  package func finish() {
    reading.withLock { state in
      drain(&state)
      if !state.partial.isEmpty { emit(&state, state.partial) }
      state.partial = []
      hold([])
      tellDropped(&state)
    }
  }

  private enum Drained { case empty, full, closed }

  /// Reads a bounded part: a plugin that prints without end must not keep the others waiting for the lock.
  @discardableResult
  private func drain(_ state: inout Reading) -> Drained {
    var chunk = [UInt8](repeating: 0, count: 32 << 10)
    for _ in 0..<32 {
      // A crash report would die with us between reading and sending: it is left to the control plane.
      guard ote_crashed() == 0 else { return .closed }
      let n = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if n <= 0 { return n == 0 ? .closed : .empty }
      hold(state.partial + chunk[0..<n])
      take(&state, chunk[0..<n])
      hold(state.partial)
    }
    return .full
  }

  /// What has left the pipe and is not with the control plane: a crash tells it.
  private func hold(_ bytes: [UInt8]) { bytes.withUnsafeBytes { ote_hold_printed($0.baseAddress, $0.count) } }

  private static let lineBytesMax = 8 << 10

  private func take(_ state: inout Reading, _ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while let end = rest.firstIndex(of: 10) {
      if state.partial.isEmpty {
        emit(&state, Array(rest[rest.startIndex..<end].prefix(Self.lineBytesMax)))
      } else {
        emit(&state, Array((state.partial + rest[rest.startIndex..<end]).prefix(Self.lineBytesMax)))
        state.partial = []
      }
      rest = rest[(end + 1)...]
    }
    if state.partial.count < Self.lineBytesMax { state.partial += rest.prefix(Self.lineBytesMax) }
  }

  private func emit(_ state: inout Reading, _ line: [UInt8]) {
    let second = ote_now_ns() / 1_000_000_000
    if second != state.second {
      tellDropped(&state)
      state.second = second
      state.lines = 0
    }
    state.lines += 1
    state.bytes += Int64(line.count)
    guard state.lines <= linesPerSecond, state.bytes <= bytesMax else {
      state.dropped += 1
      return
    }
    let text = String(decoding: line, as: UTF8.self)
    link.send(.log(LogLine(at: TimeStamp.now(), level: .info, node: state.running, from: "output", text: text)))
  }

  private func tellDropped(_ state: inout Reading) {
    guard state.dropped > 0 else { return }
    let text = "\(state.dropped) printed lines dropped: over the limit of \(linesPerSecond) lines a second"
    state.dropped = 0
    link.send(.log(LogLine(at: TimeStamp.now(), level: .warning, node: nil, from: "host", text: text)))
  }
}
