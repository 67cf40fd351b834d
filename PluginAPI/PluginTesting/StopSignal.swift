// The wish to stop, as a flag and as a descriptor that poll() can wait for.
internal import Glibc
internal import Synchronization

final class StopSignal: Sendable {
  private let raised = Atomic<Bool>(false)
  private let ends: (read: Int32, write: Int32)

  init() {
    var pair: [Int32] = [-1, -1]
    precondition(pipe(&pair) == 0, "no pipe")
    for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    ends = (pair[0], pair[1])
  }

  deinit {
    close(ends.read)
    close(ends.write)
  }

  var descriptor: Int32 { ends.read }
  var isRaised: Bool { raised.load(ordering: .relaxed) }

  func raise() {
    guard !raised.exchange(true, ordering: .sequentiallyConsistent) else { return }
    _ = write(ends.write, [UInt8(1)], 1)
  }
}
