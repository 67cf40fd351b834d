// The descriptor of `source`: ports, form and examples.
import JSONValue
import PluginKit

enum SourceSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "source", title: "Local files", summary: "Lists the files of a folder on this machine.",
      docs: docs, outputs: [.files()], config: config,
      examples: [
        .init(title: "One file", config: ["path": "data/flights.csv"]),
        .init(title: "All CSV files below a folder", config: ["path": "data", "include": ["*.csv"]]),
        .init(
          title: "Parquet files of one year, without drafts",
          config: ["path": "/data/lake", "include": ["2024/**/*.parquet"], "exclude": ["**/draft/**"]]),
      ],
      pushdown: ["limit"])
  }

  private static let docs = """
    One row per file, in the `files` schema. Names are sorted, so two runs over the same folder give the same order.

    Patterns: `*` any characters but a slash, `?` one character, `[a-z]` or `[!a-z]` a choice, `{a,b}` alternatives, \
    `**` any number of folders, `\\` takes the next character as it is. A pattern without a slash looks at the file's \
    name in any folder; one with a slash looks at the path below the configured folder. A path that names a file is \
    taken whatever the patterns say.

    Links are passed over unless `follow_links` is on; a link that leads back into a folder being listed is then \
    passed over too. `attributes` holds `folder`, `relative_path` and, for a packed file, `compression`.
    """

  private static let config: JSONValue = [
    "type": "object",
    "required": ["path"],
    "additionalProperties": false,
    "x-order": [
      "path", "include", "exclude", "recursive", "hidden", "follow_links", "sorted", "minimum_size", "maximum_size",
      "modified_after", "max_files", "allow_empty",
    ],
    "properties": [
      "path": [
        "title": "Path",
        "description":
          "A folder or a file on this machine. A relative path starts at the folder the run was started in.",
        "x-widget": "path",
        "oneOf": [
          ["type": "string", "title": "One path", "minLength": 1, "x-options": "dynamic"],
          [
            "type": "array", "title": "Several paths", "minItems": 1,
            "items": ["type": "string", "minLength": 1, "x-options": "dynamic"],
          ],
        ],
      ],
      "include": patterns("Include", "Patterns of the files to take. Empty takes all.", example: "*.csv"),
      "exclude": patterns("Exclude", "Patterns of files and folders to leave out.", example: "**/tmp/**"),
      "recursive": flag("Subfolders", "Look into subfolders.", true, group: "Files"),
      "hidden": flag("Hidden files", "Take names that begin with a dot.", false, group: "Files"),
      "follow_links": flag("Follow links", "Take what symbolic links lead to.", false, group: "Files"),
      "sorted": flag(
        "Sorted", "Sort each folder's names. Off reads huge folders with less memory, in the disk's own order.", true,
        group: "Files"),
      "minimum_size": size("Smallest size"),
      "maximum_size": size("Largest size"),
      "modified_after": [
        "type": "string", "title": "Modified after", "x-group": "Limits",
        "description": "Only files changed after this time: 2026-01-31 (midnight UTC) or 2026-01-31T08:00:00Z.",
      ],
      "max_files": [
        "type": "integer", "title": "Limit on files", "x-group": "Limits", "default": 1_000_000, "minimum": 1,
        "description": "More files than this stop the run, so that a wrong path is noticed.",
      ],
      "allow_empty": flag(
        "Allow no files", "Go on with no rows when nothing matches, instead of failing.", false, group: "Limits"),
    ],
  ]

  private static func patterns(_ title: String, _ description: String, example: String) -> JSONValue {
    [
      "type": "array", "title": .string(title), "description": .string(description),
      "items": ["type": "string", "minLength": 1, "x-placeholder": .string(example)], "default": [],
    ]
  }

  private static func flag(_ title: String, _ description: String, _ value: Bool, group: String) -> JSONValue {
    [
      "type": "boolean", "title": .string(title), "description": .string(description), "default": .bool(value),
      "x-group": .string(group),
    ]
  }

  private static func size(_ title: String) -> JSONValue {
    ["type": "integer", "title": .string(title), "minimum": 0, "x-unit": "bytes", "x-group": "Limits"]
  }
}
