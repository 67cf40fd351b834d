// What the judge is asked, and what of its answer counts.
import JSONValue
import ModelCalls
import PluginKit

struct JudgedRow: Sendable {
  var question: String
  var answer: String
  var other: String?
  var reference: String?
}

/// A score and why.
struct Score: Sendable, Hashable {
  var score: Int
  var reason: String
}

enum Preference: String, Sendable, Hashable {
  case a, b, tie

  /// The verdict on the pair in the other order.
  var swapped: Preference {
    switch self {
    case .a: .b
    case .b: .a
    case .tie: .tie
    }
  }
}

struct JudgePrompt: Sendable {
  let configuration: JudgeConfiguration

  // MARK: rubric

  func rubric(_ row: JudgedRow) -> GenerateRequest {
    let quoted = QuotedText([row.question, row.answer] + (row.reference.map { [$0] } ?? []))
    var parts = opening(quoted) + ["Score the answer by each criterion:", criteria.map(line).joined(separator: "\n")]
    parts += texts(row, quoted) + [quoted.quote("answer", row.answer)]
    let keys = criteria.map { "\"\($0.name)\": {\"reason\": \"…\", \"score\": N}" }.joined(separator: ", ")
    parts.append("Reply with a JSON object and nothing else: {\(keys)}.")
    return request(parts)
  }

  var criteria: [Criterion] { configuration.criteria ?? [] }

  private func line(_ criterion: Criterion) -> String {
    let levels = (criterion.levels ?? []).map { "\n  \($0.score): \($0.description)" }.joined()
    return "- \(criterion.name), a whole number from \(criterion.range.lowerBound) to \(criterion.range.upperBound): "
      + criterion.description + levels
  }

  var rubricSchema: JSONValue {
    let items = criteria.map { criterion -> (String, JSONValue) in
      (
        criterion.name,
        [
          "type": "object", "additionalProperties": false, "required": ["reason", "score"],
          "properties": [
            "reason": ["type": "string", "maxLength": 400],
            "score": ["type": "integer", "enum": .array(criterion.range.map { .int(Int64($0)) })],
          ],
        ]
      )
    }
    return [
      "type": "object", "additionalProperties": false, "required": .array(criteria.map { .string($0.name) }),
      "properties": .object(Dictionary(uniqueKeysWithValues: items)),
    ]
  }

  /// One for each criterion; nil where the answer has no score on the scale.
  func scores(_ object: [String: JSONValue]?) -> [Score?] {
    criteria.map { criterion in
      guard let item = object?[criterion.name], let number = item["score"]?.int, let score = Int(exactly: number),
        criterion.range.contains(score)
      else { return nil }
      return Score(score: score, reason: item["reason"]?.string ?? "")
    }
  }

  // MARK: pairwise

  /// `swapped`: what the table calls b is shown first.
  func pair(_ row: JudgedRow, swapped: Bool) -> GenerateRequest {
    let other = row.other ?? ""
    let (first, second) = swapped ? (other, row.answer) : (row.answer, other)
    let quoted = QuotedText([row.question, first, second] + (row.reference.map { [$0] } ?? []))
    var parts = opening(quoted) + ["Say which answer to the question is better: a, b, or tie where neither is."]
    parts += texts(row, quoted) + [quoted.quote("answer a", first), quoted.quote("answer b", second)]
    parts.append(
      "Reply with a JSON object and nothing else: {\"reason\": \"…\", \"better\": \"a\" or \"b\" or \"tie\"}.")
    return request(parts)
  }

  static let pairSchema: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["reason", "better"],
    "properties": [
      "reason": ["type": "string", "maxLength": 400], "better": ["type": "string", "enum": ["a", "b", "tie"]],
    ],
  ]

  func preference(_ object: [String: JSONValue]?, swapped: Bool) -> (Preference, reason: String)? {
    guard let word = object?["better"]?.string, let preference = Preference(rawValue: word) else { return nil }
    return (swapped ? preference.swapped : preference, object?["reason"]?.string ?? "")
  }

  // MARK: both

  private func opening(_ quoted: QuotedText) -> [String] {
    ["You judge answers to questions. \(quoted.rule)"] + (configuration.instructions.map { [$0] } ?? [])
  }

  private func texts(_ row: JudgedRow, _ quoted: QuotedText) -> [String] {
    [quoted.quote("question", row.question)] + (row.reference.map { [quoted.quote("reference answer", $0)] } ?? [])
  }

  private func request(_ parts: [String]) -> GenerateRequest {
    var request = GenerateRequest(user: parts.joined(separator: "\n\n"), maxTokens: configuration.max_tokens ?? 512)
    request.temperature = configuration.temperature ?? 0
    return request
  }
}
