// The descriptor of `source`: ports, form and examples.
import JSONValue
import PluginKit

enum SourceSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "source", title: "Google Drive", summary: "Downloads the files of a folder in Google Drive.",
      docs: docs, outputs: [.files()], config: config,
      examples: [
        .init(
          title: "CSV files of a folder",
          config: ["auth": signIn, "folder": "My Drive/Reports", "include": ["*.csv"]]),
        .init(
          title: "Sheets of a shared drive as CSV, only what changed",
          config: [
            "auth": ["method": "service_account", "key": ["$secret": "drive-key"]],
            "folder": "Shared drives/Sales/2026", "export": ["spreadsheets": "csv"], "incremental": true,
          ]),
        .init(
          title: "A folder by its address",
          config: [
            "auth": signIn, "folder": "https://drive.google.com/drive/folders/1AbCdEfGhIjKlMnOpQrStUvWxYz",
          ]),
      ],
      pushdown: ["limit"])
  }

  private static let signIn: JSONValue = [
    "method": "oauth", "client_id": "1234-abc.apps.googleusercontent.com", "client_secret": ["$secret": "drive-client"],
    "refresh_token": ["$secret": "drive-refresh"],
  ]

  private static let docs = """
    One row per file, handed on as soon as it is downloaded. Google Docs, Sheets, Slides and Drawings are exported to \
    the formats chosen under `export`; of a sheet `csv` is the first tab only, `xlsx` all of them.

    A folder is `My Drive/A/B`, `Shared drives/NAME/A`, `Shared with me/A`, `id:ID`, or the address from the browser. A \
    slash that belongs to a name is written `\\/`. Names in Drive need not be unique: of files with one name in a folder \
    the oldest keeps it, the others get their id, as in `plan (1AbC).docx`; characters that no file system takes become `_`.

    Patterns are those of `local-files`: without a slash they look at the name, with one at the path below the folder.

    `incremental` hands on only what is new or changed since the last run whose sinks committed. Drive's feed of changes \
    says whether anything happened; the listing says what. A file that was renamed or moved counts as new.

    Checksums are compared, cut downloads resumed, and calls repeated when Google's limits are met.
    """

  private static let config: JSONValue = [
    "type": "object", "required": ["auth"], "additionalProperties": false,
    "x-order": [
      "auth", "folder", "include", "exclude", "recursive", "shortcuts", "export", "incremental", "deletions",
      "download",
      "parallel", "order", "skip_unreadable", "max_files", "allow_empty", "attempts", "endpoints",
    ],
    "properties": [
      "auth": AccessSchema.auth,
      "folder": AccessSchema.folder(
        "My Drive/…, Shared drives/NAME/…, Shared with me/…, id:ID, or an address from the browser. It may name one file."
      ),
      "include": patterns("Include", "Patterns of the files to take. Empty takes all.", example: "*.csv"),
      "exclude": patterns("Exclude", "Patterns of files and folders to leave out.", example: "**/draft/**"),
      "recursive": flag("Subfolders", "Look into subfolders.", true, group: "Files"),
      "shortcuts": [
        "type": "string", "title": "Shortcuts", "enum": ["follow", "skip"], "default": "follow", "x-group": "Files",
      ],
      "export": [
        "type": "object", "title": "Google documents become", "additionalProperties": false, "x-group": "Files",
        "properties": .object(
          Dictionary(uniqueKeysWithValues: ExportFormat.families.map { ($0.key, export($0)) })),
        "x-order": .array(ExportFormat.families.map { .string($0.key) }),
      ],
      "incremental": flag(
        "Only what is new", "Hand on only files that are new or changed since the last run that was committed.", false,
        group: "Changes"),
      "deletions": [
        "type": "string", "title": "Files that are gone", "enum": ["log", "rows"], "default": "log",
        "x-group": "Changes", "x-visible-when": ["incremental": true],
        "description":
          "log: name them in the run's log and count them. rows: hand on a row without path whose attributes say deleted.",
      ],
      "download": flag(
        "Download", "Off hands on rows without path: what is there, not its bytes.", true, group: "Transfer"),
      "parallel": AccessSchema.parallel("Downloads at once."),
      "order": [
        "type": "string", "title": "Order", "enum": ["completion", "listing"], "default": "completion",
        "x-group": "Transfer", "x-advanced": true,
        "description": "completion: as soon as a file is there. listing: by folder and name, the same each time.",
      ],
      "skip_unreadable": flag(
        "Pass over unreadable files", "Warn, and go on without files that may not be downloaded or exported.", false,
        group: "Transfer"),
      "max_files": [
        "type": "integer", "title": "Limit on files", "x-group": "Limits", "default": 100_000, "minimum": 1,
        "description": "More files than this stop the run, so that a wrong folder is noticed.",
      ],
      "allow_empty": flag("Allow no files", "Go on with no rows when nothing matches.", false, group: "Limits"),
      "attempts": AccessSchema.attempts,
      "endpoints": AccessSchema.endpoints,
    ],
  ]

  private static func export(_ family: ExportFormat.Family) -> JSONValue {
    [
      "type": "string", "title": .string(family.title), "default": .string(family.usual),
      "enum": .array((family.formats.map(\.ending) + ["skip"]).map { .string($0) }),
    ]
  }

  private static func patterns(_ title: String, _ description: String, example: String) -> JSONValue {
    [
      "type": "array", "title": .string(title), "description": .string(description), "x-group": "Files",
      "items": ["type": "string", "minLength": 1, "x-placeholder": .string(example)], "default": [],
    ]
  }

  private static func flag(_ title: String, _ description: String, _ value: Bool, group: String) -> JSONValue {
    [
      "type": "boolean", "title": .string(title), "description": .string(description), "default": .bool(value),
      "x-group": .string(group),
    ]
  }
}
