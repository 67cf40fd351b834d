// The descriptor of `model`: ports, form and examples.
import JSONValue
import ModelTraffic
import PluginKit

enum OpenAISchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "model", title: "OpenAI-compatible model",
      summary: "A model behind a server that speaks OpenAI's HTTP interface.", docs: docs,
      inputs: [.model(required: false)], outputs: [.model()], config: config,
      examples: [
        .init(
          title: "OpenAI",
          config: [
            "model": "gpt-5-mini", "api_key": ["$secret": "openai-key"], "max_tokens_key": "max_completion_tokens",
            "limits": ["requests_per_minute": 500, "spend_per_run": 5], "prices": ["input": 0.25, "output": 2],
          ]),
        .init(
          title: "A server of llama.cpp on this machine",
          config: ["base_url": "http://127.0.0.1:8080/v1", "model": "default", "server": "llama.cpp"]),
      ],
      concurrency: ["generate": 32, "count_tokens": 32])
  }

  private static let docs = """
    Messages go to `/chat/completions`, raw prompts to `/completions`, texts to `/embeddings`, all below the base URL. \
    Answers are streamed. A setting that the interface does not have (`top_k`, `min_p`, grammars, adapters) is refused, \
    never left out: name it in `body` for all requests, or say `server: llama.cpp`.

    Rates wait, budgets end: the request that would pass a budget fails with the figures. Busy and broken servers are asked \
    again, as long as nothing of the answer was handed on.
    """

  private static let config: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["model"],
    "x-order": ["base_url", "api_key", "model", "server", "limits", "prices"],
    "properties": .object(ConnectionForm.properties.merging(own) { $1 }),
  ]

  private static let own: [String: JSONValue] = [
    "base_url": [
      "type": "string", "title": "Base URL", "default": "https://api.openai.com/v1", "format": "uri",
      "description": "Up to and with the version, without a path behind it.", "x-group": "Connection",
    ],
    "api_key": [
      "type": "object", "title": "API key", "x-secret": true, "x-group": "Connection",
      "description": "Servers of your own often need none.",
    ],
    "key_header": [
      "type": "string", "title": "Header of the key", "minLength": 1, "x-group": "Connection", "x-advanced": true,
      "x-placeholder": "Authorization: Bearer", "description": "For servers that want the bare key in another header.",
    ],
    "organization": ["type": "string", "title": "Organisation", "x-group": "Connection", "x-advanced": true],
    "project": ["type": "string", "title": "Project", "x-group": "Connection", "x-advanced": true],
    "headers": [
      "type": "object", "title": "Further headers", "additionalProperties": ["type": "string"], "x-group": "Connection",
      "x-advanced": true, "description": "Not for keys: these values are no secrets.",
    ],
    "body": [
      "type": "object", "title": "Further settings of each request", "x-group": "Connection", "x-advanced": true,
      "description": "Keys of the server's own interface, such as reasoning_effort.",
    ],
    "model": [
      "type": "string", "title": "Model", "minLength": 1, "x-options": "dynamic", "x-group": "Model",
    ],
    "server": [
      "type": "string", "title": "Server", "enum": ["openai", "llama.cpp"], "default": "openai", "x-group": "Model",
      "description": "llama.cpp also takes top_k, min_p and grammars, and counts tokens.",
    ],
    "max_tokens_key": [
      "type": "string", "title": "Name of the longest answer", "enum": ["max_tokens", "max_completion_tokens"],
      "default": "max_tokens", "x-group": "Model", "x-advanced": true,
      "description": "OpenAI's reasoning models want max_completion_tokens.",
    ],
    "embedding_batch": [
      "type": "integer", "title": "Texts at a time", "minimum": 1, "maximum": 2048, "default": 64, "x-group": "Model",
      "x-advanced": true,
    ],
    "dimensions": [
      "type": "integer", "title": "Dimensions of embeddings", "minimum": 1, "x-group": "Model", "x-advanced": true,
    ],
  ]
}
