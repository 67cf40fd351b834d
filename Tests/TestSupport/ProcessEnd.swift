// Folders that tests share until their process ends.
import Glibc
import Synchronization

package enum ProcessEnd {
  private static let folders = Mutex<[TemporaryFolder]>([])
  private static let registered: Void = {
    atexit { for folder in ProcessEnd.folders.withLock({ $0 }) { folder.remove() } }
  }()

  /// Keeps the folder until the process ends, and removes it then.
  package static func removes(_ folder: TemporaryFolder) {
    registered
    folders.withLock { $0.append(folder) }
  }
}
