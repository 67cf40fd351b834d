// The host's own log: what it tells, and what it never holds.
import Foundation
import JSONValue
import TestSupport
import Testing

struct LogTests {
  @Test func `each line is JSON that names the run, its end and whose fault it was`() throws {
    let host = try ServedHost(TestHost("well-behaved", "segfault"), "--log-format", "json")
    try host.save(Documents.toFile("bad", host.installation.unusedPath(), source: "segfault"))
    let run = try host.run("bad")
    _ = try host.finished(run)
    let lines = try Self.lines(host)
    let end = try #require(lines.first { $0["event"] == "run.finished" })
    #expect(end["level"] == "warning")
    #expect(end["run"]?.string == run)
    #expect(end["code"] == "OTE-3001")
    #expect(end["node"] == "rows")
    #expect(end["plugin"] == "segfault")
    #expect(end["status"] == "failed")
    #expect(end["time"]?.string?.hasSuffix("Z") == true)
    #expect(end["message"]?.string?.isEmpty == false)
    let ordered = lines.first { $0["event"] == "run.queued" }
    #expect(ordered?["user"] == "admin")
    #expect(ordered?["level"] == "info")
    #expect(lines.first?["event"] == "host.ready")
    #expect(lines.last?["event"] == "host.stopping")
  }

  @Test func `requests are logged by route where somebody asks for more, and nothing where less is wanted`() throws {
    let more = try ServedHost(TestHost(), "--log-format", "json", "--log-level", "debug")
    _ = try more.ask("GET", "/pipelines/A-NAME-OF-SOMETHING")
    let lines = try Self.lines(more)
    let request = try #require(lines.first { $0["route"] == "/api/v1/pipelines/{pipeline}" })
    #expect(request["status"] == "404")
    #expect(request["user"] == "admin")
    #expect(!lines.contains { $0.text.contains("A-NAME-OF-SOMETHING") })
    let less = try ServedHost(TestHost(), "--log-format", "json", "--log-level", "error")
    #expect(try Self.lines(less).isEmpty)
  }

  @Test func `a host whose log nobody reads goes on`() throws {
    let host = try ServedHost(TestHost(), "--log-level", "debug")
    // More than a pipe holds.
    for _ in 0..<1500 { _ = try host.ask("GET", "//healthz", as: .nobody) }
    #expect(try host.ask("GET", "//healthz", as: .nobody).text == "ok\n")
    let result = try #require(try host.stop())
    #expect(result.errors.utf8.count > 128 << 10)
  }

  @Test func `a secret that a plugin tells everywhere is not in the host's log`() throws {
    let installation = try TestHost("well-behaved", "tells-secrets")
    let manifest = "\(installation.manifests)/tells-secrets.yaml"
    let text = try String(contentsOfFile: manifest, encoding: .utf8)
    try Data("\(text)  permissions: {secrets: [CANARY]}\n".utf8).write(to: URL(fileURLWithPath: manifest))
    let host = try ServedHost(installation, "--log-format", "json", "--log-level", "trace")
    let canary = "c4n4ry-\(UUID().uuidString)"
    try host.expect(204, "PUT", "/projects/default/secrets/CANARY", ["value": .string(canary)])
    for then in ["fails", "crashes"] {
      try host.save(
        """
        apiVersion: opentrusteval/v1
        kind: Pipeline
        metadata: {name: \(then)}
        nodes:
          rows: {use: well-behaved/source}
          step: {use: tells-secrets/stage, in: rows, with: {token: "${secrets.CANARY}", path: "\(then)"}}
          out: {use: well-behaved/sink, in: step, with: {path: "\(host.installation.unusedPath())"}}
        """)
      #expect(try host.finished(host.run(then))["status"]?.string == "failed")
    }
    let result = try #require(try host.stop())
    #expect(result.errors.contains("The server refuses •••."), "\(result.errors)")
    #expect(!result.errors.contains(canary))
    #expect(!result.errors.contains(ServedHost.password))
    #expect(!result.errors.contains("ote_t_"))
  }

  /// Every line of the log; what the host prints for people is none.
  private static func lines(_ host: ServedHost) throws -> [JSONValue] {
    let result = try #require(try host.stop())
    let printed = ["OpenTrustEval is at", "Sign in as admin", "  http://"]
    let logged = result.errors.split(separator: "\n").filter { line in !printed.contains { line.hasPrefix($0) } }
    return try logged.map { try JSONValue(parsing: String($0)) }
  }
}
