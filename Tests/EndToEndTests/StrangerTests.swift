// Plugins written from the C header alone, together with ours.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct StrangerTests {
  @Test func `C, C++, Rust and Swift work on the same rows in one pipeline`() throws {
    let host = try Bench.host("counter", "scale", "positive", "expectations", "local-files")
    let (target, incoming) = (host.unusedPath(), host.unusedPath())
    try FileManager.default.createDirectory(atPath: incoming, withIntermediateDirectories: true)
    try Data("a,b\n1,2\n".utf8).write(to: URL(fileURLWithPath: "\(incoming)/one.csv"))
    let result = try host.run(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: languages}
      nodes:
        numbers: {use: counter/numbers, with: {rows: 5000, batch_rows: 100}}
        scaled: {use: scale/scale, in: numbers, with: {column: n, factor: 3}}
        rust: {use: positive/positive, in: scaled, with: {column: n}, gate: {on: error, action: quarantine}}
        swift:
          use: expectations/check
          in: rust
          with:
            rules:
              - {rule: row_count, equals: 4999}
              - {rule: range, column: n, min: 3, max: 14997}
              - {rule: unique, columns: [n]}
              - {rule: not_null, column: s}
        passed: {use: counter/pass, in: swift}
        out: {use: counter/null, in: passed}
        zero: {use: counter/null, in: rust.failing}
        files: {use: local-files/source, with: {path: \(incoming)}}
        copies: {use: local-files/folder, in: files, with: {path: \(target)}}
      """)
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    #expect(result.report.findings.count == 5)
    #expect(result.report.findings.filter { !$0.passed }.map(\.node) == ["rust"])
    #expect(result.report.gates.first { $0.node == "rust" }?.quarantinedRows == 1)
    #expect(result.node("out")?.rowsIn == 4999)
    #expect(result.node("zero")?.rowsIn == 1)
    #expect(try String(contentsOfFile: "\(target)/one.csv", encoding: .utf8) == "a,b\n1,2\n")
    #expect(result.report.nodes.allSatisfy { $0.pluginDigest.hasPrefix("sha256:") })
  }

  @Test func `a stranger's own error reaches the user with its node`() throws {
    let host = try Bench.host("counter", "scale")
    let result = try host.run(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: no-column}
      nodes:
        numbers: {use: counter/numbers, with: {rows: 10}}
        scaled: {use: scale/scale, in: numbers, with: {column: nothing, factor: 3}}
        out: {use: counter/null, in: scaled}
      """)
    #expect(result.code == 1)
    #expect(result.problem?.node == "scaled")
    #expect(result.problem?.plugin == "scale")
    #expect(result.problem?.origin == .user)
    #expect(result.problem?.detail.contains("nothing") == true)
  }

  @Test func `the plugin of the guide runs`() throws {
    let host = try Bench.host("hello")
    let path = host.unusedPath()
    let result = try host.run(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: hello}
      nodes:
        rows: {use: hello/rows}
        out: {use: well-behaved/sink, in: rows, with: {path: \(path)}}
      """)
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    #expect(Bench.rows(at: path) == 10)
  }
}
