// How much disk the host's state takes, and how much is left.
import Foundation
import Glibc
import MetadataStore
import Synchronization

package final class StoreFigures: Sendable {
  /// Adding up all versions reads them all: not more often than this.
  private static let datasetsKeptSeconds = 60.0

  private let metadata: MetadataStore
  private let home: String
  private let datasets = Mutex<(bytes: Int64, at: Date)?>(nil)

  init(_ metadata: MetadataStore, home: String) {
    self.metadata = metadata
    self.home = home
  }

  /// The SQLite file with its log.
  package var metadataBytes: Int64? {
    let sizes = ["", "-wal", "-shm"].compactMap { Self.bytes(of: metadata.path + $0) }
    return sizes.isEmpty ? nil : sizes.reduce(0, +)
  }

  /// Of all versions that were published; blocks on the store.
  package var datasetBytes: Int64? {
    if let known = datasets.withLock({ $0 }), -known.at.timeIntervalSinceNow < Self.datasetsKeptSeconds {
      return known.bytes
    }
    guard let bytes = try? metadata.datasetBytes() else { return nil }
    datasets.withLock { $0 = (bytes, Date()) }
    return bytes
  }

  package var diskFreeBytes: Int64? {
    var status = statvfs()
    guard statvfs(home, &status) == 0 else { return nil }
    return Int64(status.f_bavail) * Int64(status.f_frsize)
  }

  private static func bytes(of path: String) -> Int64? {
    let facts = try? FileManager.default.attributesOfItem(atPath: path)
    return (facts?[.size] as? NSNumber)?.int64Value
  }
}
