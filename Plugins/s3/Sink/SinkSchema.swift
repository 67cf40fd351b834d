// The descriptor of `sink`: ports, form and examples.
import JSONValue
import PluginKit

enum SinkSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "sink", title: "S3", summary: "Stores files in a bucket of an S3-compatible store.", docs: docs,
      inputs: [.files()], config: config,
      examples: [
        .init(
          title: "Into a folder of a bucket, nothing is overwritten",
          config: ["bucket": "my-results", "prefix": "2024/", "login": "profile"]),
        .init(
          title: "A store of one's own, newer files win",
          config: [
            "endpoint": "https://s3.example.org", "bucket": "lake", "prefix": "out/", "overwrite": "replace",
            "access_key": "AKIAEXAMPLE", "secret_key": "${secrets.S3_SECRET}",
          ]),
      ])
  }

  private static let docs = """
    Takes files; a table is turned into files by `duckdb/write` before. Large ones are uploaded in parts while the run \
    goes on, and appear only when it commits; small ones are sent at the commit, each in one request. Each object \
    appears whole or not at all. When one cannot be stored, those new ones before it are removed again; replaced ones \
    cannot be brought back unless the bucket keeps versions. A stopped run leaves no uploads behind.

    A file is stored under the prefix and its `relative_path` attribute (with `keep_folders`), otherwise under its own \
    name.

    \(ConnectionSchema.connectionDocs)
    """

  private static let config: JSONValue = [
    "type": "object",
    "required": ["bucket"],
    "additionalProperties": false,
    "x-order": .array(
      ["bucket", "prefix", "overwrite", "keep_folders"] + ConnectionSchema.order
        + ["storage_class", "part_size", "parallel"]),
    "properties": .object(ConnectionSchema.properties.merging(properties) { $1 }),
  ]

  private static let properties: [String: JSONValue] = [
    "bucket": ConnectionSchema.bucket,
    "prefix": [
      "type": "string", "title": "Prefix", "default": "", "x-options": "dynamic", "x-placeholder": "folder/",
      "description": "Comes before each file's name as it stands. A folder ends with a slash.",
    ],
    "overwrite": [
      "type": "string", "title": "Objects that exist", "default": "fail", "enum": ["fail", "replace", "skip"],
      "description": "fail: stop, nothing is stored. replace: the new one takes its place. skip: the old one stays.",
    ],
    "keep_folders": [
      "type": "boolean", "title": "Keep subfolders", "default": true,
      "description": "Store files under the subfolders they came from. Off puts all side by side.",
    ],
    "storage_class": [
      "type": "string", "title": "Storage class", "x-group": "Transfer", "x-advanced": true,
      "x-placeholder": "STANDARD_IA", "description": "Empty takes the bucket's usual one.",
    ],
    "part_size": [
      "type": "integer", "title": "Size of parts", "default": 16_777_216, "minimum": 5_242_880,
      "maximum": 5_368_709_120,
      "x-unit": "bytes", "x-group": "Transfer", "x-advanced": true,
      "description": "Larger files are uploaded in parts of this size, several at once.",
    ],
    "parallel": [
      "type": "integer", "title": "At once", "default": 4, "minimum": 1, "maximum": 64, "x-group": "Transfer",
      "x-advanced": true, "description": "Requests that upload at the same time.",
    ],
  ]
}
