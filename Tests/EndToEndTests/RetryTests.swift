// Another attempt after a failure, and going on from outputs that were kept.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct RetryTests {
  @Test(arguments: FourNodes.Role.allCases)
  func `a failure from outside is tried again and then works`(_ role: FourNodes.Role) throws {
    let host = try Bench.host("fails-once")
    let path = host.unusedPath()
    let result = try host.run(
      FourNodes(
        path: path, plugins: [role: "fails-once"], retry: "attempts: 2, on: [external], backoff: {first: 10ms}"
      ).text)
    #expect(result.code == 0)
    #expect(result.report.attempts == 2)
    #expect(result.report.problems.isEmpty)
    #expect(Bench.rows(at: path) == 200)
    #expect(result.node("out")?.rowsIn == 200)
    let retrying = result.events.filter { $0["event"]?.string == "retrying" }
    #expect(retrying.count == 1)
    #expect(retrying.first?["problem"]?["code"]?.string == "OTE-3013")
  }

  @Test func `without a policy the first failure is the last`() throws {
    let host = try Bench.host("fails-once")
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, plugins: [.stage: "fails-once"]).text)
    Bench.expectBlame(
      result, Misbehaviour("fails-once", .stage, .inputOutputFailed), host: host, path: path)
    #expect(result.report.attempts == 1)
    #expect(result.problem?.retryable == true)
  }

  @Test func `attempts are bounded`() throws {
    let host = try Bench.host("fails-with-io")
    let path = host.unusedPath()
    let result = try host.run(
      FourNodes(
        path: path, plugins: [.source: "fails-with-io"],
        retry: "attempts: 3, on: [external], backoff: {first: 10ms}"
      ).text)
    Bench.expectBlame(
      result, Misbehaviour("fails-with-io", .source, .inputOutputFailed), host: host, path: path)
    #expect(result.report.attempts == 3)
  }

  @Test func `a crash is tried again only where the policy names plugins`() throws {
    let host = try Bench.host("segfault")
    for (causes, attempts) in [("[external]", 1), ("[plugin]", 2)] {
      let path = host.unusedPath()
      let result = try host.run(
        FourNodes(
          path: path, plugins: [.stage: "segfault"], retry: "attempts: 2, on: \(causes), backoff: {first: 10ms}"
        ).text)
      Bench.expectBlame(result, Misbehaviour("segfault", .stage, .pluginCrashed), host: host, path: path)
      #expect(result.report.attempts == attempts)
    }
  }

  @Test func `a gate that stops is never tried again`() throws {
    let host = try Bench.host()
    let path = host.unusedPath()
    let result = try host.run(
      FourNodes(path: path, failEvery: 10, retry: "attempts: 3, on: [external, plugin]").text)
    #expect(result.code == 3)
    #expect(result.report.attempts == 1)
  }

  @Test func `an attempt goes on from what an earlier one has kept`() throws {
    let host = try Bench.host("fails-once")
    let path = host.unusedPath()
    let result = try host.run(
      FourNodes(
        path: path, plugins: [.sink: "fails-once"], materializes: true,
        retry: "attempts: 2, on: [external], backoff: {first: 10ms}"
      ).text)
    // The sink fails at its third batch, before the stage has ended: nothing was complete, all runs again.
    #expect(result.code == 0)
    #expect(Bench.rows(at: path) == 200)
  }

  @Test func `a failed run resumes from its materialised node and skips what lies above`() throws {
    let host = try Bench.host("fails-in-commit")
    let path = host.unusedPath()
    let broken = FourNodes(path: path, plugins: [.sink: "fails-in-commit"], materializes: true)
    let first = try host.run(broken.text)
    #expect(first.problem?.code == .inputOutputFailed)
    let kept = "\(host.store)/artifacts/runs/\(first.report.run)/materialized"
    #expect(try FileManager.default.contentsOfDirectory(atPath: kept).count > 0)
    #expect(!Bench.exists("\(host.store)/artifacts/runs/\(first.report.run)/tmp"))

    var mended = broken
    mended.plugins = [:]
    let second = try host.run(mended.text, "--resume", first.report.run)
    #expect(second.status == .succeeded, "\(second.problem?.detail ?? "")")
    #expect(second.report.run == first.report.run)
    #expect(second.report.attempts == 2)
    #expect(second.node("rows")?.status == .skipped)
    #expect(second.node("step")?.status == .skipped)
    #expect(Bench.rows(at: path) == 200)
    Bench.expectNothing(of: first.report.run, host: host, path: "\(path).part")
  }

  @Test func `what was kept is not used once the nodes that made it have changed`() throws {
    let host = try Bench.host("fails-in-commit")
    let path = host.unusedPath()
    var document = FourNodes(path: path, plugins: [.sink: "fails-in-commit"], materializes: true)
    let first = try host.run(document.text)
    #expect(first.status == .failed)
    document.plugins = [:]
    document.sourceConfiguration = "rows: 50"
    let second = try host.run(document.text, "--resume", first.report.run)
    #expect(second.status == .succeeded, "\(second.problem?.detail ?? "")")
    #expect(Bench.rows(at: path) == 50, "rows of the old configuration were published")
  }

  @Test func `only runs that failed or were cancelled resume`() throws {
    let host = try Bench.host()
    let document = try host.document(FourNodes(path: host.unusedPath()).text)
    let done = try host.ote("run", document, "--json").report()
    #expect(done.status == .succeeded)
    let again = try host.ote("run", document, "--resume", done.run)
    #expect(again.code == 1)
    #expect(again.errors.contains("OTE-3023"))
    let unknown = try host.ote("run", document, "--resume", "01ZZZZZZZZZZZZZZZZZZZZZZZZ")
    #expect(unknown.code == 1)
    #expect(unknown.errors.contains("OTE-4005"))
  }
}
