// What gates make of a check's findings.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct GateTests {
  @Test(arguments: ["", "on: error, action: stop"])
  func `a gate that stops publishes nothing`(_ gate: String) throws {
    let host = try Bench.host()
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, failEvery: 10, gate: gate).text)
    #expect(result.code == 3)
    #expect(result.status == .stopped)
    #expect(result.report.problems.isEmpty)
    #expect(result.report.outputs.isEmpty)
    #expect(result.report.gates.map(\.tripped) == [true])
    #expect(result.report.gates.map(\.action) == ["stop"])
    let finding = try #require(result.report.findings.first)
    #expect(finding.node == "rules")
    #expect(finding.passed == false)
    #expect(finding.failingRows == 20)
    let said = result.events.compactMap { $0["line"]?["text"]?.string }.filter { $0.hasPrefix("sink ") }
    #expect(said == ["sink begin", "sink abort"])
    #expect(!Bench.exists("\(path).part"))
    Bench.expectNothing(of: result.report.run, host: host, path: path)
    // The rows that failed are kept as evidence.
    let evidence = "\(host.store)/runs/\(result.report.run)/failing/rules.csv"
    #expect(try String(contentsOfFile: evidence, encoding: .utf8).split(separator: "\n").count == 21)
  }

  @Test func `a quarantine sets failing rows aside and publishes the others`() throws {
    let host = try Bench.host()
    let (good, bad) = (host.unusedPath(), host.unusedPath())
    let result = try host.run(
      FourNodes(
        path: good, failEvery: 10, gate: "on: error, action: quarantine",
        more: "  rejected: {use: well-behaved/sink, in: rules.failing, with: {path: \(bad)}}"
      ).text)
    #expect(result.code == 0, "\(result.problem?.detail ?? "")")
    #expect(Bench.rows(at: good) == 180)
    #expect(Bench.rows(at: bad) == 20)
    #expect(result.report.gates.first?.quarantinedRows == 20)
    #expect(result.report.gates.first?.tripped == true)
    #expect(result.node("out")?.rowsIn == 180)
    #expect(result.node("rejected")?.rowsIn == 20)
  }

  @Test func `a quarantine with nothing to set aside changes nothing`() throws {
    let host = try Bench.host()
    let (good, bad) = (host.unusedPath(), host.unusedPath())
    let result = try host.run(
      FourNodes(
        path: good, gate: "on: error, action: quarantine",
        more: "  rejected: {use: well-behaved/sink, in: rules.failing, with: {path: \(bad)}}"
      ).text)
    #expect(result.code == 0, "\(result.problem?.detail ?? "")")
    #expect(Bench.rows(at: good) == 200)
    #expect(Bench.rows(at: bad) == 0)
    #expect(result.report.gates.first?.tripped == false)
  }

  @Test func `a gate that warns shows it and lets everything through`() throws {
    let host = try Bench.host()
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, failEvery: 10, gate: "on: error, action: warn").text)
    #expect(result.code == 0)
    #expect(Bench.rows(at: path) == 200)
    #expect(result.report.gates.first?.tripped == true)
    #expect(result.report.findings.first?.failingRows == 20)
  }

  @Test func `findings flow on as a table`() throws {
    let host = try Bench.host()
    let (good, findings) = (host.unusedPath(), host.unusedPath())
    let result = try host.run(
      FourNodes(
        path: good, failEvery: 10, gate: "on: error, action: warn",
        more: "  found: {use: well-behaved/sink, in: rules.findings, with: {path: \(findings)}}"
      ).text)
    #expect(result.code == 0, "\(result.problem?.detail ?? "")")
    #expect(Bench.rows(at: findings) == 1)
  }

  @Test func `one gate that stops holds back every sink`() throws {
    let host = try Bench.host()
    let (first, second) = (host.unusedPath(), host.unusedPath())
    let result = try host.run(
      FourNodes(
        path: first, failEvery: 10, more: "  aside: {use: well-behaved/sink, in: step, with: {path: \(second)}}"
      ).text)
    #expect(result.code == 3)
    #expect(!Bench.exists(first))
    #expect(!Bench.exists(second))
  }

  @Test func `the summary for people names the gate and the rule`() throws {
    let host = try Bench.host()
    let document = try host.document(FourNodes(path: host.unusedPath(), failEvery: 10).text)
    let result = try host.ote("run", document)
    #expect(result.code == 3)
    #expect(result.output.contains("stopped"))
    #expect(result.output.contains("every"))
  }
}
