// Rows of the `files` schema for what Drive handed over.
import JSONValue
import PluginKit

final class FileRows {
  private var builder = BatchBuilder(.files, capacity: 64)
  private(set) var count = 0
  private let root: String

  /// `root` is the configured folder as it is shown.
  init(root: String) { self.root = root }

  /// `path` is nil where the bytes were not fetched; `change` is "new" or "changed" of an incremental reading.
  func append(_ item: DriveItem, path: String?, bytes: Int64?, change: String?) {
    builder[0].append(Self.uri(item.file.id))
    if let path { builder[1].append(path) } else { builder[1].appendNull() }
    if let bytes { builder[2].append(bytes) } else { builder[2].appendNull() }
    builder[3].append(item.etag)
    if let modified = item.file.modifiedMicroseconds { builder[4].append(modified) } else { builder[4].appendNull() }
    builder[5].append(item.mediaType)
    builder[6].append(attributes(item, change))
    count += 1
  }

  func appendDeleted(relative: String, id: String) {
    builder[0].append(Self.uri(id))
    for column in 1...5 { builder[column].appendNull() }
    let attributes: JSONValue = [
      "change": "deleted", "id": .string(id), "folder": .string(root), "relative_path": .string(relative),
    ]
    builder[6].append(attributes.text)
    count += 1
  }

  func finish() -> RecordBatch {
    count = 0
    return builder.finish()
  }

  private static func uri(_ id: String) -> String { "gdrive:\(id)" }

  private func attributes(_ item: DriveItem, _ change: String?) -> String {
    var object: [String: JSONValue] = [
      "folder": .string(root), "relative_path": .string(item.relative), "id": .string(item.file.id),
      "name": .string(item.file.name), "mime_type": .string(item.file.mimeType),
    ]
    object["md5"] = item.file.md5.map { .string($0) }
    object["drive"] = item.file.driveID.map { .string($0) }
    object["exported_as"] = item.format.map { .string($0.ending) }
    object["change"] = change.map { .string($0) }
    return JSONValue.object(object).text
  }
}
