// The signals an answer's trust is made of: each has a published definition and is named for what it is.

enum Signal: String, Sendable, Hashable, CaseIterable, Decodable {
  case tokenLogProbabilityMean = "token_logprob_mean"
  case tokenLogProbabilityMinimum = "token_logprob_min"
  case predictiveEntropy = "predictive_entropy"
  case ngramSurpriseMean = "selfcheck_ngram_mean"
  case ngramSurpriseMaximum = "selfcheck_ngram_max"
  case embeddingClusterEntropy = "embedding_cluster_entropy"
  case semanticEntropy = "semantic_entropy"
  case contextOverlap = "context_overlap"
  case judgeVerdict = "judge_verdict"

  var meaning: String {
    switch self {
    case .tokenLogProbabilityMean: "mean log-probability of the answer's tokens (Malinin and Gales 2021)"
    case .tokenLogProbabilityMinimum: "log-probability of the answer's least likely token (Manakul et al. 2023)"
    case .predictiveEntropy:
      "mean of -log p per token over the samples: length-normalised predictive entropy (Malinin and Gales 2021)"
    case .ngramSurpriseMean:
      "mean -log frequency of the answer's words in the samples: SelfCheckGPT's n-gram variant (Manakul et al. 2023)"
    case .ngramSurpriseMaximum:
      "-log frequency of the answer's rarest word in the samples: SelfCheckGPT's n-gram variant (Manakul et al. 2023)"
    case .embeddingClusterEntropy:
      "entropy of the samples' clusters by cosine similarity of embeddings; related to, but not, semantic entropy"
    case .semanticEntropy:
      "discrete semantic entropy: clusters of samples that entail each other by the bound NLI model (Kuhn et al. 2023, "
        + "Farquhar et al. 2024)"
    case .contextOverlap: "share of the answer's words that occur in the context; lexical, it proves no support"
    case .judgeVerdict: "1 where the bound judge calls the answer right, 0 where it calls it wrong"
    }
  }

  var needsSamples: Bool {
    switch self {
    case .predictiveEntropy, .ngramSurpriseMean, .ngramSurpriseMaximum, .embeddingClusterEntropy, .semanticEntropy: true
    default: false
    }
  }
}
