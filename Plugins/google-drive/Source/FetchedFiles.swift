// Files that this component has downloaded: the host opens a source twice in a run, and nothing comes twice.
import Glibc
import Synchronization

final class FetchedFiles: Sendable {
  private struct Key: Hashable {
    var id: String
    var etag: String
    var name: String
  }

  private let files = Mutex<[Key: DownloadedFile]>([:])

  /// nil where it was not downloaded, or has changed since, or is no longer on the disk.
  func file(_ item: DriveItem) -> DownloadedFile? {
    guard var kept = files.withLock({ $0[Self.key(item)] }), access(kept.path, R_OK) == 0 else { return nil }
    kept.item = item
    return kept
  }

  func keep(_ file: DownloadedFile) { files.withLock { $0[Self.key(file.item)] = file } }

  private static func key(_ item: DriveItem) -> Key { Key(id: item.file.id, etag: item.etag, name: item.localName) }
}
