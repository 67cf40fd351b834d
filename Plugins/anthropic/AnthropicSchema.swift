// The descriptor of `model`: ports, form and examples.
import JSONValue
import ModelTraffic
import PluginKit

enum AnthropicSchema {
  static var descriptor: ComponentDescriptor {
    ComponentDescriptor(
      "model", title: "Anthropic model", summary: "A model behind Anthropic's Messages API.", docs: docs,
      inputs: [.model(required: false)], outputs: [.model()], config: config,
      examples: [
        .init(
          title: "With a budget",
          config: [
            "model": "claude-haiku-4-5", "api_key": ["$secret": "anthropic-key"],
            "limits": ["requests_per_minute": 50, "spend_per_run": 5],
            "prices": ["input": 1, "output": 5, "cached_input": 0.1],
          ]),
        .init(
          title: "With thinking",
          config: [
            "model": "claude-sonnet-4-5", "api_key": ["$secret": "anthropic-key"], "max_tokens": 8192,
            "thinking_tokens": 4096,
          ]),
      ],
      concurrency: ["generate": 32, "count_tokens": 32])
  }

  private static let docs = """
    Answers are streamed; thoughts come apart from the text. A json_schema keeps answers to a schema. The API has no raw \
    prompts, no temperature, no seed, no log-probabilities and one answer a request: what asks for these is refused, never left out.

    Rates wait, budgets end: the request that would pass a budget fails with the figures. Busy and broken servers are asked \
    again, as long as nothing of the answer was handed on.
    """

  private static let config: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["model", "api_key"],
    "x-order": ["api_key", "model", "max_tokens", "thinking_tokens", "limits", "prices"],
    "properties": .object(ConnectionForm.properties.merging(own) { $1 }),
  ]

  private static let own: [String: JSONValue] = [
    "base_url": [
      "type": "string", "title": "Base URL", "default": "https://api.anthropic.com", "format": "uri",
      "description": "Without the version.", "x-group": "Connection", "x-advanced": true,
    ],
    "api_key": ["type": "object", "title": "API key", "x-secret": true, "x-group": "Connection"],
    "version": [
      "type": "string", "title": "Version of the API", "default": .string(AnthropicConfiguration.currentVersion),
      "pattern": "^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", "x-group": "Connection", "x-advanced": true,
      "description": "Versions before the default take the key as x-api-key, and temperature, top_p and top_k.",
    ],
    "betas": [
      "type": "array", "title": "Beta features", "items": ["type": "string", "minLength": 1], "x-group": "Connection",
      "x-advanced": true,
    ],
    "headers": [
      "type": "object", "title": "Further headers", "additionalProperties": ["type": "string"], "x-group": "Connection",
      "x-advanced": true, "description": "Not for keys: these values are no secrets.",
    ],
    "body": [
      "type": "object", "title": "Further settings of each request", "x-group": "Connection", "x-advanced": true,
      "description": "Keys of the Messages API, such as tool_choice.",
    ],
    "model": ["type": "string", "title": "Model", "minLength": 1, "x-options": "dynamic", "x-group": "Model"],
    "max_tokens": [
      "type": "integer", "title": "Longest answer", "minimum": 1, "default": 4096, "x-unit": "tokens",
      "x-group": "Model",
      "description": "Where a request does not say it.",
    ],
    "thinking_tokens": [
      "type": "integer", "title": "Thinking", "minimum": 1024, "x-unit": "tokens", "x-group": "Model",
      "description": "Tokens of the answer that may go into thoughts. Empty: it does not think.",
    ],
  ]
}
