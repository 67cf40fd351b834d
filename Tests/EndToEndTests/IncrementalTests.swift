// Only what is new, from run to run: what a failed run has read comes again, and a run with nothing new publishes nothing.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

@Suite(.enabled(if: Bench.hasDuckDB, "libduckdb is not there: Scripts/setup-duckdb.sh fetches it"))
struct IncrementalTests {
  private static let store = Result {
    try PythonServer(["\(Products.sources)/Tests/Fixtures/s3/store.py"], readyLine: "port ")
  }
  private static let keys = ["AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "s3cret/key+with=signs"]

  private let host: TestHost
  private let port: Int
  private let bucket = "t-\(UUID().uuidString.lowercased())"

  init() throws {
    host = try TestHost("s3", "local-files", "duckdb")
    port = try Self.store.get().port
    try makeBucket()
  }

  /// The only thing that no component does: signed by botocore, as our own signatures are what is tried here.
  private func makeBucket() throws {
    let fixtures = "\(Products.sources)/Tests/Fixtures/s3"
    let environment = ProcessInfo.processInfo.environment
    let made = try RunningProgram("/bin/sh", ["\(fixtures)/setup.sh"], environment: environment).finish(within: 300)
    let python = try #require(made.output.split(separator: "\n").last.map(String.init), "\(made.errors)")
    let time = Date.now.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
    // Of no bytes.
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    let order: JSONValue = [
      "method": "PUT", "url": .string("http://127.0.0.1:\(port)/\(bucket)"), "region": "us-east-1",
      "headers": ["X-Amz-Content-SHA256": .string(hash)], "time": .string(time), "key": "AKIATEST",
      "secret": "s3cret/key+with=signs",
    ]
    let file = try host.folder.write(JSONValue.array([order]).text, to: "\(bucket).json")
    let signed = try RunningProgram(python, ["\(fixtures)/sign.py", file], environment: environment).finish(within: 60)
    let signature = try #require(signed.json()[0]?.string, "\(signed.errors)")
    let connection = try HTTPConnection(port: port)
    let headers = [("X-Amz-Content-SHA256", hash), ("X-Amz-Date", time), ("Authorization", signature)]
    try connection.request("PUT", "/\(bucket)", headers: headers, body: [])
    #expect(try connection.readAll().status == 200)
  }

  private func run(_ name: String, _ nodes: String) throws -> RunResult {
    let document = try host.document(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: \(name)}
      nodes:
      \(nodes)
      """)
    let environment = Self.keys.merging(["OTE_WORKER_ENV": Self.keys.keys.joined(separator: ",")]) { $1 }
    return try RunResult(host.start(["run", document, "--json"], environment: environment).finish())
  }

  private var place: String { "endpoint: 'http://127.0.0.1:\(port)', bucket: \(bucket), login: environment" }

  /// Stores a file in the bucket.
  private func put(_ name: String, _ text: String) throws {
    let folder = host.unusedPath()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    let result = try run(
      "put",
      """
        in: {use: local-files/source, with: {path: \(folder)}}
        out: {use: s3/sink, in: in, with: {\(place), overwrite: replace}}
      """)
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
  }

  private func says(_ result: RunResult, _ words: String) -> Bool {
    result.events.contains { $0.text.contains(words) }
  }

  @Test func `what a run read whose sink failed comes with the next, and after that not again`() throws {
    for name in ["a.csv", "b.csv"] { try put(name, "n\n1\n") }
    let target = host.unusedPath()
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    let inTheWay = "\(target)/b.csv"
    try "mine".write(toFile: inTheWay, atomically: true, encoding: .utf8)
    func arrivals() throws -> RunResult {
      try run(
        "arrivals",
        """
          in: {use: s3/source, with: {\(place), incremental: true}}
          out: {use: local-files/folder, in: in, with: {path: \(target)}}
        """)
    }
    #expect(try arrivals().status == .failed)
    #expect(!Bench.exists("\(target)/a.csv"))
    try FileManager.default.removeItem(atPath: inTheWay)
    let second = try arrivals()
    #expect(second.status == .succeeded, "\(second.problem?.detail ?? "")")
    #expect(Bench.exists("\(target)/a.csv") && Bench.exists(inTheWay))
    // They would be in the way if they came again.
    let third = try arrivals()
    #expect(third.status == .succeeded && third.node("in")?.rowsOut == 0, "\(third.problem?.detail ?? "")")
    #expect(third.report.outputs.isEmpty && says(third, "nothing is new"))
  }

  @Test func `a run with nothing new makes no version of a dataset`() throws {
    try put("a.csv", "id,name\n1,x\n2,y\n")
    func orders() throws -> RunResult {
      try run(
        "orders",
        """
          in: {use: s3/source, with: {\(place), incremental: true}}
          rows: {use: duckdb/read, in: in}
          count: {use: duckdb/sql, in: {t: rows}, with: {query: "SELECT name, id FROM t WHERE id > 0"}}
          out: {use: duckdb/dataset, in: count, with: {name: orders}}
        """)
    }
    let first = try orders()
    #expect(first.report.outputs.first?["version"] == 1, "\(first.problem?.detail ?? "")")
    let second = try orders()
    #expect(second.status == .succeeded && second.report.outputs.isEmpty, "\(second.problem?.detail ?? "")")
    #expect(says(second, "nothing is new"))
    try put("b.csv", "id,name\n3,z\n")
    let third = try orders()
    #expect(third.report.outputs.first?["version"] == 2 && third.report.outputs.first?["rows"] == 1)
    // Until it is told to forget.
    let kept = try host.ote("pipelines", "state", "orders")
    #expect(kept.output.contains("in    s3/source"), "\(kept.output)")
    #expect(try host.ote("pipelines", "forget", "orders", "--node", "rows").code == 1)
    let forgot = try host.ote("pipelines", "forget", "orders", "--node", "in")
    #expect(forgot.code == 0 && forgot.output.hasPrefix("in forgot "), "\(forgot.output)\(forgot.errors)")
    let fourth = try orders()
    #expect(fourth.report.outputs.first?["version"] == 3 && fourth.report.outputs.first?["rows"] == 3)
  }

  @Test func `where the source allows no files, neither file nor dataset comes of them`() throws {
    let target = host.unusedPath()
    let result = try run(
      "nothing",
      """
        in: {use: s3/source, with: {\(place), prefix: none/, allow_empty: true}}
        rows: {use: duckdb/read, in: in}
        names: {use: duckdb/sql, in: {t: rows}, with: {query: "SELECT name FROM t"}}
        set: {use: duckdb/dataset, in: names, with: {name: nothing}}
        files: {use: duckdb/write, in: names, with: {format: parquet}}
        out: {use: local-files/folder, in: files, with: {path: \(target)}}
      """)
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    #expect(result.report.outputs.allSatisfy { $0["dataset"] == nil })
    #expect(try host.ote("datasets", "show", "nothing", "--json").code != 0)
    let left = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
    #expect(left.isEmpty)
    #expect(says(result, "no file to read"))
  }
}
