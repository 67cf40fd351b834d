// What connections to models over HTTP have in common in their configurations.
package import JSONValue
internal import PluginKit

/// {"$secret": "ref"}: where a key is, never the key.
package struct SecretReference: Decodable, Sendable {
  package let reference: String
  private enum CodingKeys: String, CodingKey { case reference = "$secret" }
}

package struct Timeouts: Decodable, Sendable {
  package let connect: Double?
  package let first_token: Double?
  package let between_tokens: Double?
  package let total: Double?
}

package struct Limits: Decodable, Sendable {
  package let requests_per_minute: Double?
  package let tokens_per_minute: Double?
  package let tokens_per_run: Int?
  package let spend_per_run: Double?
}

/// What a million tokens cost.
package struct Prices: Decodable, Sendable {
  package let input: Double
  package let output: Double
  package let cached_input: Double?
  package let currency: String?
}

package struct ConnectionSettings: Sendable {
  package var timeouts: Timeouts?
  package var limits: Limits?
  package var prices: Prices?
  package var attempts: Int?

  package init(timeouts: Timeouts?, limits: Limits?, prices: Prices?, attempts: Int?) throws {
    (self.timeouts, self.limits, self.prices, self.attempts) = (timeouts, limits, prices, attempts)
    guard limits?.spend_per_run == nil || prices != nil else {
      throw PluginError.configuration("a limit on spending needs the prices", at: "/prices")
    }
  }
}

/// The form's fields for these.
package enum ConnectionForm {
  package static let properties: [String: JSONValue] = [
    "timeouts": [
      "type": "object", "title": "Time-outs", "additionalProperties": false, "x-group": "Line", "x-advanced": true,
      "properties": [
        "connect": seconds("To connect", 15),
        "first_token": seconds("Until the first token", 120),
        "between_tokens": seconds("Between two tokens", 30),
        "total": ["type": "number", "title": "For the whole answer", "exclusiveMinimum": 0, "x-unit": "s"],
      ],
    ],
    "attempts": [
      "type": "integer", "title": "Attempts", "minimum": 1, "maximum": 20, "default": 4, "x-group": "Line",
      "x-advanced": true,
      "description":
        "Of a request that found no connection, a busy or a broken server. An answer that broke off is not asked again here.",
    ],
    "limits": [
      "type": "object", "title": "Limits", "additionalProperties": false, "x-group": "Limits",
      "properties": [
        "requests_per_minute": limit("number", "Requests a minute", "More than these wait."),
        "tokens_per_minute": limit("number", "Tokens a minute", "More than these wait."),
        "tokens_per_run": limit("integer", "Tokens a run", "The request that would pass it fails."),
        "spend_per_run": limit("number", "Spending a run", "In the currency of the prices."),
      ],
    ],
    "prices": [
      "type": "object", "title": "Prices", "additionalProperties": false, "required": ["input", "output"],
      "x-group": "Limits", "description": "Of a million tokens.",
      "properties": [
        "input": price("Input"), "output": price("Output"), "cached_input": price("Input from the provider's cache"),
        "currency": ["type": "string", "title": "Currency", "default": "USD"],
      ],
    ],
  ]

  private static func seconds(_ title: String, _ value: Int64) -> JSONValue {
    ["type": "number", "title": .string(title), "exclusiveMinimum": 0, "default": .int(value), "x-unit": "s"]
  }

  private static func limit(_ type: String, _ title: String, _ description: String) -> JSONValue {
    ["type": .string(type), "title": .string(title), "exclusiveMinimum": 0, "description": .string(description)]
  }

  private static func price(_ title: String) -> JSONValue {
    ["type": "number", "title": .string(title), "minimum": 0]
  }
}
