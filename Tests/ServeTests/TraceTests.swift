// Traces as a collector gets them, read with OpenTelemetry's own classes.
import Foundation
import JSONValue
import TestSupport
import Testing

struct TraceTests {
  private static let trace = "0af7651916cd43dd8448eb211c80319c"

  private static func environment(_ receiver: String, _ more: [String: String] = [:]) -> [String: String] {
    [
      "OTEL_EXPORTER_OTLP_ENDPOINT": receiver, "OTEL_EXPORTER_OTLP_HEADERS": "Api-Key=a%20key",
      "OTEL_SERVICE_NAME": "the tests", "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test",
      "OTEL_BSP_SCHEDULE_DELAY": "100",
    ].merging(more) { $1 }
  }

  @Test func `a run is a trace of attempts and nodes, linked with the request that ordered it`() throws {
    let receiver = try TelemetryReceiver()
    let host = try ServedHost(
      TestHost("well-behaved", "fails-once"), environment: Self.environment(receiver.address))
    let retry = "retry: {attempts: 2, on: [external], backoff: {first: 10ms}}"
    try host.save(Documents.toFile("traced", host.installation.unusedPath(), source: "fails-once", more: retry))
    let run = try host.run("traced", headers: [("traceparent", "00-\(Self.trace)-b7ad6b7169203331-01")])
    #expect(try host.finished(run)["attempts"] == 2)
    try host.stop()
    let spans = try receiver.traces()

    let request = try #require(spans.first { $0["trace"]?.string == Self.trace })
    #expect(request["name"] == "POST /api/v1/pipelines/{pipeline}/runs")
    #expect(request["parent"] == "b7ad6b7169203331")
    #expect(request["kind"] == 2)
    #expect(request["attributes"]?["http.response.status_code"] == 202)
    #expect(request["attributes"]?["enduser.id"] == "admin")
    #expect(request["resource"]?["service.name"] == "the tests")
    #expect(request["resource"]?["deployment.environment"] == "test")
    #expect(request["path"] == "/v1/traces")
    #expect(request["key"] == "a key")

    let whole = try #require(spans.first { $0["attributes"]?["ote.run.id"]?.string == run })
    #expect(whole["name"] == "run traced")
    #expect(whole["parent"] == "")
    #expect(whole["links"] == [.string(Self.trace)])
    #expect(whole["status"] == 0)
    #expect(whole["attributes"]?["ote.run.status"] == "succeeded")
    let trace = spans.filter { $0["trace"] == whole["trace"] }
    let attempts = trace.filter { $0["parent"] == whole["span"] }.sorted { Self.start($0) < Self.start($1) }
    #expect(attempts.map { $0["name"] } == ["attempt 1", "attempt 2"])
    #expect(attempts[0]["status"] == 2)
    #expect(attempts[0]["attributes"]?["error.type"] == "OTE-3013")
    #expect(attempts[1]["status"] == 0)
    let last = trace.filter { $0["parent"] == attempts[1]["span"] }
    #expect(Set(last.compactMap { $0["name"]?.string }) == ["node rows", "node out"])
    let sink = try #require(last.first { $0["name"] == "node out" })
    #expect(sink["attributes"]?["ote.rows.in"] == 200)
    #expect(sink["attributes"]?["ote.node.use"] == "well-behaved/sink@1.0.0")
    for (inner, outer) in last.map({ ($0, attempts[1]) }) + attempts.map({ ($0, whole) }) {
      #expect(Self.start(inner) >= Self.start(outer) && Self.start(inner) <= Self.end(inner))
      #expect(Self.end(inner) <= Self.end(outer))
    }
    #expect(trace.count == 3 + last.count + trace.count { $0["parent"] == attempts[0]["span"] })
  }

  @Test func `a plugin that crashes shows in its node, its attempt and its run`() throws {
    let receiver = try TelemetryReceiver()
    let host = try ServedHost(TestHost("well-behaved", "segfault"), environment: Self.environment(receiver.address))
    try host.save(Documents.toFile("bad", host.installation.unusedPath(), source: "segfault"))
    _ = try host.finished(host.run("bad"))
    try host.stop()
    let failed = try receiver.traces().filter { $0["status"] == 2 }
    #expect(Set(failed.compactMap { $0["name"]?.string }) == ["node rows", "attempt 1", "run bad"])
    #expect(failed.allSatisfy { $0["attributes"]?["error.type"] == "OTE-3001" })
    #expect(failed.allSatisfy { $0["attributes"]?["ote.problem.plugin"] == "segfault" })
    // The worker died before it told of its nodes: they have a length all the same.
    #expect(failed.allSatisfy { Self.start($0) < Self.end($0) })
  }

  @Test func `what its caller does not keep is not sent`() throws {
    let receiver = try TelemetryReceiver()
    let host = try ServedHost(TestHost(), environment: Self.environment(receiver.address))
    _ = try host.ask("GET", "/runs", headers: [("traceparent", "00-\(Self.trace)-b7ad6b7169203331-00")])
    _ = try host.ask("GET", "/pipelines", headers: [("traceparent", "00-not-a-trace-01")])
    try host.stop()
    let spans = try receiver.traces()
    #expect(!spans.contains { $0["trace"]?.string == Self.trace })
    #expect(spans.contains { $0["name"] == "GET /api/v1/pipelines" && $0["parent"] == "" })
  }

  @Test func `a receiver that is busy is asked again when it said, and loses nothing`() throws {
    let receiver = try TelemetryReceiver("busy:1:2")
    let host = try ServedHost(TestHost(), environment: Self.environment(receiver.address))
    try receiver.waitForRequest(status: 503)
    try receiver.waitForRequest()
    try host.stop()
    let times = try receiver.times()
    #expect(times[1] - times[0] >= 2, "\(times)")
    // The first sign-in was in the batch that was refused.
    #expect(try receiver.traces().contains { $0["name"] == "POST /api/v1/session/link" })
  }

  @Test func `a receiver that never answers holds up neither a run nor the end of the host`() throws {
    let receiver = try TelemetryReceiver("silent")
    let host = try ServedHost(
      TestHost("well-behaved"),
      environment: Self.environment(
        receiver.address, ["OTEL_BSP_MAX_QUEUE_SIZE": "5", "OTEL_EXPORTER_OTLP_TIMEOUT": "60000"]))
    try receiver.waitForRequest()
    try host.save(Documents.toFile("free", host.installation.unusedPath()))
    #expect(try host.finished(host.run("free"))["status"] == "succeeded")
    let metrics = try Metrics(host)
    #expect((metrics["ote_telemetry_dropped_total", "signal=\"traces\",reason=\"full\""] ?? 0) > 0)
    #expect(metrics["ote_telemetry_waiting", "signal=\"traces\""] == 5)
    #expect(metrics["ote_telemetry_sent_total", "signal=\"traces\""] == 0)
    let began = ContinuousClock.now
    #expect(try host.stop()?.code == 0)
    #expect(ContinuousClock.now - began < .seconds(30))
  }

  @Test func `a receiver that refuses or is gone costs its spans and nothing else`() throws {
    let receiver = try TelemetryReceiver("refuse")
    let refusing = try ServedHost(TestHost(), environment: Self.environment(receiver.address))
    try receiver.waitForRequest(status: 400)
    #expect(try refusing.ask("GET", "/pipelines").status == 200)
    let lines = try #require(try refusing.stop()).errors
    #expect(lines.contains("traces are not taken by \(receiver.address)/v1/traces: status 400"), "\(lines)")
    #expect(!lines.contains("a key"))

    // Nobody listens at a port that was given back.
    let port = try { try TelemetryReceiver().port }()
    let host = try ServedHost(
      TestHost("well-behaved"), environment: Self.environment("http://127.0.0.1:\(port)"))
    try host.save(Documents.toFile("free", host.installation.unusedPath()))
    #expect(try host.finished(host.run("free"))["status"] == "succeeded")
    #expect(try host.stop()?.code == 0)
  }

  @Test func `without an address nothing is traced`() throws {
    let host = try ServedHost(TestHost(), environment: ["OTEL_SERVICE_NAME": "x"])
    #expect(try Metrics(host).samples.keys.filter { $0.hasPrefix("ote_telemetry") } == [])
  }

  @Test(arguments: [
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://u:hidden@c/"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_HEADERS", "hidden"),
    ("OTEL_TRACES_SAMPLER", "sometimes"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"), ("OTEL_TRACES_EXPORTER", "zipkin"),
    ("OPENLINEAGE_URL", "ftp://lineage"), ("OPENLINEAGE_API_KEY", "hid den"),
  ])
  func `a variable that cannot be followed ends the start, in words`(_ name: String, _ value: String) throws {
    let base = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OPENLINEAGE_URL": "http://127.0.0.1:1"]
    let ended = try TestHost().ote("serve", "--port", "0", environment: base.merging([name: value]) { $1 })
    #expect(ended.code == 1)
    #expect(ended.errors.contains("OTE-5020"), "\(ended.errors)")
    #expect(ended.errors.contains(name))
    #expect(!ended.errors.contains("hid"))
  }

  private static func start(_ span: JSONValue) -> Int64 { span["start"]?.int ?? 0 }
  private static func end(_ span: JSONValue) -> Int64 { span["end"]?.int ?? 0 }
}
