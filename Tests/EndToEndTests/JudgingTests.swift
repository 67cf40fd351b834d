// A judge whose verdicts cannot be read: they are missing, which is not the lowest score.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

@Suite(.enabled(if: Bench.hasDuckDB, "libduckdb is not there: Scripts/setup-duckdb.sh fetches it"))
struct JudgingTests {
  @Test func `verdicts that cannot be read are missing in figures and rows, and never zero`() throws {
    let host = try TestHost("counter", "duckdb", "parrot", "judge")
    // The parrot repeats the question: no verdict is in that.
    let result = try host.run(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: judges}
      models:
        bird: {use: parrot/model}
      nodes:
        numbers: {use: counter/numbers, with: {rows: 4}}
        answers: {use: duckdb/sql, in: {n: numbers}, with: {query: "SELECT s AS question, s AS answer FROM n"}}
        scores:
          use: judge/evaluate
          in: {rows: answers, model: bird}
          with: {criteria: [{name: correct, description: Is it true?, low: 1, high: 5}]}
        out: {use: duckdb/dataset, in: scores.rows, with: {name: judged}}
      """)
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    let mean = try #require(result.figure("correct_mean", of: "scores"))
    #expect(mean["value"] == .null && mean["n"] == 0)
    #expect(result.figure("correct_missing_rate", of: "scores")?["value"] == 1)
    let judged = try host.ote("datasets", "show", "judged", "--json").json()
    #expect(judged["rows"] == 4)
    #expect(judged["statistics"]?["judge_correct"]?["nulls"] == 4)
    #expect(judged["statistics"]?["judge_correct"]?["max"] == nil)
    let listed = try host.ote("evals", "list", "--json").json().array ?? []
    #expect(listed.map { $0["models"] } == [[["node": "bird"]]])
  }
}
