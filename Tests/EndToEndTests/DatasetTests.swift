// Datasets: published in one step with the run that made them, or not at all.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

@Suite(.enabled(if: Bench.hasDuckDB, "libduckdb is not there: Scripts/setup-duckdb.sh fetches it"))
struct DatasetTests {
  private func host() throws -> TestHost {
    try TestHost("duckdb", "expectations", "local-files", "well-behaved", "fails-in-commit", "counter")
  }

  private func example(_ name: String) -> String { "\(Products.sources)/Examples/\(name).yaml" }
  private let data = "folder=\(Products.sources)/Examples/data"

  private func versions(_ host: TestHost) throws -> [String: Int64] {
    let listed = try host.ote("datasets", "list", "--json").json().array ?? []
    return Dictionary(
      uniqueKeysWithValues: listed.map { ($0["dataset"]?.string ?? "", $0["version"]?.int ?? 0) })
  }

  @Test func `the example of ten orders publishes their sums`() throws {
    let host = try host()
    let result = try RunResult(host.ote("run", example("orders"), "--param", data, "--json"))
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    #expect(result.report.outputs.first?["dataset"]?.string == "orders_by_country")
    #expect(result.report.outputs.first?["version"] == 1)
    let shown = try host.ote("datasets", "show", "orders_by_country", "--json").json()
    #expect(shown["rows"] == 5)
    #expect(shown["run"]?.string == result.report.run)
    #expect(Bench.exists(shown["path"]?.string ?? ""))
    let head = try host.ote("datasets", "head", "orders_by_country", "--json").json()
    let first = (head["rows"]?.array ?? []).compactMap { $0.array?.first?.string }
    #expect(first == ["CH", "FI", "GB", "NL", "US"])
  }

  @Test func `the example with a quarantine publishes good rows and bad ones apart`() throws {
    let host = try host()
    let result = try RunResult(host.ote("run", example("quarantine"), "--param", data, "--json"))
    #expect(result.code == 0, "\(result.problem?.detail ?? "")")
    #expect(try host.ote("datasets", "show", "orders_clean", "--json").json()["rows"] == 7)
    #expect(try host.ote("datasets", "show", "orders_rejected", "--json").json()["rows"] == 3)
  }

  /// read and dataset run as one query, in the call of the dataset: the place of the fault is still the reader.
  @Test func `a bad row is blamed on the node that read the file, also in a fused query`() throws {
    let host = try host()
    let folder = host.unusedPath()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let rows = (1...30_000).map { "\($0),\($0)\n" }.joined()
    try ("id,amount\n" + rows + "30001,oops\n").write(toFile: "\(folder)/late.csv", atomically: true, encoding: .utf8)
    let result = try host.run(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: late}
      nodes:
        file: {use: local-files/source, with: {path: \(folder)}}
        orders: {use: duckdb/read, in: file}
        publish: {use: duckdb/dataset, in: orders, with: {name: late}}
      """)
    #expect(result.code == 1)
    #expect(result.problem?.code == .badData)
    #expect(result.problem?.node == "orders")
    #expect(result.problem?.at?.file?.hasSuffix("late.csv") == true)
    #expect(result.problem?.at?.line == 30_002)
    #expect(try versions(host).isEmpty)
  }

  /// The dataset's sink commits first; the run fails all the same.
  @Test func `a dataset of a run that fails at its end is never seen`() throws {
    let host = try host()
    let path = host.unusedPath()
    let result = try host.run(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: half}
      nodes:
        numbers: {use: counter/numbers, with: {rows: 1000}}
        publish: {use: duckdb/dataset, in: numbers, with: {name: half}}
        out: {use: fails-in-commit/sink, in: numbers, with: {path: \(path)}}
      """)
    #expect(result.code == 1)
    #expect(result.problem?.node == "out")
    #expect(try versions(host).isEmpty)
    Bench.expectNothing(of: result.report.run, host: host, path: path)
    let missing = try host.ote("datasets", "show", "half")
    #expect(missing.code == 1)
    #expect(missing.errors.contains("OTE-4004"))
  }

  @Test func `a gate that stops leaves the version before as the newest`() throws {
    let host = try host()
    func document(_ failEvery: Int) -> String {
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: gated}
      nodes:
        numbers: {use: counter/numbers, with: {rows: 1000}}
        rules: {use: well-behaved/check, in: numbers, with: {fail_every: \(failEvery)}}
        publish: {use: duckdb/dataset, in: rules, with: {name: gated}}
      """
    }
    #expect(try host.run(document(0)).code == 0)
    #expect(try host.run(document(7)).code == 3)
    #expect(try versions(host) == ["gated": 1])
    #expect(try host.run(document(0)).code == 0)
    #expect(try versions(host) == ["gated": 2])
  }

  @Test func `runs that publish at once get versions of their own`() throws {
    let host = try host()
    let running = try (1...4).map { n in
      try host.startRun(
        """
        apiVersion: opentrusteval/v1
        kind: Pipeline
        metadata: {name: race}
        nodes:
          numbers: {use: counter/numbers, with: {rows: \(n * 1000)}}
          publish: {use: duckdb/dataset, in: numbers, with: {name: race}}
        """)
    }
    let results = try running.map { try RunResult($0.finish()) }
    for result in results { #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")") }
    let given = results.compactMap { $0.report.outputs.first?["version"]?.int }
    #expect(Set(given) == [1, 2, 3, 4])
    for (n, version) in zip(1..., given) {
      let shown = try host.ote("datasets", "show", "race@\(version)", "--json").json()
      #expect(shown["rows"]?.int == Int64(n * 1000))
    }
  }

  @Test func `a plugin that crashes on a thread of DuckDB leaves a report too`() throws {
    let host = try host()
    try host.enable(["segfault"])
    // Which of DuckDB's threads asks for the third batch is not known beforehand: each of them will have been it.
    for _ in 1...12 {
      let result = try host.run(
        """
        apiVersion: opentrusteval/v1
        kind: Pipeline
        metadata: {name: crash}
        nodes:
          rows: {use: segfault/source, with: {rows: 100000}}
          publish: {use: duckdb/dataset, in: rows, with: {name: crash}}
        """)
      #expect(result.problem?.detail.contains("libsegfault.so") == true, "\(result.problem?.detail ?? "")")
    }
  }

  @Test func `a plugin that crashes beside a query takes no version along`() throws {
    let host = try host()
    try host.enable(["segfault"])
    let result = try host.run(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: crash}
      nodes:
        numbers: {use: counter/numbers, with: {rows: 1000, batch_rows: 100}}
        doubled: {use: duckdb/sql, in: {t: numbers}, with: {query: "SELECT n * 2 AS n FROM t"}}
        bad: {use: segfault/stage, in: doubled}
        numbers_again: {use: counter/numbers, with: {rows: 100000, batch_rows: 100}}
        crashing: {use: segfault/stage, in: numbers_again}
        publish: {use: duckdb/dataset, in: bad, with: {name: crash}}
        other: {use: duckdb/dataset, in: crashing, with: {name: other}}
      """)
    #expect(result.code == 1)
    #expect(result.problem?.code == .pluginCrashed)
    #expect(result.problem?.plugin == "segfault")
    #expect(try versions(host).isEmpty)
  }
}
