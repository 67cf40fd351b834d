// The descriptor of `embed`: ports, form and examples.
import JSONValue
import PluginKit

enum EmbedSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "embed", title: "Embed", summary: "Adds the vector that a model makes of each row's text.",
      docs: """
        The column goes to the model at the input `model`, several rows at a time; its vectors come back as a column of \
        lists of float32. A text that comes again, or was embedded by an earlier run, is not asked for again.
        """,
      inputs: [.table("rows"), .model()], outputs: [.table()],
      config: [
        "type": "object", "additionalProperties": false, "required": ["column"],
        "x-order": ["column", "output", "nulls", "batch_rows", "retries", "cache"],
        "properties": .object(
          FormParts.retries.merging([
            "column": [
              "type": "string", "title": "Column", "minLength": 1, "x-widget": "column",
              "description": "A text column.",
            ],
            "output": ["type": "string", "title": "New column", "minLength": 1, "default": "embedding"],
            "nulls": [
              "type": "string", "title": "A null", "enum": ["fail", "null"], "default": "fail",
              "description": "fail: the run ends. null: it has no vector.",
            ],
            "batch_rows": [
              "type": "integer", "title": "Rows at a time", "minimum": 1, "maximum": 4096, "default": 64,
              "x-advanced": true,
            ],
          ]) { $1 }),
      ],
      examples: [
        .init(title: "One column", config: ["column": "text"]),
        .init(
          title: "With a cache that pipelines share",
          config: ["column": "text", "cache": ["use": "folder", "folder": "/var/cache/embeddings"]]),
      ])
  }
}
