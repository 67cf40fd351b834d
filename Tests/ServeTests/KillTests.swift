// The host is killed in the middle, at many points, and starts again on the same store.
import JSONValue
import TestSupport
import Testing

@Suite(.enabled(if: Documents.hasDuckDB, "libduckdb.so is not here: Scripts/setup-duckdb.sh fetches it"))
struct KillTests {
  /// After so many events of the first host. Each case is another point of the same story.
  @Test(arguments: [1, 2, 3, 5, 7, 9, 11, 14])
  func `a host that is killed loses no order and doubles no dataset version`(_ count: Int) throws {
    let host = try ServedHost(TestHost("slow-source", "duckdb"), "--runs", "2")
    let names = ["a", "b", "c"]
    for name in names { try host.save(Documents.toDataset(name, "data-\(name)", rows: 40)) }
    let events = try EventReader(host, query: "?types=run.,dataset.")
    let ordered = try names.map { try host.run($0) }
    // A fast machine may be done before: then all has ended, and nothing may come of it a second time.
    try events.next { _ in
      events.events.count >= count || events.events.count { $0["type"]?.string == "run.finished" } == names.count
    }
    try host.kill()
    try host.start()

    let ends = try Self.ends(of: ordered, host)
    for (name, run) in zip(names, ordered) {
      let last = try #require(ends[run])
      #expect(last["status"]?.string == "succeeded", "\(name): \(last.text)")
      let versions = try host.expect(200, "GET", "/datasets/data-\(name)")["versions"]?.array ?? []
      #expect(versions.count == 1, "\(name) has \(versions.count) versions")
      #expect(versions.first?["rows"]?.int == 40)
      #expect(versions.first?["run"]?.string == last["run"]?.string)
    }
    let open = try host.expect(200, "GET", "/runs?status=queued,running")["items"]?.array
    #expect(open?.isEmpty == true)
    #expect(try host.expect(200, "POST", "/audit/verify")["holds"]?.bool == true)
  }

  /// The run that came of each order in the end: a run that was lost is ordered again, once, and names its cause.
  private static func ends(of ordered: [String], _ host: ServedHost) throws -> [String: JSONValue] {
    var ends: [String: JSONValue] = [:]
    for run in ordered {
      var report = try host.finished(run)
      let again = try host.expect(200, "GET", "/runs?cause=retry")["items"]?.array?.filter {
        $0["caused_by"]?.string == run
      }
      #expect((again?.count ?? 0) <= 1, "run \(run) was ordered again more than once")
      if let next = again?.first?["run"]?.string { report = try host.finished(next) }
      ends[run] = report
    }
    return ends
  }

  @Test func `a key whose first request was cut by a kill can be used again`() throws {
    let host = try ServedHost(TestHost("well-behaved"))
    try host.save(Documents.toFile("p", host.installation.unusedPath()))
    let key = [("Idempotency-Key", "k")]
    let run = try host.run("p", headers: key)
    _ = try host.finished(run)
    // The answer of another key never came: its row says that it is being carried out.
    try StoreFile(host).change("UPDATE idempotency SET status = NULL, body = NULL WHERE key = 'k'")
    #expect(try host.ask("POST", "/pipelines/p/runs", [:], headers: key).status == 503)
    try host.kill()
    try host.start()
    _ = try host.finished(try host.run("p", headers: key))
  }
}
