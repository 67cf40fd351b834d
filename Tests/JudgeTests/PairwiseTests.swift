// Two answers compared in both orders.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import JudgePlugin

struct PairwiseTests {
  private static let configuration: [String: JSONValue] = ["mode": "pairwise", "resamples": 100]

  private static func reply(_ word: String) -> String { "{\"reason\": \"so\", \"better\": \"\(word)\"}" }

  /// The longer answer is better, wherever it stands.
  private static var fair: PluginBench.Model {
    JudgeTable.model { request in
      let (a, b) = (JudgeTable.quoted("answer a", request).count, JudgeTable.quoted("answer b", request).count)
      return reply(a == b ? "tie" : a > b ? "a" : "b")
    }
  }

  private static let rows = [
    JudgeTable.row(0, "long one", "short"), JudgeTable.row(1, "x", "longer"), JudgeTable.row(2, "xx", "yy"),
    JudgeTable.row(3, "x", "yyy"),
  ]

  @Test func `only what wins in both orders is a win`() throws {
    let result = try JudgeTable.evaluate(Self.rows, Self.configuration, Self.fair)
    #expect(result.rows.map { $0["judge_better"]?.string } == ["a", "b", "tie", "b"])
    #expect(result.report.value("wins_a") == 0.25)
    #expect(result.report.value("wins_b") == 0.5)
    #expect(result.report.value("ties") == 0.25)
    #expect(result.report.value("preference_b") == 0.625)
    #expect(result.report.value("position_disagreement") == 0)
    #expect(result.report.value("first_shown_rate") == 0.5)
  }

  @Test func `a judge that prefers what stands first is inconsistent, and that is counted`() throws {
    let result = try JudgeTable.evaluate(Self.rows, Self.configuration, JudgeTable.model { _ in Self.reply("a") })
    #expect(result.rows.allSatisfy { $0["judge_better"] == "inconsistent" })
    #expect(result.rows[0]["judge_in_order"] == "a")
    #expect(result.rows[0]["judge_swapped"] == "b")
    #expect(result.report.value("position_disagreement") == 1)
    #expect(result.report.value("first_shown_rate") == 1)
    #expect(result.report.value("preference_b") == 0.5)
  }

  @Test func `a pair with one verdict missing has no outcome`() throws {
    let model = JudgeTable.model { request in
      JudgeTable.quoted("answer a", request) == "longer" ? "hm" : Self.reply("a")
    }
    let result = try JudgeTable.evaluate(Self.rows, Self.configuration, model)
    #expect(result.rows[1]["judge_better"] == .null)
    #expect(result.rows[1]["judge_in_order"] == "a")
    #expect(result.rows[1]["judge_swapped"] == .null)
    #expect(result.report.value("missing_rate") == 0.125)
    #expect(result.report.metric("wins_a")?["n"] == 3)
  }

  @Test func `agreement with people is kappa and the share that is the same`() throws {
    var configuration = Self.configuration
    configuration["label"] = "human"
    let rows = (0..<12).map { index in
      JudgeTable.row(
        index, .string(index % 2 == 0 ? "long" : "x"), "mid",
        human: index == 11 ? nil : index == 10 ? "TIE" : index % 2 == 0 ? "a" : "b")
    }
    let report = try JudgeTable.evaluate(rows, configuration, Self.fair).report
    #expect(report.metric("human_same")?["n"] == 11)
    #expect(abs(try #require(report.value("human_same")) - 10.0 / 11) < 1e-12)
    #expect(try #require(report.value("human_agreement")) > 0.8)
    let bad = [JudgeTable.row(0, "x", "y", human: "first")]
    let failure = #expect(throws: PluginError.self) { try JudgeTable.evaluate(bad, configuration, Self.fair) }
    #expect(failure?.details["row"] == 0)
  }

  @Test func `repeats decide by majority and tell their agreement`() throws {
    let model = JudgeTable.model { request in
      // The third repeat turns round.
      let isFirst = JudgeTable.quoted("answer a", request).hasPrefix("good")
      return Self.reply((request.seed == 3) != isFirst ? "a" : "b")
    }
    let rows = (0..<8).map {
      JudgeTable.row($0, .string($0 % 2 == 0 ? "good" : "bad"), .string($0 % 2 == 0 ? "bad" : "good"))
    }
    let result = try JudgeTable.evaluate(rows, Self.configuration.merging(["repeats": 3, "seed": 1]) { $1 }, model)
    #expect(result.rows.map { $0["judge_better"]?.string } == (0..<8).map { $0 % 2 == 0 ? "a" : "b" })
    #expect(try #require(result.report.value("self_agreement")) < 0.5)
  }
}
