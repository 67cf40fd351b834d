// What the component says about itself: form and docs.
import JSONValue
import PluginKit

enum WebhookSchema {
  static let descriptor = ComponentDescriptor(
    "notify", title: "Webhook", summary: "Posts events to an address: signed, tried again, each once.", docs: docs,
    config: [
      "type": "object", "additionalProperties": false,
      "properties": [
        "url": [
          "type": "string", "title": "Address", "format": "uri", "x-order": 1,
          "x-placeholder": "https://example.org/hook",
        ],
        "secret_url": [
          "title": "Address as a secret", "x-secret": true, "x-order": 2,
          "description": "For addresses that are a secret themselves, as Slack's are.",
        ],
        "format": [
          "type": "string", "title": "Format", "enum": ["json", "slack"], "default": "json", "x-order": 3,
          "description": "json: the event as it is. slack: a message with `text`.",
        ],
        "secret": [
          "title": "Signing secret", "x-secret": true, "x-order": 4,
          "description": "Signs each request, so that the receiver knows who sent it.",
        ],
        "bearer": ["title": "Bearer token", "x-secret": true, "x-order": 5, "x-advanced": true],
        "headers": [
          "type": "object", "title": "Headers", "x-order": 6, "x-advanced": true,
          "additionalProperties": ["type": "string"], "maxProperties": 20,
        ],
        "allow_http": [
          "type": "boolean", "title": "Allow http", "default": false, "x-order": 7, "x-advanced": true,
          "description": "Also to other machines, where anybody on the way can read it.",
        ],
        "attempts": [
          "type": "integer", "title": "Tries", "default": 4, "minimum": 1, "maximum": 10, "x-order": 8,
          "x-advanced": true,
        ],
        "timeout_s": [
          "type": "number", "title": "Time for an answer", "default": 8, "minimum": 0.1, "maximum": 120, "x-unit": "s",
          "x-order": 9, "x-advanced": true,
        ],
        "authorities": [
          "type": "string", "title": "Authorities", "x-widget": "path", "x-order": 10, "x-advanced": true,
          "description": "A PEM file of authorities to trust in place of the system's.",
        ],
      ],
    ],
    examples: [
      Example("Signed", config: ["url": "https://example.org/ote", "secret": ["$secret": "webhook"]]),
      Example("Slack", config: ["secret_url": ["$secret": "slack-address"], "format": "slack"]),
    ])

  private static let docs = """
    The event is posted as JSON. With a signing secret the request carries

        X-OTE-Signature: t=1764332100,v1=HEX

    HEX is HMAC-SHA256 of `t`, a full stop and the body, by the secret. Compute it again over the bytes you got, compare in constant
    time, and refuse a `t` that is older than some minutes. `Idempotency-Key` is the event's id: an event comes at least once, and
    with the same key if it comes again.

    408, 425, 429, 5xx and failures of the line are tried again with longer and longer waits, or when Retry-After says. Any
    other answer is a failure at once. What was told is remembered: the same event is not sent again.
    """
}
