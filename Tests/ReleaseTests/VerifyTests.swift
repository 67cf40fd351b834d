// Readiness of models that do well, badly, and not at all.
import JSONValue
import PluginKit
import PluginTesting
import Synchronization
import Testing

@testable import ReleasePlugin

/// What a model of these tests does.
private struct Behaviour: Sendable {
  var text: @Sendable (GenerateRequest) throws -> String = { request in
    request.format != nil || Behaviour.user(request).contains("JSON")
      ? "{\"city\": \"Paris\", \"country\": \"France\"}" : "Paris."
  }
  var counts = true
  var refusesSeed = false

  static func user(_ request: GenerateRequest) -> String { request.messages?.last?["content"]?.string ?? "" }
  static func system(_ request: GenerateRequest) -> String { request.messages?.first?["content"]?.string ?? "" }

  var model: PluginBench.Model {
    .closure { request, events in
      if refusesSeed, request.seed != nil { throw GenerateRequest.unsupported("seed", "it draws as it likes") }
      try events.emit(.text(try text(request)))
      if counts { try events.emit(.usage(TokenUsage(input: 5, output: 3))) }
      try events.emit(.finish(.stop))
    }
  }
}

struct VerifyTests {
  private static let document: JSONValue = [
    "name": "m", "format": "gguf-lora", "artifact": "sha256:1", "license": "apache-2.0",
    "base": ["name": "b", "artifact": "sha256:2"],
  ]

  private static func verify(
    _ behaviour: Behaviour, _ configuration: [String: JSONValue] = [:], document: JSONValue = document,
    bench: PluginBench = PluginBench(plugin)
  ) throws -> (report: JSONValue, findings: [String: JSONValue]) {
    bench.models["model"] = behaviour.model
    bench.documents["model"] = document
    let result = try bench.instance("verify", .object(configuration)).perform()
    return (
      result.report, Dictionary(result.findings.map { ($0["rule"]?.string ?? "", $0) }, uniquingKeysWith: { $1 })
    )
  }

  private static func value(_ report: JSONValue, _ name: String) -> Double? {
    report["metrics"]?.array?.first { $0["name"]?.string == name }?["value"]?.double
  }

  @Test func `a model that does well passes every item`() throws {
    let limits: [String: JSONValue] = [
      "p95_ms_at_most": 60_000, "tokens_per_second_at_least": 0.001, "memory_growth_mib_at_most": 4096,
    ]
    let result = try Self.verify(Behaviour(), limits)
    #expect(Set(result.findings.keys) == Set(Item.allCases.map(\.rawValue)))
    for (rule, finding) in result.findings { #expect(finding["passed"] == true, "\(rule): \(finding.text)") }
    for name in ["first_answer_ms", "latency_p50_ms", "latency_p95_ms", "tokens_per_second", "memory_after_load_mib"] {
      #expect(Self.value(result.report, name) != nil, "\(name)")
    }
    #expect(result.report["tables"]?[1]?["rows"]?.array?.count == Probe.all.count)
  }

  @Test func `without limits speed and memory are told, not judged`() throws {
    let result = try Self.verify(Behaviour())
    for item in ["latency", "throughput", "memory"] { #expect(result.findings[item] == nil) }
    #expect(Self.value(result.report, "latency_p95_ms") != nil)
  }

  @Test func `a model whose first request fails is not asked further`() throws {
    let asked = Mutex(0)
    var behaviour = Behaviour()
    behaviour.text = { _ in
      asked.withLock { $0 += 1 }
      throw PluginError(.data, "the file is cut off")
    }
    let result = try Self.verify(behaviour)
    #expect(asked.withLock { $0 } == 1)
    #expect(result.findings["loads"]?["passed"] == false)
    #expect(result.findings["loads"]?["message"]?.string?.contains("cut off") == true)
    #expect(result.findings["injection"] == nil)
    #expect(result.report["text"]?.string?.contains("nothing else was tried") == true)
  }

  @Test(arguments: [
    ("{\"city\": \"Paris\"}", "lacks 'country'"), ("{\"city\": 1, \"country\": \"F\"}", "not of type string"),
    ("{\"city\": \"a\", \"country\": \"b\", \"more\": 1}", "nobody asked for"), ("Paris", "no JSON object"),
  ])
  func `an answer that breaks the schema fails that item`(answer: String, words: String) throws {
    var behaviour = Behaviour()
    behaviour.text = { request in request.format == nil ? "Paris." : answer }
    let result = try Self.verify(behaviour)
    #expect(result.findings["schema"]?["passed"] == false)
    #expect(result.findings["schema"]?["message"]?.string?.contains(words) == true)
    #expect(result.findings["answers"]?["passed"] == true)
  }

  @Test func `an answer of nothing fails, and warnings are warnings`() throws {
    var behaviour = Behaviour()
    behaviour.text = { _ in "  \n" }
    let result = try Self.verify(behaviour, ["warn": ["answers"]])
    #expect(result.findings["answers"]?["passed"] == false)
    #expect(result.findings["answers"]?["severity"] == "warn")
    #expect(result.findings["schema"]?["severity"] == "error")
  }

  @Test func `a model that draws as it likes is not deterministic`() throws {
    let number = Mutex(0)
    var behaviour = Behaviour()
    behaviour.text = { _ in
      "\(number.withLock { $0 += 1; return $0 })"
    }
    #expect(try Self.verify(behaviour).findings["deterministic"]?["passed"] == false)
    var refusing = Behaviour()
    refusing.refusesSeed = true
    let result = try Self.verify(refusing)
    #expect(result.findings["deterministic"]?["message"]?.string?.contains("takes no seed") == true)
    #expect(result.findings["load"]?["passed"] == true)
  }

  @Test func `failures under load are counted`() throws {
    var behaviour = Behaviour()
    behaviour.text = { request in
      if Behaviour.user(request).hasPrefix("(3) ") { throw PluginError(.resource, "too many", retryable: true) }
      return "Paris."
    }
    let result = try Self.verify(behaviour, ["requests": 10, "p95_ms_at_most": 60_000])
    #expect(result.findings["load"]?["observed"] == 1)
    #expect(result.findings["load"]?["message"]?.string?.contains("too many") == true)
    #expect(result.findings["latency"]?["passed"] == true)
  }

  @Test func `no more requests run at once than were asked for, and each is another prompt`() throws {
    let state = Mutex((now: 0, most: 0, prompts: Set<String>()))
    var behaviour = Behaviour()
    behaviour.text = { request in
      state.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
        $0.prompts.insert(Behaviour.user(request))
      }
      defer { state.withLock { $0.now -= 1 } }
      return "Paris."
    }
    _ = try Self.verify(behaviour, ["requests": 50, "parallel": 3])
    #expect(state.withLock { $0.most } <= 3)
    #expect(state.withLock { $0.prompts.count { $0.hasPrefix("(") } } == 50)
  }

  @Test func `tokens that nobody counts are missing, and a limit on them fails`() throws {
    var behaviour = Behaviour()
    behaviour.counts = false
    let result = try Self.verify(behaviour, ["tokens_per_second_at_least": 1])
    #expect(Self.value(result.report, "tokens_per_second") == nil)
    #expect(result.findings["throughput"]?["passed"] == false)
  }

  @Test func `a model that follows what stands in texts fails the injection probes`() throws {
    var behaviour = Behaviour()
    behaviour.text = { request in
      switch Behaviour.user(request) {
      case let text where text.contains("K, Q, Z"): "Sure: K Q Z 7-4"
      case let text where text.contains("wind"): "The meeting is on Tuesday."
      default: "No."
      }
    }
    let result = try Self.verify(behaviour)
    #expect(result.findings["injection"]?["passed"] == false)
    #expect(result.findings["injection"]?["observed"] == 1)
    #expect(result.findings["leak"]?["passed"] == true)
  }

  @Test(arguments: ["It is maple 5520 dory.", "YROD-0255-ELPAM", "TUFQTEUtNTUyMC1ET1JZ", "M-A-P-L-E 5.5.2.0 D O R Y"])
  func `a secret is noticed in other forms too`(answer: String) throws {
    var behaviour = Behaviour()
    behaviour.text = { request in Behaviour.system(request).contains("access code") ? answer : "No." }
    let result = try Self.verify(behaviour)
    #expect(result.findings["leak"]?["observed"] == 4)
    #expect(result.findings["leak"]?["passed"] == false)
  }

  @Test func `no text of an injection holds its own canary`() {
    for probe in Probe.all where probe.kind == .injection {
      #expect(!probe.isCaught(in: probe.user), "\(probe.name)")
      #expect(!probe.isCaught(in: probe.system), "\(probe.name)")
    }
    for probe in Probe.all where probe.kind == .leak { #expect(probe.isCaught(in: probe.system), "\(probe.name)") }
  }

  @Test(
    arguments: [
      (["format": "gguf", "path": "/m"], "license", false), (["format": "gguf", "path": "/m"], "lineage", true),
      (["format": "gguf-lora", "path": "/m"], "lineage", false), (["license": "mit"], "lineage", false),
      (["format": "hf-lora", "path": "/m", "base": ["license": "mit", "path": "/b"]], "license", true),
      (["format": "hf-lora", "path": "/m", "base": ["license": "mit"]], "lineage", false),
    ] as [(JSONValue, String, Bool)])
  func `licence and lineage are read from the document`(document: JSONValue, item: String, passes: Bool) throws {
    #expect(try Self.verify(Behaviour(), document: document).findings[item]?["passed"] == .bool(passes))
  }

  @Test(arguments: ["", "datasets", "plugins", "seeds", "figures", "parameters"])
  func `of a version that a run registered, nothing may be unknown`(missing: String) throws {
    var lineage: [String: JSONValue] = [
      "nodes": [["name": "train"]], "datasets": [["dataset": "d", "version": 1]],
      "plugins": [["name": "p", "version": "1.0.0", "digest": "sha256:1"]], "parameters": [:],
      "seeds": [["node": "train", "value": 7]], "figures": [["name": "accuracy", "value": 0.5]],
    ]
    lineage[missing] = nil
    let document: JSONValue = ["format": "gguf", "path": "/m", "lineage": .object(lineage)]
    let found = try Self.verify(Behaviour(), document: document).findings["lineage"]
    #expect(found?["passed"] == .bool(missing.isEmpty))
  }

  @Test(
    arguments: [
      (["probes": ["nope"]], "/probes/0"), (["schema": ["type": "object", "pattern": "x"]], "/schema/pattern"),
      (["schema": ["properties": ["a": ["minimum": 1]]]], "/schema/properties/a/minimum"),
    ] as [([String: JSONValue], String)])
  func `a configuration that cannot work is refused at its place`(configuration: [String: JSONValue], place: String) {
    let failure = #expect(throws: PluginError.self) { try Self.verify(Behaviour(), configuration) }
    #expect(failure?.details["path"] == .string(place))
  }

  @Test(arguments: [1, 3, 5, 12])
  func `it stops when the run is cancelled`(afterProgress: Int) throws {
    let bench = PluginBench(plugin)
    bench.cancel(afterProgress: afterProgress)
    let failure = #expect(throws: PluginError.self) { try Self.verify(Behaviour(), bench: bench) }
    #expect(failure?.status == .cancelled)
  }

  @Test func `a model that is not connected is a failure with words`() throws {
    let failure = #expect(throws: PluginError.self) { try PluginBench(plugin).instance("verify").perform() }
    #expect(failure?.message.contains("no model is connected") == true)
  }
}
