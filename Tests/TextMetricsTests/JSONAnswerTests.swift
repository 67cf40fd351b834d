// Answers that are JSON and calls of functions.
import JSONValue
import Testing

@testable import TextMetricsPlugin

struct JSONAnswerTests {
  private func score(_ name: MetricName, _ prediction: String, _ reference: String, fences: Bool = false) throws
    -> Double
  {
    var config: [String: JSONValue] = [
      "prediction": "p", "references": ["r"], "metrics": [.string(name.rawValue)],
    ]
    config["json"] = ["fences": .bool(fences)]
    var scorer = RowScorer(try JSONValue.object(config).decode())
    return scorer.measure(prediction: Array(prediction.utf8), references: [Array(reference.utf8)]).scores[0]
  }

  @Test(
    arguments: [
      ("{}", 1), ("[1,2]", 1), ("\"x\"", 1), ("null", 1), ("", 0), ("{'a':1}", 0), ("{\"a\":1,}", 0), ("NaN", 0),
      ("01", 0),
      ("{\"a\":1} x", 0), ("```json\n{}\n```", 0), (String(repeating: "[", count: 100_000), 0),
    ] as [(String, Double)])
  func `validity is that of RFC 8259`(_ text: String, _ score: Double) throws {
    #expect(try self.score(.jsonValid, text, "") == score)
  }

  @Test func `a code fence is taken off only where wanted`() throws {
    let fenced = "```json\n{\"a\": 1}\n```"
    #expect(try score(.jsonEqual, fenced, "{\"a\":1}") == 0)
    #expect(try score(.jsonEqual, fenced, "{\"a\":1}", fences: true) == 1)
    #expect(try score(.jsonEqual, "```{\"a\":1}```", "{\"a\":1}", fences: true) == 1)
    #expect(try score(.jsonValid, "``````", "", fences: true) == 0)
    #expect(try score(.jsonValid, "```", "", fences: true) == 0)
  }

  @Test func `values are equal by what they mean`() throws {
    #expect(try score(.jsonEqual, "{\"b\":[1.0,2e0],\"a\":null}", "{\"a\":null,\"b\":[1,2]}") == 1)
    #expect(try score(.jsonEqual, "[2,1]", "[1,2]") == 0)
    #expect(try score(.jsonEqual, "true", "1") == 0)
    #expect(try score(.jsonEqual, "{", "1") == 0)
    #expect(try score(.jsonEqual, "{}", "not json").isNaN)
  }

  @Test func `fields in common are counted with their paths`() throws {
    #expect(try score(.jsonFields, "{\"a\":1,\"b\":{\"c\":2}}", "{\"a\":1,\"b\":{\"c\":3}}") == 0.5)
    #expect(try score(.jsonFields, "{\"a\":1}", "{\"a\":1,\"b\":{\"c\":3},\"d\":[]}") == 0.5)
    #expect(try score(.jsonFields, "[]", "[]") == 1)
    #expect(try score(.jsonFields, "{\"a\":{}}", "{\"a\":[]}") == 0)
  }

  @Test(
    arguments: [
      ("{\"name\":\"f\",\"arguments\":{\"x\":1}}", 1), ("{\"name\":\"f\",\"arguments\":\"{\\\"x\\\": 1.0}\"}", 1),
      ("[{\"function\":{\"name\":\"f\",\"arguments\":{\"x\":1}}}]", 1), ("{\"f\":{\"x\":1}}", 1),
      ("{\"tool_calls\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}}]}", 1),
      ("{\"name\":\"f\",\"parameters\":{\"x\":1}}", 1), ("{\"name\":\"f\",\"arguments\":{\"x\":2}}", 0),
      ("{\"name\":\"g\",\"arguments\":{\"x\":1}}", 0), ("[{\"f\":{\"x\":1}},{\"f\":{\"x\":1}}]", 0), ("[]", 0),
      ("f(x=1)", 0),
      ("{\"name\":\"f\",\"arguments\":\"x\"}", 0),
    ] as [(String, Double)])
  func `calls are compared by name and arguments in every usual shape`(_ text: String, _ score: Double) throws {
    #expect(try self.score(.callMatch, text, "[{\"name\":\"f\",\"arguments\":{\"x\":1}}]") == score)
  }

  @Test func `the order of calls does not matter, and names may be judged alone`() throws {
    #expect(try score(.callMatch, "[{\"f\":{}},{\"g\":{\"a\":1}}]", "[{\"g\":{\"a\":1}},{\"f\":{}}]") == 1)
    #expect(try score(.callNameMatch, "[{\"f\":{\"a\":1}},{\"g\":{}}]", "[{\"g\":{\"a\":1}},{\"f\":{}}]") == 1)
    #expect(try score(.callNameMatch, "[{\"f\":{}}]", "[{\"f\":{}},{\"f\":{}}]") == 0)
    #expect(try score(.callMatch, "[]", "[]") == 1)
  }
}
