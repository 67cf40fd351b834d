// The descriptor of `source`: ports, form and examples.
import JSONValue
import PluginKit

enum SourceSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "source", title: "S3", summary: "Fetches objects of an S3-compatible store as files.", docs: docs,
      outputs: [.files()], config: config,
      examples: [
        .init(
          title: "CSV files of a folder, from Amazon S3 by profile",
          config: ["bucket": "my-data", "prefix": "flights/2024/", "include": ["*.csv"], "login": "profile"]),
        .init(
          title: "A store of one's own",
          config: [
            "endpoint": "https://s3.example.org", "bucket": "lake", "prefix": "orders/", "access_key": "AKIAEXAMPLE",
            "secret_key": "${secrets.S3_SECRET}",
          ]),
        .init(
          title: "Only what is new since the last run",
          config: ["bucket": "lake", "prefix": "in/", "incremental": true]),
        .init(
          title: "A public bucket", config: ["bucket": "open-data", "region": "us-west-2", "login": "anonymous"]),
      ],
      pushdown: ["limit"])
  }

  private static let docs = """
    One row per object, in the `files` schema, in the order of the keys. Objects are downloaded into the node's temporary \
    folder, several at once, large ones in ranges; a file is handed on as soon as it and those before it are there, while \
    others still come. A connection that is cut goes on where it was, and an object that changed meanwhile is noticed.

    \(ConnectionSchema.connectionDocs)

    **Patterns** look at what follows the prefix's last slash: `*` any characters but a slash, `?` one character, `[a-z]`, \
    `{a,b}`, `**` any number of folders. One without a slash looks at the name in any folder. Empty objects whose key ends \
    in a slash are folder marks of consoles, and are passed over.

    **Incremental**: an object is handed on again only when it is new or has another ETag. It counts as seen once all sinks \
    of the run have committed: what a run has read that failed or was stopped comes again with the next.

    **Links** instead of files: `uri` is then an address that anybody can fetch for `link_seconds`, and nothing is downloaded.
    """

  private static let config: JSONValue = [
    "type": "object",
    "required": ["bucket"],
    "additionalProperties": false,
    "x-order": .array(
      ["bucket", "prefix", "include", "exclude", "incremental"] + ConnectionSchema.order + [
        "minimum_size", "maximum_size", "modified_after", "max_files", "allow_empty", "deliver", "link_seconds",
        "parallel", "range_size", "ordered", "ahead",
      ]),
    "properties": .object(ConnectionSchema.properties.merging(properties) { $1 }),
  ]

  private static let properties: [String: JSONValue] = [
    "bucket": ConnectionSchema.bucket,
    "prefix": [
      "type": "string", "title": "Prefix", "default": "", "x-options": "dynamic", "x-placeholder": "folder/",
      "description": "Only keys that begin like this. A folder ends with a slash.",
    ],
    "include": patterns("Include", "Patterns of the objects to take. Empty takes all.", example: "*.csv"),
    "exclude": patterns("Exclude", "Patterns of the objects to leave out.", example: "**/tmp/**"),
    "incremental": [
      "type": "boolean", "title": "Only new ones", "default": false,
      "description": "Leave out objects that an earlier run has committed and that have not changed since.",
    ],
    "minimum_size": [
      "type": "integer", "title": "Smallest size", "minimum": 0, "x-unit": "bytes", "x-group": "Limits",
    ],
    "maximum_size": ["type": "integer", "title": "Largest size", "minimum": 0, "x-unit": "bytes", "x-group": "Limits"],
    "modified_after": [
      "type": "string", "title": "Modified after", "x-group": "Limits",
      "description": "Only objects stored after this time: 2026-01-31 (midnight UTC) or 2026-01-31T08:00:00Z.",
    ],
    "max_files": [
      "type": "integer", "title": "Limit on files", "x-group": "Limits", "default": 1_000_000, "minimum": 1,
      "description": "More objects than this stop the run, so that a wrong prefix is noticed.",
    ],
    "allow_empty": [
      "type": "boolean", "title": "Allow no files", "default": false, "x-group": "Limits",
      "description": "Go on with no rows when nothing matches, instead of failing.",
    ],
    "deliver": [
      "type": "string", "title": "Hand on", "enum": ["files", "links"], "default": "files", "x-group": "Transfer",
      "description": "files: downloaded. links: addresses that work without credentials for a while.",
    ],
    "link_seconds": [
      "type": "integer", "title": "Links work for", "default": 3600, "minimum": 1, "maximum": 604_800,
      "x-unit": "seconds",
      "x-group": "Transfer", "x-visible-when": ["deliver": "links"],
    ],
    "parallel": [
      "type": "integer", "title": "At once", "default": 8, "minimum": 1, "maximum": 64, "x-group": "Transfer",
      "x-advanced": true, "description": "Requests that download at the same time.",
    ],
    "range_size": [
      "type": "integer", "title": "Size of ranges", "default": 16_777_216, "minimum": 0, "x-unit": "bytes",
      "x-group": "Transfer", "x-advanced": true,
      "description": "Larger objects are fetched in ranges of this size, several at once. 0: always in one piece.",
    ],
    "ordered": [
      "type": "boolean", "title": "In order", "default": true, "x-group": "Transfer", "x-advanced": true,
      "description": "By key, so that two runs give the same order. Off: as they are there.",
    ],
    "ahead": [
      "type": "integer", "title": "Ahead", "default": 2_147_483_648, "minimum": 1, "x-unit": "bytes",
      "x-group": "Transfer", "x-advanced": true,
      "description": "So much may lie downloaded before it is asked for.",
    ],
  ]

  private static func patterns(_ title: String, _ description: String, example: String) -> JSONValue {
    [
      "type": "array", "title": .string(title), "description": .string(description), "default": [],
      "items": ["type": "string", "minLength": 1, "x-placeholder": .string(example)],
    ]
  }
}
