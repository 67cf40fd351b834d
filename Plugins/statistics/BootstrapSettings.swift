// The part of a configuration that speaks of intervals, the same in every evaluator.
package import JSONValue

/// What stands at "bootstrap"; all of it may be left out.
package struct BootstrapSettings: Decodable, Sendable, Hashable {
  package var resamples: Int?
  package var level: Double?
  package var seed: UInt64?
  package var method: String?

  package init() {}

  /// nil where no intervals are wanted.
  package var bootstrap: Bootstrap? {
    let resamples = resamples ?? 1000
    guard resamples > 0 else { return nil }
    return Bootstrap(
      resamples: resamples, level: level ?? 0.95, seed: seed ?? 1,
      method: method.flatMap { Bootstrap.Method(rawValue: $0) } ?? .percentile)
  }

  package static let schema: JSONValue = [
    "type": "object", "title": "Intervals", "additionalProperties": false, "x-advanced": true,
    "description": "Rows are drawn again and again with replacement, and every figure is computed from each draw.",
    "properties": [
      "resamples": [
        "type": "integer", "title": "Resamples", "minimum": 0, "maximum": 100_000, "default": 1000,
        "description": "0 for no intervals.",
      ],
      "level": [
        "type": "number", "title": "Level", "exclusiveMinimum": 0.5, "exclusiveMaximum": 1, "default": 0.95,
      ],
      "seed": [
        "type": "integer", "title": "Seed", "minimum": 0, "default": 1,
        "description": "The same seed gives the same intervals.",
      ],
      "method": [
        "type": "string", "title": "Method", "enum": ["percentile", "bca"], "default": "percentile",
        "description": "bca corrects bias and skewness (Efron 1987); it needs one more pass for each row.",
      ],
    ],
  ]
}

extension Bootstrap {
  /// How an interval was made, for a metric.
  package var words: String {
    "\(method == .bca ? "BCa" : "percentile") bootstrap, \(level * 100 == (level * 100).rounded() ? String(Int(level * 100)) : String(level * 100)) %, \(resamples) resamples, seed \(seed)"
  }
}
