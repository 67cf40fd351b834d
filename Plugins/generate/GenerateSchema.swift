// The descriptor of `generate`: ports, form and examples.
import JSONValue
import PluginKit

enum GenerateSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "generate", title: "Generate", summary: "Asks a model for every row, and adds what it answers as columns.",
      docs: docs, inputs: [.table("rows"), .model()], outputs: [.table()], config: config,
      examples: [
        .init(
          title: "A question to each row",
          config: [
            "messages": [
              ["role": "system", "content": "Answer in one sentence."], ["role": "user", "content": "{{question}}"],
            ], "max_tokens": 128, "temperature": 0,
          ]),
        .init(
          title: "Values as columns",
          config: [
            "messages": [["role": "user", "content": "Name and price in EUR, as JSON: {{text}}"]],
            "format": [
              "type": "json_schema",
              "schema": [
                "type": "object", "properties": ["name": ["type": "string"], "price": ["type": "number"]],
                "required": ["name", "price"], "additionalProperties": false,
              ],
            ],
            "columns": [["name": "name", "type": "string"], ["name": "price", "type": "number"]],
            "on_error": "null", "at_most": 0.02,
          ]),
        .init(
          title: "Five answers to raw prompts, with how sure the model was",
          config: [
            "prompt": "Q: {{question}}\nA:", "samples": 5, "temperature": 0.8, "seed": 7, "log_probabilities": true,
            "stop": ["\n"],
          ]),
      ])
  }

  private static let docs = """
    Every row becomes a request to the model at the input `model`; its answer comes back as columns beside the row's own. \
    The order of the rows stays, whatever is done at once.

    `{{column}}` stands for the row's value. `{{column/0/name}}` goes into a list, a struct or JSON text, `{{column|json}}` \
    writes a value as JSON, `{{"odd name"}}` quotes a name, `\\{{` is a literal `{{`. Rows are counted from 0.

    New columns: `text`, `finish`, `input_tokens`, `output_tokens`, the structured ones, and `error`; `tool_calls` where tools \
    are given; `logprob_mean`, `logprob_min` and `logprob_sum` where asked for. With several samples the answers' columns \
    are lists.

    Answers are kept by a digest of the model's document and the request. A run that failed goes on where it was, and the \
    same run again asks nothing: to sample afresh, change the seed or turn the cache off.
    """

  private static let config: JSONValue = [
    "type": "object", "additionalProperties": false,
    "x-order": [
      "messages", "prompt", "messages_column", "nulls", "max_tokens", "temperature", "seed", "stop", "format",
      "columns",
      "prefix", "on_error", "at_most", "concurrency", "retries", "cache",
    ],
    "properties": .object(
      prompts.merging(sampling) { $1 }.merging(answers) { $1 }.merging(effort) { $1 }.merging(FormParts.retries) { $1 }),
  ]

  private static let prompts: [String: JSONValue] = [
    "prompt": [
      "type": "string", "title": "Raw prompt", "minLength": 1, "x-widget": "textarea", "x-group": "Prompt",
      "description": "A template without the model's chat format. Either this, messages, or a column of messages.",
    ],
    "messages": [
      "type": "array", "title": "Messages", "minItems": 1, "x-group": "Prompt",
      "description": "A conversation; each content is a template.",
      "items": [
        "type": "object", "additionalProperties": false, "required": ["role", "content"],
        "properties": [
          "role": ["type": "string", "title": "Role", "enum": ["system", "user", "assistant"], "default": "user"],
          "content": ["type": "string", "title": "Text", "x-widget": "textarea"],
        ],
      ],
    ],
    "messages_column": [
      "type": "string", "title": "Column of messages", "minLength": 1, "x-widget": "column", "x-group": "Prompt",
      "description": "A column that holds the conversation: JSON text, or a list of structs with role and content.",
    ],
    "nulls": [
      "type": "string", "title": "Null in a template", "enum": ["fail", "empty"], "default": "fail",
      "x-group": "Prompt",
      "x-advanced": true, "description": "fail: the row has no prompt, which is its error. empty: an empty text.",
    ],
    "tools": [
      "type": "array", "title": "Tools", "x-group": "Prompt", "x-advanced": true,
      "description": "Functions that the model may call.",
      "items": [
        "type": "object", "required": ["name"],
        "properties": [
          "name": ["type": "string", "minLength": 1], "description": ["type": "string"],
          "parameters": ["type": "object"],
        ],
      ],
    ],
    "tools_column": [
      "type": "string", "title": "Column of tools", "minLength": 1, "x-widget": "column", "x-group": "Prompt",
      "x-advanced": true, "description": "A column that holds the tools of each row, as JSON.",
    ],
  ]

  private static let sampling: [String: JSONValue] = [
    "max_tokens": FormParts.count("Longest answer", "Tokens.", group: "Sampling", unit: "tokens"),
    "temperature": FormParts.number("Temperature", "0 takes the likeliest token.", 0, 10, group: "Sampling"),
    "top_p": FormParts.number("Top p", "", 0, 1, group: "Sampling", advanced: true),
    "top_k": FormParts.count("Top k", "", group: "Sampling", minimum: 0, advanced: true),
    "min_p": FormParts.number("Min p", "", 0, 1, group: "Sampling", advanced: true),
    "stop": [
      "type": "array", "title": "Stop at", "items": ["type": "string", "minLength": 1], "x-group": "Sampling",
      "description": "Texts that end an answer.",
    ],
    "seed": [
      "type": "integer", "title": "Seed", "x-group": "Sampling",
      "description":
        "Each row's own seed is made from this and from its request, so that the order of the rows does not matter.",
    ],
    "samples": [
      "type": "integer", "title": "Answers a row", "minimum": 1, "maximum": 64, "default": 1, "x-group": "Sampling",
    ],
    "options": [
      "type": "object", "title": "Options of the provider", "x-group": "Sampling", "x-advanced": true,
    ],
    "adapter": [
      "type": "object", "title": "LoRA adapter", "x-group": "Sampling", "x-advanced": true, "required": ["path"],
      "additionalProperties": false,
      "properties": ["path": ["type": "string", "x-widget": "path"], "scale": ["type": "number", "default": 1]],
    ],
  ]

  private static let answers: [String: JSONValue] = [
    "format": [
      "type": "object", "title": "Form of the answer", "required": ["type"], "x-group": "Answer", "x-advanced": true,
      "description":
        "json, json_schema with a schema, or grammar with gbnf, where the provider can keep a model to it.",
      "properties": [
        "type": ["type": "string", "enum": ["json", "json_schema", "grammar"]], "schema": ["type": "object"],
        "gbnf": ["type": "string"],
      ],
    ],
    "columns": [
      "type": "array", "title": "Structured columns", "x-group": "Answer",
      "description": "Values of the answer's JSON. What is not there or does not fit is null, and error says why.",
      "items": [
        "type": "object", "additionalProperties": false, "required": ["name"],
        "properties": [
          "name": ["type": "string", "title": "Column", "minLength": 1],
          "type": [
            "type": "string", "title": "Type", "default": "string",
            "description": "string, integer, number, boolean, json, or a column's type such as list<utf8>.",
          ],
          "pointer": [
            "type": "string", "title": "Place",
            "description": "JSON pointer; without it, the key called like the column.",
            "x-placeholder": "/items/0/name",
          ],
          "from": [
            "type": "string", "title": "Out of", "enum": ["text", "tool_calls"], "default": "text",
            "description": "tool_calls is the list of calls: /0/name, /0/arguments/city.",
          ],
        ],
      ],
    ],
    "prefix": [
      "type": "string", "title": "Prefix of the new columns", "default": "", "x-group": "Answer",
      "x-placeholder": "base_",
    ],
    "log_probabilities": [
      "type": "boolean", "title": "Log-probabilities", "default": false, "x-group": "Answer",
      "description": "How likely the model found its answer's tokens: mean, min and sum.",
    ],
  ]

  private static let effort: [String: JSONValue] = [
    "on_error": [
      "type": "string", "title": "A row without an answer", "enum": ["fail", "null"], "default": "fail",
      "x-group": "Errors",
      "description": "fail: the run ends with it. null: its columns are null, and error says why.",
    ],
    "at_most": FormParts.number(
      "Share of such rows", "More than this share of all rows ends the run after all. 0.1 where nothing is said.", 0, 1,
      group: "Errors"),
    "concurrency": [
      "type": "integer", "title": "Rows at once", "minimum": 1, "maximum": 64, "default": 4, "x-group": "Effort",
      "description": "The provider lets in as many as it can.",
    ],
  ]
}
