// Runs through the API, and the events that tell of them.
import JSONValue
import TestSupport
import Testing

struct RunTests {
  @Test func `a run goes to its end, and its follower hears each step`() throws {
    let host = try Shared.host.get()
    let path = host.installation.unusedPath()
    try host.save(Documents.toFile("plain", path))
    let events = try EventReader(host, query: "?types=run.")
    let run = try host.run("plain")
    try events.next { $0["type"]?.string == "run.finished" && $0["subject"]?.string == run }
    let types = events.events.filter { $0["subject"]?.string == run }.compactMap { $0["type"]?.string }
    #expect(types.first == "run.queued")
    #expect(types.contains("run.started"))
    #expect(try host.finished(run)["status"]?.string == "succeeded")
    #expect(try host.installation.folder.read(String(path.split(separator: "/").last ?? "")) == "rows 200\n")
  }

  @Test func `whoever was cut off gets exactly what was missed`() throws {
    let host = try Shared.host.get()
    try host.save(Documents.toFile("cut-off", host.installation.unusedPath()))
    let whole = try EventReader(host, query: "?types=run.&after=0")
    let cut = try EventReader(host, query: "?types=run.")
    let first = try host.run("cut-off")
    let last = try #require(
      try cut.next { $0["subject"]?.string == first && $0["type"]?.string == "run.started" }?["id"]?.int)
    _ = try host.finished(first)
    let second = try host.run("cut-off")
    _ = try host.finished(second)
    let again = try EventReader(host, query: "?types=run.", lastID: Int(last))
    let isEnd: (JSONValue) -> Bool = { $0["type"]?.string == "run.finished" && $0["subject"]?.string == second }
    try again.next(isEnd)
    try whole.next(isEnd)
    #expect(again.events == whole.events.filter { ($0["id"]?.int ?? 0) > last })
  }

  @Test func `a plugin that crashes is blamed, and the host runs others`() throws {
    let host = try Shared.host.get()
    try host.save(Documents.toFile("crashing", host.installation.unusedPath(), source: "segfault"))
    try host.save(Documents.toFile("beside", host.installation.unusedPath()))
    let (crashing, beside) = (try host.run("crashing"), try host.run("beside"))
    let failed = try host.finished(crashing)
    #expect(failed["status"]?.string == "failed")
    let problem = failed["problems"]?.array?.first
    #expect(problem?["code"]?.string == "OTE-3001")
    #expect(problem?["plugin"]?.string == "segfault")
    #expect(problem?["node"]?.string == "rows")
    #expect(failed["crashes"]?.array == [1])
    #expect(
      try host.expect(200, "GET", "/runs/\(crashing)/crashes/1")["text"]?.string?.contains("libsegfault.so") == true)
    #expect(try host.finished(beside)["status"]?.string == "succeeded")
  }

  @Test func `a run is cancelled while it goes on and while it waits`() throws {
    let host = try ServedHost(TestHost("well-behaved", "slow-source"), "--runs", "1")
    try host.save(Documents.toFile("endless", host.installation.unusedPath(), source: "slow-source", rows: -1))
    let events = try EventReader(host, query: "?types=run.")
    let (going, waiting) = (try host.run("endless"), try host.run("endless"))
    try events.next { $0["type"]?.string == "run.progress" && $0["subject"]?.string == going }
    try host.expect(202, "POST", "/runs/\(waiting)/cancel")
    #expect(try host.finished(waiting)["status"]?.string == "cancelled")
    try host.expect(202, "POST", "/runs/\(going)/cancel")
    #expect(try host.finished(going)["status"]?.string == "cancelled")
    #expect(try host.ask("POST", "/runs/\(going)/cancel").code == "OTE-6015")
  }

  @Test func `a failed run goes on from a node that kept its output`() throws {
    let host = try ServedHost(TestHost("well-behaved", "fails-in-commit"))
    let path = host.installation.unusedPath()
    let text = """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: kept}
      nodes:
        rows: {use: well-behaved/source, with: {rows: 200}}
        step: {use: well-behaved/stage, in: rows, materialize: true}
        out: {use: fails-in-commit/sink, in: step, with: {path: \(path)}}
      """
    try host.save(text)
    let run = try host.run("kept")
    let failed = try host.finished(run)
    #expect(failed["status"]?.string == "failed")
    #expect(failed["retry_from"]?.array == ["step"])
    let events = try EventReader(host, query: "?types=run.")
    let again = try host.expect(202, "POST", "/runs/\(run)/retry", ["from": "step"])
    #expect(again["run"]?.string == run)
    try events.next { $0["type"]?.string == "run.finished" && $0["subject"]?.string == run }
    let report = try host.expect(200, "GET", "/runs/\(run)")
    #expect(report["attempts"]?.int == 2)
    let whole = try host.expect(202, "POST", "/runs/\(run)/retry", [:])
    #expect(whole["run"]?.string != run)
    #expect(try host.finished(whole["run"]?.string ?? "")["caused_by"]?.string == run)
  }

  @Test func `no more runs than allowed go on at once, and the urgent ones come first`() throws {
    let host = try ServedHost(TestHost("well-behaved", "slow-source"), "--runs", "1")
    for name in ["first", "low", "high"] {
      try host.save(Documents.toFile(name, host.installation.unusedPath(), source: "slow-source", rows: 100))
    }
    let events = try EventReader(host, query: "?types=run.started,run.finished")
    let first = try host.run("first")
    try events.next { $0["type"]?.string == "run.started" }
    let low = try host.run("low", ["priority": -5])
    let high = try host.run("high", ["priority": 5])
    try events.next { $0["type"]?.string == "run.finished" && $0["subject"]?.string == low }
    let order = events.events.map { "\($0["type"]?.string ?? "") \($0["subject"]?.string ?? "")" }
    #expect(order == [first, high, low].flatMap { ["run.started \($0)", "run.finished \($0)"] })
  }
}
