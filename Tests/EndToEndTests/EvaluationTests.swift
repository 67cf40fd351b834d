// What an evaluator reports becomes an evaluation when its run ends, with its figures and the dataset of its rows.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

@Suite(.enabled(if: Bench.hasDuckDB, "libduckdb is not there: Scripts/setup-duckdb.sh fetches it"))
struct EvaluationTests {
  private func document(_ folder: String, gate: String = "") -> String {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: judges}
    nodes:
      file: {use: local-files/source, with: {path: "\(folder)"}}
      answers: {use: duckdb/read, in: file}
      scores:
        use: text-metrics/evaluate
        in: answers
        with: {prediction: answer, references: [expected], metrics: [exact_match]}
        \(gate)
      rows: {use: duckdb/dataset, in: scores.rows, with: {name: scored}}
    """
  }

  /// `right` of a hundred answers are as expected.
  private func answers(_ host: TestHost, right: Int) throws -> String {
    let folder = host.unusedPath()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let rows = (0..<100).map { "w\($0),\($0 < right ? "w\($0)" : "no")\n" }.joined()
    try ("expected,answer\n" + rows).write(toFile: "\(folder)/answers.csv", atomically: true, encoding: .utf8)
    return folder
  }

  @Test func `two evaluations are listed, shown and compared`() throws {
    let host = try TestHost("duckdb", "local-files", "text-metrics")
    for right in [10, 90] {
      let result = try host.run(document(answers(host, right: right)))
      #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    }
    let listed = try host.ote("evals", "list", "--json").json().array ?? []
    #expect(listed.count == 2)
    #expect(listed.first?["use"]?.string?.hasPrefix("text-metrics/evaluate@") == true)
    #expect(listed.first?["rows"] == ["dataset": "scored", "version": 2])
    let ids = listed.compactMap { $0["id"]?.int }.sorted()
    let shown = try host.ote("evals", "show", "\(ids[0])")
    #expect(shown.output.contains("exact_match") && shown.output.contains("row by row in the dataset scored@1"))
    let compared = try host.ote("evals", "compare", "\(ids[0])", "\(ids[1])", "--json").json()
    let pair = try #require(compared["figures"]?.array?.first { $0["name"] == "exact_match" })
    #expect(pair["first"]?["value"] == 0.1 && pair["second"]?["value"] == 0.9)
    #expect(pair["verdict"] == "better")
    let same = try host.ote("evals", "compare", "\(ids[0])", "\(ids[0])", "--json").json()
    #expect(same["figures"]?.array?.first { $0["name"] == "exact_match" }?["verdict"] == "no difference shown")
  }

  @Test func `a run that its gate stops keeps what was found, and publishes no rows`() throws {
    let host = try TestHost("duckdb", "local-files", "text-metrics")
    let gate = "gate: {require: [{metric: exact_match, at_least: 0.5}]}"
    let result = try host.run(document(answers(host, right: 10), gate: gate))
    #expect(result.status == .stopped)
    let listed = try host.ote("evals", "list", "--json").json().array ?? []
    #expect(listed.count == 1)
    #expect(listed.first?["rows"] == nil)
  }
}
