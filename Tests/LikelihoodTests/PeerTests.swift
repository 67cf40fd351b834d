// The aggregation beside lm-evaluation-harness's own code, given the same log-probabilities.
import JSONValue
import PluginKit
import PluginTesting
import Statistics
import TestSupport
import Testing

@testable import LikelihoodPlugin

struct PeerTests {
  struct Question {
    var choices: [String]
    var right: Int
    var likelihoods: [Double]
    var greedy: [Bool]
  }

  static let pieces = ["red", "blå", "日本", " ", "\u{2003}", "a\u{301}", "green\n", "x", "👩‍👩‍👧", "seventeen", "."]

  static let questions: [[Question]] = {
    var random = Xoshiro256(seed: 21)
    func text() -> String {
      (0..<1 + random.below(4)).map { _ in pieces[Int(random.below(UInt64(pieces.count)))] }.joined()
    }
    return (0..<20).map { round in
      let count = 2 + round % 4
      return (0..<2 + random.below(60)).map { _ in
        Question(
          choices: (0..<count).map { _ in text() }, right: Int(random.below(UInt64(count))),
          likelihoods: (0..<count).map { _ in round % 3 == 0 ? -Double(1 + random.below(3)) : -random.unit() * 30 },
          greedy: (0..<count).map { _ in random.below(3) == 0 })
      }
    }
  }()

  static let texts: [[(text: String, likelihood: Double)]] = {
    var random = Xoshiro256(seed: 22)
    return (0..<20).map { _ in
      (0..<1 + random.below(40)).map { _ in
        let text = (0..<1 + random.below(12)).map { _ in pieces[Int(random.below(UInt64(pieces.count)))] }.joined()
        return (text, -random.unit() * 50)
      }
    }
  }()

  static let peer = Result {
    try PythonPeer.ask(
      "metrics/likelihood_peer.py",
      [
        "choices": .array(
          questions.map { set in
            .array(
              set.map { question in
                [
                  "choices": .array(question.choices.map { .string($0) }), "right": .int(Int64(question.right)),
                  "likelihoods": .array(question.likelihoods.map { .double($0) }),
                  "greedy": .array(question.greedy.map { .bool($0) }),
                ]
              })
          }),
        "texts": .array(
          texts.map { set in .array(set.map { ["text": .string($0.text), "likelihood": .double($0.likelihood)] }) }),
      ])
  }

  static func expect(_ ours: Double?, _ theirs: Double?, _ note: String, location: SourceLocation = #_sourceLocation) {
    guard let ours, let theirs else {
      #expect(ours == nil && theirs == nil, "\(note)", sourceLocation: location)
      return
    }
    #expect(
      abs(ours - theirs) <= 1e-9 * max(1, abs(theirs)), "\(note): \(ours) for \(theirs)", sourceLocation: location)
  }

  static func settings(_ config: JSONValue) throws -> LikelihoodSettings { try config.decode() }

  @Test func `multiple choice is judged as lm-evaluation-harness judges it`() throws {
    let theirs = try #require(try Self.peer.get()["choices"]?.array)
    let settings = try Self.settings(["task": "multiple_choice", "prompt": "q", "choices": ["c"], "answer": "a"])
    for (index, set) in Self.questions.enumerated() {
      var texts = JudgedTexts(settings)
      for (row, question) in set.enumerated() {
        let judgement = ChoiceJudgement(
          question.choices, question.likelihoods, greedy: question.greedy, right: question.right)
        let own = [judgement.accuracy, judgement.byCharacters, judgement.byBytes]
        #expect(own == theirs[index]["rows"]?[row]?.array?.compactMap(\.double), "set \(index) row \(row)")
        texts.add(judgement, group: nil, cluster: nil)
      }
      for (place, value) in texts.figures.values().enumerated() {
        let name = texts.entries[place].name
        Self.expect(value, theirs[index][name]?.double, "set \(index) \(name)")
        guard name != "brier_score" else { continue }
        Self.expect(texts.standardError(place).error, theirs[index]["stderr"]?[name]?.double, "set \(index) \(name)")
      }
    }
  }

  @Test func `perplexity is that of lm-evaluation-harness`() throws {
    let theirs = try #require(try Self.peer.get()["texts"]?.array)
    for (index, set) in Self.texts.enumerated() {
      var texts = JudgedTexts(try Self.settings(["task": "perplexity", "text": "t"]))
      for item in set { texts.add(item.likelihood, tokens: nil, text: item.text, group: nil, cluster: nil) }
      let values = texts.figures.values()
      for place in 1..<4 {
        let name = texts.entries[place].name
        Self.expect(values[place], theirs[index][name]?.double, "set \(index) \(name)")
      }
      #expect(values[0].isNaN)
    }
  }
}
