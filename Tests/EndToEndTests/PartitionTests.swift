// A table that is split into folders arrives in a sink as the folders that it was split into.
import Foundation
import Model
import TestSupport
import Testing

@Suite(.enabled(if: Bench.hasDuckDB, "libduckdb is not there: Scripts/setup-duckdb.sh fetches it"))
struct PartitionTests {
  @Test func `files in folders of one name each keep their folder`() throws {
    let host = try TestHost("duckdb", "local-files")
    let target = host.unusedPath()
    let written = try host.run(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: split}
      nodes:
        rows: {use: duckdb/sql, with: {query: "SELECT i % 3 AS year, i AS n FROM range(9) t(i)"}}
        files: {use: duckdb/write, in: rows, with: {format: csv, partition_by: [year], name: part}}
        out: {use: local-files/folder, in: files, with: {path: \(target)}}
      """)
    #expect(written.status == .succeeded, "\(written.problem?.detail ?? "")")
    let names = try FileManager.default.subpathsOfDirectory(atPath: target).filter { $0.hasSuffix(".csv") }.sorted()
    #expect(names == (0..<3).map { "year=\($0)/part_0.csv" })
  }
}
