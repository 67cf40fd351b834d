// Ctrl-C, and a host that is killed.
import Glibc
import JSONValue
import Model
import TestSupport
import Testing

struct CancelTests {
  @Test func `a cancelled run stops in order and publishes nothing, each time`() throws {
    let host = try Bench.host("slow-source")
    for _ in 1...2 {
      let path = host.unusedPath()
      let running = try host.startRun(FourNodes(path: path, plugins: [.source: "slow-source"]).text)
      try #require(try running.waitForLine { $0.contains("sink begin") } != nil)
      running.signal(SIGINT)
      let result = try RunResult(running.finish())
      #expect(result.code == 130)
      #expect(result.status == .cancelled)
      let said = result.events.compactMap { $0["line"]?["text"]?.string }.filter { $0.hasPrefix("sink ") }
      #expect(said == ["sink begin", "sink abort"])
      #expect(!Bench.exists("\(path).part"))
      Bench.expectNothing(of: result.report.run, host: host, path: path)
      let stored = try host.ote("runs", "show", result.report.run, "--json").report()
      #expect(stored.status == .cancelled)
    }
    try Bench.expectHealthy(host)
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func `other requests to end are heard like Ctrl-C`(_ signal: Int32) throws {
    let host = try Bench.host("slow-source")
    let path = host.unusedPath()
    let running = try host.startRun(FourNodes(path: path, plugins: [.source: "slow-source"]).text)
    try #require(try running.waitForLine { $0.contains("sink begin") } != nil)
    running.signal(signal)
    running.signal(signal)
    let result = try RunResult(running.finish())
    #expect(result.code == 130)
    #expect(result.status == .cancelled)
    Bench.expectNothing(of: result.report.run, host: host, path: path)
  }

  @Test func `a plugin that does not stop when asked is killed and named`() throws {
    let host = try Bench.host("ignores-cancel")
    let path = host.unusedPath()
    let running = try host.startRun(
      FourNodes(path: path, plugins: [.source: "ignores-cancel"], limits: "stall: 60s, grace: 1s").text)
    try #require(try running.waitForLine { $0.contains("sink begin") } != nil)
    running.signal(SIGINT)
    let result = try RunResult(running.finish())
    #expect(result.code == 130)
    #expect(result.status == .cancelled)
    Bench.expectNothing(of: result.report.run, host: host, path: path)
    try Bench.expectHealthy(host)
  }

  @Test func `a plugin that never returns after Ctrl-C is killed and named`() throws {
    let host = try Bench.host("loops-for-ever")
    let path = host.unusedPath()
    let running = try host.startRun(
      FourNodes(path: path, plugins: [.source: "loops-for-ever"], limits: "stall: 60s, grace: 1s").text)
    try #require(try running.waitForLine { $0.contains("sink begin") } != nil)
    // Two batches have passed when the third call is the one that never returns.
    try #require(try running.waitForLine { $0.contains("\"rows_out\":20") } != nil)
    running.signal(SIGINT)
    let result = try RunResult(running.finish())
    #expect(result.code == 130)
    #expect(result.status == .cancelled)
    #expect(result.problem?.code == .cancelIgnored)
    #expect(result.problem?.plugin == "loops-for-ever")
    #expect(result.problem?.node == "rows")
    Bench.expectNothing(of: result.report.run, host: host, path: path)
  }

  @Test func `a killed host takes its worker along, and the next command settles the run`() throws {
    let host = try TestHost("well-behaved", "slow-source")
    let path = host.unusedPath()
    let running = try host.startRun(
      FourNodes(path: path, plugins: [.source: "slow-source"], sourceConfiguration: "rows: -1").text)
    let started = try #require(try running.waitForLine { $0.contains("\"event\":\"started\"") })
    let run = try #require(try JSONValue(parsing: started)["run"]?.string)
    try #require(try running.waitForLine { $0.contains("sink begin") } != nil)
    let workers = try running.children()
    #expect(workers.count == 1)
    #expect(Bench.exists("\(host.store)/artifacts/runs/\(run)"))

    running.signal(SIGKILL)
    #expect(try running.finish().code == -SIGKILL)
    for worker in workers { #expect(worker.ends(within: 30), "the worker outlives its host") }

    let listed = try host.ote("runs", "list", "--json").json().array ?? []
    #expect(listed.count == 1)
    #expect(listed.first?["run"]?.string == run)
    #expect(listed.first?["status"]?.string == "failed")
    #expect(listed.first?["problem"]?.string == "OTE-5003")
    let report = try host.ote("runs", "show", run, "--json").report()
    #expect(report.problems.map(\.code) == [.hostKilled])
    #expect(report.problems.first?.origin == .host)
    #expect(report.nodes.allSatisfy { $0.status != .running })
    #expect(report.finishedAt != nil)
    Bench.expectNothing(of: run, host: host, path: path)
    try Bench.expectHealthy(host)
  }

  @Test func `a run whose host was killed keeps nobody from forgetting`() throws {
    let host = try TestHost("well-behaved", "slow-source")
    let running = try host.startRun(
      FourNodes(path: host.unusedPath(), plugins: [.source: "slow-source"], sourceConfiguration: "rows: -1").text)
    try #require(try running.waitForLine { $0.contains("sink begin") } != nil)
    let workers = try running.children()
    running.signal(SIGKILL)
    _ = try running.finish()
    for worker in workers { #expect(worker.ends(within: 30)) }
    // It has kept nothing: that is said, and not that it is under way.
    #expect(try host.ote("pipelines", "forget", FourNodes(path: "").name).errors.contains("OTE-6004"))
  }

  @Test func `a run that goes on is not taken for an orphan`() throws {
    let host = try TestHost("well-behaved", "slow-source")
    let path = host.unusedPath()
    let running = try host.startRun(FourNodes(path: path, plugins: [.source: "slow-source"]).text)
    try #require(try running.waitForLine { $0.contains("sink begin") } != nil)
    let listed = try host.ote("runs", "list", "--json").json().array ?? []
    #expect(listed.map { $0["status"]?.string } == ["running"])
    #expect(try host.ote("pipelines", "forget", FourNodes(path: "").name).errors.contains("OTE-6015"))
    running.signal(SIGINT)
    #expect(try running.finish().code == 130)
  }
}
