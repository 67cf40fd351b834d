// What the judge said about each row, by repeat.
import JSONValue
import ModelCalls
import PluginKit
import Synchronization

/// One row of a rubric: by criterion, then by repeat.
struct RubricVerdict: Sendable {
  var scores: [[Score?]]
  var human: [Double?] = []

  func mean(_ criterion: Int) -> Double? {
    let given = scores[criterion].compactMap { $0.map { Double($0.score) } }
    return given.isEmpty ? nil : given.reduce(0, +) / Double(given.count)
  }
}

/// One row of a comparison: by repeat, in both orders, told in the table's own letters.
struct PairVerdict: Sendable {
  struct Turn: Sendable, Hashable {
    var straight: Preference?
    var swapped: Preference?
    /// nil where one of the two is missing.
    var outcome: Outcome? {
      guard let straight, let swapped else { return nil }
      return straight == swapped ? Outcome(straight) : .inconsistent
    }
  }

  var turns: [Turn]
  var reason: String?
  var human: Preference?

  /// What more than half of the repeats that came say; else there is no consistent verdict.
  var outcome: Outcome? {
    let outcomes = turns.compactMap(\.outcome)
    guard !outcomes.isEmpty else { return nil }
    return Outcome.allCases.first { one in outcomes.count { $0 == one } * 2 > outcomes.count } ?? .inconsistent
  }
}

enum Outcome: String, Sendable, Hashable, CaseIterable {
  case a, b, tie, inconsistent

  init(_ preference: Preference) { self = Outcome(rawValue: preference.rawValue) ?? .inconsistent }
  var code: Double { Double(Outcome.allCases.firstIndex(of: self) ?? 0) }
}

/// Puts the questions. Any thread.
final class Judge: Sendable {
  let prompt: JudgePrompt
  private let configuration: JudgeConfiguration
  private let model: AskedModel
  private let troubles = Mutex<[String: Int]>([:])

  init(_ configuration: JudgeConfiguration, _ run: Run) {
    self.configuration = configuration
    prompt = JudgePrompt(configuration: configuration)
    model = AskedModel(run.model("model"))
  }

  /// Why verdicts are missing, and how often.
  var lost: [String: Int] { troubles.withLock { $0 } }

  var notes: [String] {
    var notes: [String] = []
    if model.refused.contains(.format) { notes.append("The judge keeps to no schema: its answers were read strictly.") }
    if model.refused.contains(.seed) { notes.append("The judge takes no seed: verdicts may differ from run to run.") }
    return notes
  }

  func rubric(_ row: JudgedRow) throws -> RubricVerdict {
    var scores = [[Score?]](repeating: [], count: prompt.criteria.count)
    for turn in 0..<configuration.repeatCount {
      let object = try ask(prompt.rubric(row), schema: prompt.rubricSchema, turn)
      for (index, score) in prompt.scores(object).enumerated() {
        scores[index].append(score)
        if score == nil, object != nil { lose("no score on the scale for \(prompt.criteria[index].name)") }
      }
    }
    return RubricVerdict(scores: scores)
  }

  func pair(_ row: JudgedRow) throws -> PairVerdict {
    var verdict = PairVerdict(turns: [])
    for number in 0..<configuration.repeatCount {
      var turn = PairVerdict.Turn()
      for swapped in [false, true] {
        let object = try ask(prompt.pair(row, swapped: swapped), schema: JudgePrompt.pairSchema, number)
        let preference = prompt.preference(object, swapped: swapped)
        if preference == nil, object != nil { lose("no verdict of a, b or tie") }
        if swapped { turn.swapped = preference?.0 } else { turn.straight = preference?.0 }
        if verdict.reason == nil, !swapped { verdict.reason = preference?.reason }
      }
      verdict.turns.append(turn)
    }
    return verdict
  }

  private func ask(
    _ request: GenerateRequest, schema: JSONValue, _ turn: Int
  ) throws -> [String: JSONValue]? {
    var request = request
    request.seed = Int(truncatingIfNeeded: configuration.seedNumber &+ UInt64(turn)) & 0x7FFF_FFFF
    do {
      let object = try model.object(request, schema: schema).object
      if object == nil { lose("the answer was no JSON object") }
      return object
    } catch let error as PluginError where error.status == .invalidArgument || error.status == .data {
      // This row the model cannot take; others it can.
      lose(error.message)
      return nil
    }
  }

  private func lose(_ why: String) { troubles.withLock { $0[why, default: 0] += 1 } }
}
