// Predicted labels against true ones, from a table to a gate.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

@Suite(.enabled(if: Bench.hasDuckDB, "libduckdb is not there: Scripts/setup-duckdb.sh fetches it"))
struct LabelTests {
  /// Twenty rows: each tenth number is taken for a small one although it is not, or the other way round.
  private func document(atLeast: Double) -> String {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: labels}
    nodes:
      numbers: {use: counter/numbers, with: {rows: 20}}
      labelled:
        use: duckdb/sql
        in: {n: numbers}
        with: {query: "SELECT n, n < 10 AS label, (n < 10) <> (n % 10 = 0) AS prediction FROM n"}
      scores:
        use: classification/evaluate
        in: labelled
        with: {label: label, prediction: prediction}
        gate: {require: [{metric: accuracy, at_least: \(atLeast)}]}
      out: {use: duckdb/dataset, in: scores.rows, with: {name: labelled}}
    """
  }

  @Test func `labels are compared, and the rows say which were right`() throws {
    let host = try TestHost("counter", "duckdb", "classification")
    let result = try host.run(document(atLeast: 0.9))
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    #expect(result.figure("accuracy", of: "scores")?["value"] == 0.9)
    #expect(result.figure("accuracy", of: "scores")?["interval"]?.array?.count == 2)
    #expect(try host.ote("datasets", "show", "labelled", "--json").json()["rows"] == 20)
  }

  @Test func `a gate on a figure stops the run, which publishes no rows`() throws {
    let host = try TestHost("counter", "duckdb", "classification")
    let result = try host.run(document(atLeast: 0.95))
    #expect(result.code == 3 && result.status == .stopped)
    #expect(result.report.findings.first?.message?.contains("accuracy is 0.9") == true)
    #expect(try host.ote("datasets", "show", "labelled").code == 1)
  }
}
