// Which signals this run can make, from its columns and models.
import PluginKit

struct SignalPlan: Sendable {
  let signals: [Signal]

  /// Throws where a signal was asked for by name and nothing gives it.
  init(_ configuration: TrustConfiguration, models: Set<String>) throws {
    let hasModel = models.contains("model")
    let scores = configuration.logprobs != nil || hasModel
    let hasSamples = configuration.samples != nil || hasModel
    func lack(_ signal: Signal) -> String? {
      switch signal {
      case .tokenLogProbabilityMean:
        configuration.logprob_mean != nil || scores
          ? nil : "a column `logprob_mean` or `logprobs`, or a model at the input `model`"
      case .tokenLogProbabilityMinimum:
        configuration.logprob_min != nil || scores
          ? nil : "a column `logprob_min` or `logprobs`, or a model at the input `model`"
      case .predictiveEntropy:
        configuration.sample_logprobs != nil || (hasModel && configuration.samples == nil)
          ? nil : "a column `sample_logprobs`, or a model at the input `model` and no column `samples`"
      case .ngramSurpriseMean, .ngramSurpriseMaximum:
        hasSamples ? nil : "a column `samples`, or a model at the input `model`"
      case .embeddingClusterEntropy:
        hasSamples && models.contains("embedder") ? nil : "samples, and a model at the input `embedder`"
      case .semanticEntropy: hasSamples && models.contains("nli") ? nil : "samples, and a model at the input `nli`"
      case .contextOverlap: configuration.context != nil ? nil : "a column `context`"
      case .judgeVerdict: models.contains("judge") ? nil : "a model at the input `judge`"
      }
    }
    if let wanted = configuration.signals {
      for (index, signal) in wanted.enumerated() {
        if let need = lack(signal) {
          throw PluginError.configuration("\(signal.rawValue) needs \(need)", at: "/signals/\(index)")
        }
      }
      signals = Signal.allCases.filter { wanted.contains($0) }
    } else {
      signals = Signal.allCases.filter { lack($0) == nil }
    }
    guard !signals.isEmpty else {
      throw PluginError.configuration(
        "nothing here says how far an answer can be trusted: name a column (logprobs, samples, context), or connect a model",
        at: "")
    }
  }

  var needsSamples: Bool { signals.contains(where: \.needsSamples) }
  /// Something is wanted of the answer's log-probabilities that no column tells.
  func needsScoring(_ configuration: TrustConfiguration) -> Bool {
    configuration.logprobs == nil
      && (signals.contains(.tokenLogProbabilityMean) && configuration.logprob_mean == nil
        || signals.contains(.tokenLogProbabilityMinimum) && configuration.logprob_min == nil)
  }

  /// The signals with a column of their own, whether or not this run can make them: the columns are known before it is
  /// known what is connected.
  static func columns(_ configuration: TrustConfiguration) -> [Signal] {
    Signal.allCases.filter { configuration.signals?.contains($0) ?? true }
  }

  /// What is put beside the rows.
  static func fields(_ configuration: TrustConfiguration) -> [Field] {
    columns(configuration).map { Field("trust_\($0.rawValue)", .float64) } + [
      Field("trust_score", .float64), Field("trust_probability", .float64), Field("trust_decision", .utf8),
      Field("trust_missing", .utf8),
    ]
  }
}
