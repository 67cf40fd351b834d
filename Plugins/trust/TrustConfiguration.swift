// The configuration, with what is assumed where it is silent.

struct TrustConfiguration: Decodable, Sendable {
  var question: String?
  var answer: String?
  var context: String?
  var label: String?
  var split: String?
  var calibration: String?
  var held_out: String?
  var logprobs: String?
  var logprob_mean: String?
  var logprob_min: String?
  var samples: String?
  var sample_logprobs: String?
  var signals: [Signal]?
  var prompt: String?
  var system: String?
  var sample_count: Int?
  var temperature: Double?
  var max_tokens: Int?
  var parallel: Int?
  var ngram: Int?
  var similarity: Double?
  var risk: Double?
  var guarantee: RiskGuarantee?
  var delta: Double?
  var l2: Double?
  var bins: Int?
  var resamples: Int?
  var level: Double?
  var seed: UInt64?

  var questionColumn: String { question ?? "question" }
  var answerColumn: String { answer ?? "answer" }
  var labelColumn: String { label ?? "label" }
  var calibrationWord: String { calibration ?? "calibration" }
  var heldOutWord: String { held_out ?? "test" }
  var sampleCount: Int { sample_count ?? 5 }
  var order: Int { ngram ?? 1 }
  var seedNumber: UInt64 { seed ?? 1 }
  var wanted: AbstentionRule.Wanted {
    AbstentionRule.Wanted(guarantee: guarantee ?? .answeredAndWrong, risk: risk ?? 0.1, delta: delta ?? 0.1)
  }

  /// The question as it is put to the model.
  func prompt(question: String, context: String?) -> String {
    let usual = context == nil ? "{question}" : "Context:\n{context}\n\nQuestion: {question}"
    // In one pass, so that a question with "{context}" in it stays a question.
    var text = ""
    var rest = (prompt ?? usual)[...]
    while let open = rest.firstIndex(of: "{") {
      text += rest[..<open]
      rest = rest[open...]
      if rest.hasPrefix("{question}") {
        text += question
        rest = rest.dropFirst("{question}".count)
      } else if rest.hasPrefix("{context}") {
        text += context ?? ""
        rest = rest.dropFirst("{context}".count)
      } else {
        text.append(rest.removeFirst())
      }
    }
    return text + rest
  }
}
