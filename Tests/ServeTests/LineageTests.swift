// Lineage as its receivers get it, read with OpenLineage's own classes.
import Foundation
import JSONValue
import TestSupport
import Testing

struct LineageTests {
  @Test(.enabled(if: Documents.hasDuckDB, "libduckdb.so is not here: Scripts/setup-duckdb.sh fetches it"))
  func `what a run published is the input of the run that reads it`() throws {
    let receiver = try TelemetryReceiver()
    let host = try ServedHost(
      TestHost("slow-source", "duckdb", "expectations", "well-behaved"),
      environment: [
        "OPENLINEAGE_URL": receiver.address, "OPENLINEAGE_API_KEY": "a-key", "OPENLINEAGE_NAMESPACE": "tests",
      ])
    try host.save(Documents.toDataset("makes", "made"))
    let making = try host.finished(host.run("makes"))
    #expect(making["status"] == "succeeded")
    let path = host.installation.unusedPath()
    try host.save(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: reads, description: Reads what was made.}
      nodes:
        rows: {use: duckdb/table, with: {dataset: made}}
        rules:
          use: expectations/check
          in: rows
          with: {rules: [{rule: row_count, min: 1}, {rule: row_count, min: 100000, severity: warn}]}
        out: {use: well-behaved/sink, in: rules, with: {path: "\(path)"}}
      """)
    let reading = try host.finished(host.run("reads"))
    #expect(reading["status"] == "succeeded", "\(reading.text)")
    let log = try #require(try host.stop()).errors
    #expect(!log.contains("a-key"))

    let events = try receiver.lineage()
    #expect(events.map { $0["eventType"] } == ["START", "COMPLETE", "START", "COMPLETE"])
    let (made, start, read) = (events[1], events[2], events[3])
    #expect(made["job"]?["name"] == "makes")
    #expect(made["job"]?["namespace"] == "tests")
    let output = try #require(made["outputs"]?[0])
    #expect(output["name"] == "made")
    #expect(output["facets"]?["version"]?["datasetVersion"] == "1")
    #expect(output["outputFacets"]?["outputStatistics"]?["rowCount"] == 200)
    #expect(output["facets"]?["schema"]?["fields"]?.array?.isEmpty == false)
    #expect(start["run"]?["runId"] == read["run"]?["runId"])
    #expect(UUID(uuidString: read["run"]?["runId"]?.string ?? "") != nil)
    let input = try #require(read["inputs"]?[0])
    #expect(input["name"] == "made")
    #expect(input["namespace"] == output["namespace"])
    #expect(input["facets"]?["schema"] == output["facets"]?["schema"])
    let assertions = input["inputFacets"]?["dataQualityAssertions"]?["assertions"]?.array ?? []
    #expect(assertions.map { $0["success"] } == [true, false])
    #expect(assertions.map { $0["severity"] } == ["error", "warn"])
    #expect(assertions.allSatisfy { $0["assertion"] == "row_count" && $0["name"] == "rules" })
    #expect(read["outputs"]?[0]?["namespace"] == "file")
    #expect(read["outputs"]?[0]?["name"]?.string == path)
    #expect(read["job"]?["facets"]?["documentation"]?["description"] == "Reads what was made.")
    let owners = read["job"]?["facets"]?["ownership"]?["owners"]
    #expect(owners == [["name": "project:default", "type": "OWNER"], ["name": "user:admin", "type": "AUTHOR"]])
    #expect(read["run"]?["facets"]?["opentrusteval_run"]?["pipelineVersion"] == 1)
  }

  @Test func `failed, cancelled and tried again are told apart, in a file too`() throws {
    let installation = try TestHost("well-behaved", "segfault", "slow-source", "fails-once")
    let file = installation.unusedPath()
    let host = try ServedHost(installation, "--lineage-file", file)
    func save(_ name: String, _ source: String, more: String = "", rows: Int = 200) throws {
      try host.save(Documents.toFile(name, installation.unusedPath(), source: source, rows: rows, more: more))
    }
    try save("fails", "segfault")
    _ = try host.finished(host.run("fails"))
    try save("again", "fails-once", more: "retry: {attempts: 2, on: [external], backoff: {first: 10ms}}")
    _ = try host.finished(host.run("again"))
    try save("endless", "slow-source", rows: -1)
    let events = try EventReader(host, query: "?types=run.")
    let endless = try host.run("endless")
    try events.next { $0["type"] == "run.progress" && $0["subject"]?.string == endless }
    try host.expect(202, "POST", "/runs/\(endless)/cancel")
    _ = try host.finished(endless)
    try host.stop()
    let told = try TelemetryReceiver.read("lineage", file)
    func states(_ job: String) -> [JSONValue?] {
      told.filter { $0["job"]?["name"]?.string == job }.map { $0["eventType"] }
    }
    #expect(states("fails") == ["START", "FAIL"])
    #expect(states("again") == ["START", "RUNNING", "COMPLETE"])
    #expect(states("endless") == ["START", "ABORT"])
    let failure = told.first { $0["eventType"] == "FAIL" }?["run"]?["facets"]?["errorMessage"]
    #expect(failure?["message"]?.string?.hasPrefix("OTE-3001 A plugin crashed") == true)
    #expect(failure?["programmingLanguage"] == "plugin segfault")
  }

  @Test func `the end of a run whose host was killed is told by the next host`() throws {
    let installation = try TestHost("well-behaved", "slow-source")
    let file = installation.unusedPath()
    let host = try ServedHost(installation, "--lineage-file", file)
    try host.save(Documents.toFile("endless", installation.unusedPath(), source: "slow-source", rows: -1))
    let events = try EventReader(host, query: "?types=run.")
    let run = try host.run("endless")
    try events.next { $0["type"] == "run.progress" && $0["subject"]?.string == run }
    try host.kill()
    try host.start()
    try host.stop()
    let told = try TelemetryReceiver.read("lineage", file).filter {
      $0["run"]?["facets"]?["opentrusteval_run"]?["runId"]?.string == run
    }
    #expect(told.map { $0["eventType"] } == ["START", "FAIL"])
    #expect(told.last?["run"]?["facets"]?["errorMessage"]?["message"]?.string?.hasPrefix("OTE-5003") == true)
  }

  @Test func `a file that cannot be written ends the start, in words`() throws {
    let ended = try TestHost().ote("serve", "--port", "0", "--lineage-file", "/no/such/folder/lineage.jsonl")
    #expect(ended.code == 1)
    #expect(ended.errors.contains("OTE-5020"), "\(ended.errors)")
    #expect(ended.errors.contains("/no/such/folder/lineage.jsonl"))
  }
}
