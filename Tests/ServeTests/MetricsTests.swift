// What /metrics tells, and that Prometheus' own tool has nothing against it.
import Foundation
import JSONValue
import TestSupport
import Testing

struct MetricsTests {
  @Test func `promtool finds nothing wrong with the metrics of a host that has worked`() throws {
    let host = try Self.worked()
    let page = try host.installation.folder.write(host.ask("GET", "//metrics").body, to: "metrics.txt")
    let result = try RunningProgram(
      "/bin/sh", ["-c", "promtool check metrics >&2", page],
      environment: ProcessInfo.processInfo.environment, input: page
    ).finish(within: 60)
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.errors.isEmpty, "\(result.errors)")
  }

  @Test func `what happened is counted where it belongs`() throws {
    let metrics = try Metrics(Self.worked())
    #expect(metrics["ote_runs_total", "status=\"succeeded\""] == 1)
    #expect(metrics["ote_runs_total", "status=\"failed\""] == 1)
    #expect(metrics["ote_runs_total", "status=\"stopped\""] == 0)
    #expect(metrics["ote_run_duration_seconds_count", "status=\"failed\""] == 1)
    #expect(metrics["ote_run_queue_wait_seconds_count"] == 2)
    #expect(metrics["ote_plugin_failures_total", "plugin=\"segfault\",code=\"OTE-3001\""] == 1)
    #expect((metrics["ote_node_rows_total", "kind=\"sink\",direction=\"in\""] ?? 0) >= 200)
    let ordered = "route=\"/api/v1/pipelines/{pipeline}/runs\",method=\"POST\""
    #expect(metrics["ote_http_requests_total", "\(ordered),status=\"202\""] == 2)
    #expect(metrics["ote_http_request_duration_seconds_bucket", "\(ordered),le=\"+Inf\""] == 2)
    #expect(metrics["ote_workers"] == 0)
    #expect((metrics["ote_workers_started_total"] ?? 0) >= 2)
    #expect(metrics["ote_build_info", "version=\"1.0.0\",abi=\"1.0 draft\""] == 1)
    #expect((metrics["ote_store_bytes", "part=\"metadata\""] ?? 0) > 4096)
    #expect((metrics["process_cpu_seconds_total"] ?? 0) > 0)
    let started = metrics["process_start_time_seconds"] ?? 0
    #expect((0...600).contains(Date().timeIntervalSince1970 - started), "started at \(started)")
  }

  @Test func `a living worker and a reader of events are counted while they are there`() throws {
    let host = try ServedHost(TestHost("well-behaved", "slow-source"))
    try host.save(Documents.toFile("endless", host.installation.unusedPath(), source: "slow-source", rows: -1))
    let events = try EventReader(host, query: "?types=run.")
    let run = try host.run("endless")
    try events.next { $0["type"]?.string == "run.progress" }
    let during = try Metrics(host)
    #expect(during["ote_workers"] == 1)
    #expect((during["ote_workers_resident_memory_bytes"] ?? 0) > 1_000_000)
    #expect(during["ote_runs_running"] == 1)
    #expect(during["ote_event_subscribers"] == 1)
    try host.expect(202, "POST", "/runs/\(run)/cancel")
    try events.next { $0["type"]?.string == "run.finished" }
    let after = try Metrics(host)
    #expect(after["ote_workers"] == 0)
    #expect(after["ote_workers_resident_memory_bytes"] == 0)
    #expect(after["ote_runs_total", "status=\"cancelled\""] == 1)
  }

  @Test func `whoever asks for what is not there makes no series of their own`() throws {
    let host = try ServedHost(TestHost())
    func ask(_ round: String) throws {
      for index in 0..<20 {
        _ = try host.ask("GET", "/nothing/\(round)-\(index)", as: .nobody)
        _ = try host.ask("GET", "//page-\(round)-\(index)", as: .nobody)
        _ = try host.ask("GET", "/runs/\(round)-\(index)")
        _ = try host.ask("ODD\(round.uppercased())\(index)", "/runs", as: .nobody)
      }
    }
    try ask("a")
    _ = try Metrics(host)
    let before = try Metrics(host).samples.count
    try ask("b")
    #expect(try Metrics(host).samples.count == before)
  }

  /// One run that succeeds, one whose plugin crashes, and an open stream of events.
  private static func worked() throws -> ServedHost {
    let host = try ServedHost(TestHost("well-behaved", "segfault"))
    try host.save(Documents.toFile("good", host.installation.unusedPath()))
    try host.save(Documents.toFile("bad", host.installation.unusedPath(), source: "segfault"))
    #expect(try host.finished(host.run("good"))["status"]?.string == "succeeded")
    #expect(try host.finished(host.run("bad"))["status"]?.string == "failed")
    return host
  }
}

/// The samples of a page: name with labels as written, and value.
struct Metrics {
  let samples: [String: Double]

  init(_ host: ServedHost) throws {
    let lines = try host.ask("GET", "//metrics", as: .nobody).text.split(separator: "\n")
    samples = Dictionary(
      lines.filter { !$0.hasPrefix("#") }.compactMap { line in
        guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...]) else {
          return nil
        }
        return (String(line[..<blank]), value)
      }, uniquingKeysWith: { first, _ in first })
  }

  subscript(name: String, labels: String = "") -> Double? { samples[labels.isEmpty ? name : "\(name){\(labels)}"] }
}
