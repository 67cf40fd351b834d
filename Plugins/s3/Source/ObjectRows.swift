// Objects as rows of the `files` schema.
import FileNames
import HTTPTransfer
import JSONValue
import PluginKit

struct ObjectRows {
  private var builder: BatchBuilder
  private let bucket: String
  private(set) var count = 0

  init(bucket: String, capacity: Int) {
    builder = BatchBuilder(.files, capacity: capacity)
    self.bucket = bucket
  }

  /// `link` stands in for the object's own address; `path` is where it lies on this machine.
  mutating func append(_ object: ListedObject, relative: String, path: String?, link: String? = nil) throws {
    let media = MediaType(fileName: relative)
    var attributes: [String: JSONValue] = [
      "bucket": .string(bucket), "key": .string(object.key), "relative_path": .string(relative),
    ]
    attributes["compression"] = media.compression.map { .string($0) }
    attributes["storage_class"] = object.storageClass.map { .string($0) }
    builder[0].append(link ?? Self.uri(bucket, object.key))
    if let path { builder[1].append(path) } else { builder[1].appendNull() }
    builder[2].append(object.size)
    if object.etag.isEmpty { builder[3].appendNull() } else { builder[3].append(object.etag) }
    if let modified = object.modified { builder[4].append(modified) } else { builder[4].appendNull() }
    builder[5].append(media.name)
    builder[6].append(JSONValue.object(attributes).text)
    count += 1
  }

  mutating func finish() -> RecordBatch { builder.finish() }

  static func uri(_ bucket: String, _ key: String) -> String {
    "s3://\(bucket)/\(PercentEncoding.encode(key, slashes: true))"
  }
}
