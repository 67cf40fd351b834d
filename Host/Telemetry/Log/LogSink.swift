// Where the host's log goes: one line after the other to a descriptor, without ever making the host wait for its reader.
import Dispatch
import Glibc
import Synchronization

package final class LogSink: Sendable {
  /// What waits for a reader that does not read. Lines past it are dropped and counted.
  private static let waitingBytesMax = 1 << 20

  private struct State {
    var waitingBytes = 0
    var dropped = 0
  }

  private let descriptor: Int32
  private let queue = DispatchQueue(label: "ote.log", qos: .utility)
  private let state = Mutex(State())

  package init(descriptor: Int32 = STDERR_FILENO) { self.descriptor = descriptor }

  package var dropped: Int { state.withLock { $0.dropped } }

  /// `line` without its newline.
  func write(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    let fits = state.withLock { state in
      guard state.waitingBytes + bytes.count <= Self.waitingBytesMax else {
        state.dropped += 1
        return false
      }
      state.waitingBytes += bytes.count
      return true
    }
    guard fits else { return }
    queue.async { [self] in
      Self.write(bytes, to: descriptor)
      state.withLock { $0.waitingBytes -= bytes.count }
    }
  }

  /// Waits until what was logged is written, but no longer than that.
  package func flush(within seconds: Double) {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + seconds)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      offset += count
    }
  }
}
