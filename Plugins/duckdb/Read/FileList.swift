// The files that flow into `read`.
import PluginKit
import Synchronization

struct FileEntry: Hashable {
  var path: String
  var uri: String?
  var size: Int64?
  var mediaType: String?

  /// Without the folder.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// Pulls the list once, for whoever asks first. The table and its rejects may ask from two threads.
final class FileList: @unchecked Sendable {
  private struct State {
    var stream: ImportedStream?
    var entries: [FileEntry]?
  }

  private let lock = Mutex(())
  private var state: State

  init(_ stream: ImportedStream) { state = State(stream: stream) }

  /// Whether none is fine has been decided by the source of the list. Throws what that throws.
  func entries() throws -> [FileEntry] {
    try lock.withLock { _ in
      if let entries = state.entries { return entries }
      let entries = try Self.read(state.stream)
      // Not closed before the end: the run of the node that made the list lasts as long as its stream.
      state.entries = entries
      return entries
    }
  }

  private static func read(_ stream: ImportedStream?) throws -> [FileEntry] {
    guard let stream, let path = stream.schema.index(of: "path") else {
      throw PluginError(.data, "the input of read is not a list of files: it has no column \"path\"")
    }
    var entries: [FileEntry] = []
    while let batch = try stream.next() {
      let paths = batch.column(path)
      let (uris, sizes, types) = (batch.column("uri"), batch.column("size"), batch.column("media_type"))
      for row in 0..<batch.rowCount {
        let uri = uris?.string(row)
        guard let path = paths.string(row) else {
          throw PluginError(
            .data, "the file \(uri ?? "in row \(row)") has no local path: its source must bring it here first")
        }
        entries.append(FileEntry(path: path, uri: uri, size: sizes?.int64(row), mediaType: types?.string(row)))
      }
    }
    // DuckDB would take these for patterns and look at other files.
    if let odd = entries.first(where: { $0.path.contains { "*?[".contains($0) } }) {
      throw PluginError(
        .unsupported, "the file name \(odd.path) holds *, ? or [, which would match other files: rename it")
    }
    return entries
  }
}
