// Saving documents: nobody's edit is lost, nothing happens twice.
import JSONValue
import TestSupport
import Testing

struct EditTests {
  @Test func `an edit of an older version is refused and changes nothing`() throws {
    let host = try Shared.host.get()
    let text = Documents.toFile("edited", host.installation.unusedPath())
    try host.save(text)
    let tag = try #require(try host.ask("GET", "/pipelines/edited").header("ETag"))
    let first: JSONValue = ["document": .string(text + "\n# first")]
    let second: JSONValue = ["document": .string(text + "\n# second")]
    try host.expect(200, "PUT", "/pipelines/edited", first, headers: [("If-Match", tag)])
    let late = try host.ask("PUT", "/pipelines/edited", second, headers: [("If-Match", tag)])
    #expect(late.status == 412)
    #expect(late.code == "OTE-6005")
    #expect(try host.ask("PUT", "/pipelines/edited", second).status == 428)
    #expect(try host.expect(200, "GET", "/pipelines/edited")["document"]?.string?.hasSuffix("# first") == true)
  }

  @Test func `a changed comment is a version, the same text is none`() throws {
    let host = try Shared.host.get()
    let text = Documents.toFile("commented", host.installation.unusedPath())
    #expect(try host.save(text)["version"]?.int == 1)
    func save(_ text: String, _ version: Int) throws -> JSONValue {
      try host.expect(
        200, "PUT", "/pipelines/commented", ["document": .string(text)], headers: [("If-Match", "\"\(version)\"")])
    }
    #expect(try save(text, 1)["version"]?.int == 1)
    let changed = try save("# why\n" + text, 1)
    #expect(changed["version"]?.int == 2)
    #expect(changed["document"]?.string?.hasPrefix("# why") == true)
    // The run of each version says which it was, although both mean the same.
    let run = try host.finished(try host.run("commented", ["version": 1]))
    #expect(run["pipeline"]?["version"]?.int == 1)
    #expect(run["document"]?.string == text)
  }

  @Test func `one idempotency key orders one run`() throws {
    let host = try Shared.host.get()
    try host.save(Documents.toFile("once", host.installation.unusedPath()))
    let key = [("Idempotency-Key", "order-1")]
    let run = try host.run("once", headers: key)
    #expect(try host.run("once", headers: key) == run)
    let other = try host.ask("POST", "/pipelines/once/runs", ["priority": 5], headers: key)
    #expect(other.code == "OTE-6017")
    let runs = try host.expect(200, "GET", "/runs?pipeline=once")["items"]?.array
    #expect(runs?.count == 1)
  }

  @Test func `a schedule that is not valid is a problem of the document`() throws {
    let host = try Shared.host.get()
    let text = Documents.toFile("badly-timed", "/tmp/none", more: "schedule: {cron: \"61 * * * *\"}")
    let saved = try host.ask("POST", "/pipelines", ["project": "default", "document": .string(text)])
    #expect(saved.status == 422)
    #expect(saved.code == "OTE-6016")
    let checked = try host.expect(
      200, "POST", "/pipelines/check", ["project": "default", "document": .string(text), "columns": false])
    #expect(checked["valid"]?.bool == false)
    #expect(checked["problems"]?.array?.contains { $0["code"]?.string == "OTE-6016" } == true)
  }

  @Test func `a stored schedule that is not valid is told when the host starts`() throws {
    let host = try ServedHost(TestHost("well-behaved"))
    try host.save(
      Documents.toFile("timed", host.installation.unusedPath(), more: "schedule: {cron: \"0 3 * * *\"}"))
    try host.stop()
    try StoreFile(host).change("UPDATE pipeline_owner SET schedule = '{\"cron\": \"61 * * * *\"}' WHERE name = 'timed'")
    try host.start()
    let events = try EventReader(host, query: "?types=pipeline.&after=0")
    let told = try events.next { $0["type"]?.string == "pipeline.schedule_invalid" }
    #expect(told?["subject"]?.string == "timed")
    #expect(told?["body"]?["code"]?.string == "OTE-6016")
  }
}
