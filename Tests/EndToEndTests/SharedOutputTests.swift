// One output with several readers.
import JSONValue
import Model
import TestSupport
import Testing

struct SharedOutputTests {
  /// Batches larger than the whole bound: each one goes through the disk.
  @Test func `two readers of one output see the same rows, also where it spills`() throws {
    let host = try Bench.host("counter", "expectations")
    let rows = 400_000
    let rules = """
      [{rule: row_count, equals: \(rows)}, {rule: unique, columns: [n]}, {rule: not_null, column: s}, \
      {rule: range, column: n, min: 0, max: \(rows - 1)}, {rule: monotone, column: n, direction: increasing}]
      """
    let result = try host.run(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: shared}
      nodes:
        numbers: {use: counter/numbers, with: {rows: \(rows), batch_rows: 100000}}
        left: {use: expectations/check, in: numbers, with: {rules: \(rules)}}
        right: {use: expectations/check, in: numbers, with: {rules: \(rules)}}
        first: {use: counter/null, in: left}
        second: {use: counter/null, in: right}
      limits: {edge_memory: 1MiB}
      """)
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    #expect(result.report.gates.map(\.tripped) == [false, false])
    let receipts = result.report.outputs.map { $0["rows"]?.int }
    #expect(receipts == [Int64(rows), Int64(rows)])
    let bytes = result.report.outputs.map { $0["bytes"]?.int }
    #expect(bytes.first == bytes.last)
    #expect(result.node("numbers")?.rowsOut == Int64(rows))
  }

  @Test func `a reader that fails ends the other one too`() throws {
    let host = try Bench.host("fails-mid-stream")
    let (first, second) = (host.unusedPath(), host.unusedPath())
    let result = try host.run(
      FourNodes(
        path: first, plugins: [.sink: "fails-mid-stream"],
        more: "  aside: {use: well-behaved/sink, in: step, with: {path: \(second)}}"
      ).text)
    #expect(result.problem?.node == "out")
    #expect(result.problem?.plugin == "fails-mid-stream")
    #expect(!Bench.exists(first))
    #expect(!Bench.exists(second))
    #expect(!Bench.exists("\(second).part"))
  }

  @Test func `an output that nobody reads is driven all the same`() throws {
    let host = try Bench.host()
    let result = try host.run(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: no-sink}
      nodes:
        rows: {use: well-behaved/source}
        rules: {use: well-behaved/check, in: rows, with: {fail_every: 4}}
      """)
    #expect(result.code == 3)
    #expect(result.report.findings.first?.failingRows == 50)
  }
}
