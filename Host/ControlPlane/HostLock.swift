// One host a store: two would start each other's runs.
import Glibc
import Model

/// Held for the life of the process; the kernel drops it with the process, however that ends.
final class HostLock: Sendable {
  private let descriptor: Int32

  /// OTE-5007 where another host has it.
  init(home: String) throws(Problem) {
    let path = "\(home)/serve.lock"
    descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Problem(
        errno == ENOSPC || errno == EDQUOT ? .diskFull : .storeUnreadable,
        "cannot write \(path): \(String(cString: strerror(errno)))", at: ProblemLocation(file: path))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw Problem(.storeInUse, "another `ote serve` runs on \(home)", at: ProblemLocation(file: home))
    }
  }

  deinit { close(descriptor) }
}
