// The metrics by the names that configurations and tables use.
import Statistics

enum MetricName: String, Sendable, CaseIterable, Decodable {
  case exactMatch = "exact_match"
  case normalizedExactMatch = "normalized_exact_match"
  case f1
  case bleu
  case chrf
  case chrfPlusPlus = "chrf_pp"
  case ter
  case rouge1, rouge2, rougeL, rougeLsum
  case editSimilarity = "edit_similarity"
  case jsonValid = "json_valid"
  case jsonSchema = "json_schema"
  case jsonEqual = "json_equal"
  case jsonFields = "json_fields"
  case callMatch = "call_match"
  case callNameMatch = "call_name_match"
  case regexMatch = "regex_match"

  var title: String {
    switch self {
    case .exactMatch: "Exact match"
    case .normalizedExactMatch: "Exact match, normalised (SQuAD)"
    case .f1: "F1 over words (SQuAD)"
    case .bleu: "BLEU"
    case .chrf: "chrF"
    case .chrfPlusPlus: "chrF++"
    case .ter: "Translation edit rate"
    case .rouge1: "ROUGE-1"
    case .rouge2: "ROUGE-2"
    case .rougeL: "ROUGE-L"
    case .rougeLsum: "ROUGE-Lsum"
    case .editSimilarity: "Edit similarity"
    case .jsonValid: "JSON is valid"
    case .jsonSchema: "JSON conforms to the schema"
    case .jsonEqual: "JSON is equal"
    case .jsonFields: "F1 over JSON fields"
    case .callMatch: "Function calls are equal"
    case .callNameMatch: "Functions called are equal"
    case .regexMatch: "The pattern matches"
    }
  }

  var better: Report.Metric.Direction { self == .ter ? .lower : .higher }

  var needsReference: Bool { self != .jsonValid && self != .jsonSchema && self != .regexMatch }

  /// Numbers of a row that add up over rows: for a mean the value, and 1 where there is one.
  var width: Int {
    switch self {
    case .bleu: Bleu.width
    case .chrf: 3 * ChrF.characterOrder
    case .chrfPlusPlus: 3 * (ChrF.characterOrder + 2)
    case .ter: Ter.width
    default: 2
    }
  }
}
