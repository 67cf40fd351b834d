// The configuration, with what is assumed where it is silent.
import PluginKit

/// One thing that is scored.
struct Criterion: Decodable, Sendable, Hashable {
  struct Level: Decodable, Sendable, Hashable {
    var score: Int
    var description: String
  }

  var name: String
  var description: String
  var low: Int?
  var high: Int?
  var levels: [Level]?
  /// The column with what people scored.
  var label: String?

  var range: ClosedRange<Int> { min(low ?? 1, high ?? 5)...max(low ?? 1, high ?? 5) }
}

struct JudgeConfiguration: Decodable, Sendable {
  enum Mode: String, Decodable, Sendable { case rubric, pairwise }

  var mode: Mode?
  var question: String?
  var answer: String?
  var other: String?
  var reference: String?
  var criteria: [Criterion]?
  var label: String?
  var instructions: String?
  var repeats: Int?
  var temperature: Double?
  var max_tokens: Int?
  var parallel: Int?
  var resamples: Int?
  var level: Double?
  var seed: UInt64?

  var isPairwise: Bool { mode == .pairwise }
  var questionColumn: String { question ?? "question" }
  var answerColumn: String { answer ?? "answer" }
  var otherColumn: String { other ?? "answer_b" }
  var repeatCount: Int { repeats ?? 1 }
  var seedNumber: UInt64 { seed ?? 1 }

  /// Throws where the parts do not fit each other.
  func check() throws {
    if isPairwise {
      guard criteria == nil || criteria?.isEmpty == true else {
        throw PluginError.configuration(
          "pairwise judging has no criteria; say in `instructions` what makes an answer better", at: "/criteria")
      }
      return
    }
    guard let criteria, !criteria.isEmpty else {
      throw PluginError.configuration("a rubric needs at least one criterion", at: "/criteria")
    }
    for (index, criterion) in criteria.enumerated() {
      guard (criterion.low ?? 1) < (criterion.high ?? 5) else {
        throw PluginError.configuration(
          "the scale of '\(criterion.name)' has to rise from low to high", at: "/criteria/\(index)/high")
      }
      guard !criteria[..<index].contains(where: { $0.name == criterion.name }) else {
        throw PluginError.configuration("two criteria are called '\(criterion.name)'", at: "/criteria/\(index)/name")
      }
      for (place, level) in (criterion.levels ?? []).enumerated() where !criterion.range.contains(level.score) {
        throw PluginError.configuration(
          "\(level.score) is outside \(criterion.range.lowerBound) to \(criterion.range.upperBound)",
          at: "/criteria/\(index)/levels/\(place)/score")
      }
    }
  }
}
