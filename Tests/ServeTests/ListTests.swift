// Lists: where a page begins, and what a filter finds.
import Dispatch
import JSONValue
import Synchronization
import TestSupport
import Testing

struct ListTests {
  @Test(arguments: ["/runs", "/audit", "/notifications"])
  func `a cursor that no list gave is refused instead of beginning anew`(path: String) throws {
    let host = try Shared.host.get()
    let answer = try host.ask("GET", "\(path)?cursor=nowhere")
    #expect(answer.status == 422)
    #expect(answer.code == "OTE-6001")
  }

  @Test func `runs of the command line are found by their cause`() throws {
    let host = try ServedHost(TestHost("well-behaved"))
    try host.save(Documents.toFile("ordered", host.installation.unusedPath()))
    let ordered = try host.run("ordered")
    _ = try host.finished(ordered)
    let document = try host.installation.document(Documents.toFile("by-hand", host.installation.unusedPath()))
    let printed = try host.installation.ote("run", document, "--json").output
    let byHand = try #require(try JSONValue(parsing: printed)["run"]?.string)
    func found(_ cause: String) throws -> [String] {
      try host.expect(200, "GET", "/runs?cause=\(cause)")["items"]?.array?.compactMap { $0["run"]?.string } ?? []
    }
    #expect(try found("cli") == [byHand])
    #expect(try found("api") == [ordered])
    #expect(try found("schedule") == [])
  }

  @Test func `what another process writes shows with the next request`() throws {
    let host = try ServedHost(TestHost("well-behaved"))
    try host.save(Documents.toFile("watched", host.installation.unusedPath()))
    let run = try host.run("watched")
    _ = try host.finished(run)
    for number in 1...20 {
      // Asked for twice, so that there is an answer to be given again.
      try host.expect(200, "GET", "/runs")
      try host.expect(200, "GET", "/runs")
      try StoreFile(host).change("UPDATE run SET detail = 'change \(number)' WHERE id = '\(run)'")
      let shown = try host.expect(200, "GET", "/runs")["items"]?.array?.first
      #expect(shown?["detail"]?.string == "change \(number)")
    }
  }

  @Test func `many who ask the same at once all get the same answer`() throws {
    nonisolated(unsafe) let host = try Shared.host.get()
    for round in 1...5 {
      let answers = Mutex<[String]>([])
      let crowd = DispatchGroup()
      // A question of its own each time: one of them makes the answer, and the others wait for it.
      for _ in 1...32 {
        DispatchQueue.global().async(group: crowd) {
          let answer = try? host.ask("GET", "/pipelines?limit=\(round + 100)&q=crowd")
          answers.withLock { $0.append("\(answer?.status ?? 0) \(answer?.text ?? "")") }
        }
      }
      crowd.wait()
      let all = answers.withLock { $0 }
      #expect(all.count == 32)
      #expect(Set(all).count == 1 && all.first?.hasPrefix("200 ") == true, "\(Set(all))")
    }
  }

  @Test func `an answer that is given again is never another person's`() throws {
    let host = try ServedHost(TestHost("well-behaved"))
    try host.expect(201, "POST", "/projects", ["name": "lab"])
    try host.save(Documents.toFile("hidden", host.installation.unusedPath()), project: "lab")
    let (member, stranger) = (try host.person("member", role: "viewer", in: "lab"), try host.person("stranger"))
    func names(_ visitor: Visitor) throws -> [String] {
      try host.expect(200, "GET", "/pipelines", as: visitor)["items"]?.array?.compactMap { $0["name"]?.string } ?? []
    }
    for _ in 1...3 {
      #expect(try names(host.admin) == ["hidden"])
      #expect(try names(member) == ["hidden"])
      #expect(try names(stranger) == [])
    }
    try host.expect(204, "DELETE", "/projects/lab/members/member")
    #expect(try names(member) == [])
  }

  @Test(.enabled(if: Documents.hasDuckDB, "libduckdb.so is not here"))
  func `rows of a dataset come in pages, and not at all while the plugin that reads them is disabled`() throws {
    let host = try ServedHost(TestHost("slow-source", "duckdb"))
    try host.save(Documents.toDataset("makes", "made", rows: 30))
    #expect(try host.finished(host.run("makes"))["status"]?.string == "succeeded")
    let rows = "/datasets/made/versions/1/rows"
    func page(_ query: String) throws -> [JSONValue] {
      try host.expect(200, "GET", rows + query)["rows"]?.array ?? []
    }
    let all = try page("")
    #expect(all.count == 30)
    #expect(try page("?limit=10") == Array(all[..<10]))
    #expect(try page("?limit=10&offset=10") == Array(all[10..<20]))
    #expect(try page("?offset=30").isEmpty)
    try host.expect(200, "POST", "/plugins/duckdb/disable")
    let refused = try host.ask("GET", "\(rows)?limit=7")
    #expect(refused.status == 409)
    #expect(refused.code == "OTE-1031", "\(refused.text)")
  }
}
