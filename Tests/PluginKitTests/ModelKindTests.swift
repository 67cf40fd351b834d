// Providers, trainers, evaluators, actions and notifiers through their C tables, on the bench that authors get.
import CPluginABI
import JSONValue
import PluginTesting
import Testing

@testable import PluginKit

private let text = Field("text", .utf8)

/// Answers the prompt backwards, one character an event.
private final class Mirror: Provider {
  static let descriptor = ComponentDescriptor(
    "mirror", title: "Mirror", summary: "Turns prompts round", outputs: [.model()], concurrency: ["generate": 4])
  private var loaded: JSONValue = .null
  init(configuration: [String: JSONValue], host: Host) {}

  func load(_ model: JSONValue, _ run: Run) throws { loaded = model }

  func generate(_ request: GenerateRequest, _ events: EventSink, _ run: Run) throws {
    guard let prompt = request.prompt else { throw GenerateRequest.unsupported("messages", "it has no chat template") }
    for (index, character) in prompt.reversed().enumerated() {
      try run.checkCancelled()
      guard events.isWanted else { throw PluginError.cancelled }
      try events.emit(.text(String(character)))
      let top = [TokenLogProbability.Alternative(token: "x", logProbability: -2)]
      try events.emit(
        .logProbabilities([TokenLogProbability(String(character), id: index, logProbability: -0.5, top: top)]))
    }
    try events.emit(.usage(TokenUsage(input: prompt.count, output: prompt.count, cached: 1)))
    try events.emit(.finish(.length))
  }

  func countTokens(_ request: GenerateRequest, _ run: Run) throws -> Int { request.prompt?.count ?? 0 }
}

/// Asks its model for every row.
private final class Asking: Evaluator {
  static let descriptor = ComponentDescriptor(
    "asking", title: "Asking", summary: "Asks", inputs: [.table(), .model()], outputs: [.table("rows"), .report()])
  static let rows = Schema([Field("answer", .utf8)])
  init(configuration: [String: JSONValue], host: Host) {}

  func bind(_ request: NodeRequest, _ inputs: [InputSchema], _ run: Run) throws -> Schema? {
    guard inputs[0].schema?["text"] != nil else { throw PluginError.configuration("no column 'text'", at: "/column") }
    return Self.rows
  }

  func evaluate(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> Evaluation {
    var answers = BatchBuilder(Self.rows)
    while let batch = try inputs[0].stream.next() {
      for row in 0..<batch.rowCount {
        let prompt = GenerateRequest(prompt: batch.column(0).string(row))
        answers[0].append(try run.model("model").generate(prompt).text)
      }
    }
    let report: JSONValue = ["title": "Asked", "model": request.models["model"] ?? .null]
    let finding = Finding(rule: "answered", passed: true, message: "all answered")
    return Evaluation(
      report: report, rows: BatchList(schema: Self.rows, batches: [answers.finish()]), findings: [finding])
  }
}

private final class RowCount: Trainer {
  static let descriptor = ComponentDescriptor(
    "counting", title: "RowCount", summary: "Counts rows", inputs: [.table()], outputs: [.model(), .report()])
  init(configuration: [String: JSONValue], host: Host) {}

  func train(
    _ request: NodeRequest, _ inputs: [NamedStream], _ events: EventSink, _ run: Run
  ) throws -> TrainedModel {
    var rows = 0
    while let batch = try inputs[0].stream.next() { rows += batch.rowCount }
    try events.metric("rows", Double(rows), step: 1)
    return TrainedModel(["format": "count", "metadata": ["rows": .int(Int64(rows))]], report: ["title": "Counted"])
  }
}

private final class Telling: PluginKit.Action, Notifier {
  static let descriptor = ComponentDescriptor("telling", title: "Telling", summary: "Tells", outputs: [.report()])
  init(configuration: [String: JSONValue], host: Host) {}
  func perform(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> ActionResult {
    ActionResult(report: request.reports["report"] ?? .null)
  }
  func notify(_ event: JSONValue, _ run: Run) throws -> JSONValue { ["id": event["id"] ?? .null] }
}

private let modelPlugin = Plugin(
  name: "kinds", version: "1.0.0", title: "Kinds",
  components: [.provider(Mirror.self), .evaluator(Asking.self), .trainer(RowCount.self), .action(Telling.self)])
private let notifyingPlugin = Plugin(
  name: "tells", version: "1.0.0", title: "Tells", components: [.notifier(Telling.self)])

private func table(_ rows: [String]) throws -> BatchList { try BatchList([text], rows: rows.map { [.string($0)] }) }

@Test func `a provider's events cross the boundary as they were sent`() throws {
  let bench = PluginBench(modelPlugin)
  let mirror = try bench.instance("mirror")
  try mirror.load(["name": "m"])
  let events = try mirror.generate(GenerateRequest(prompt: "ab"))
  let top = [TokenLogProbability.Alternative(token: "x", logProbability: -2)]
  #expect(
    events == [
      .text("b"), .logProbabilities([TokenLogProbability("b", id: 0, logProbability: -0.5, top: top)]),
      .text("a"), .logProbabilities([TokenLogProbability("a", id: 1, logProbability: -0.5, top: top)]),
      .usage(TokenUsage(input: 2, output: 2, cached: 1)), .finish(.length),
    ])
  #expect(try mirror.countTokens(GenerateRequest(prompt: "abc")) == 3)
}

@Test func `a receiver that wants no more stops the provider`() throws {
  let mirror = try PluginBench(modelPlugin).instance("mirror")
  var seen = 0
  let failure = #expect(throws: PluginError.self) {
    try mirror.generate(GenerateRequest(prompt: "abcdef")) { _, _ in
      seen += 1
      return seen < 3
    }
  }
  #expect(failure?.status == .cancelled)
  #expect(seen == 3)
}

@Test func `a provider hears between events that nobody wants its answer`() throws {
  let bench = PluginBench(modelPlugin)
  let mirror = try bench.instance("mirror")
  var asked = 0
  var seen = 0
  let failure = #expect(throws: PluginError.self) {
    try mirror.generate(
      GenerateRequest(prompt: "abcdef"),
      onEvent: { _, _ in
        seen += 1
        return true
      },
      isWanted: {
        asked += 1
        return asked < 3
      })
  }
  #expect(failure?.status == .cancelled)
  #expect(asked == 3 && seen == 4)
}

@Test func `a receiver of an older header is taken to want its answer`() {
  var sink = ote_event_sink()
  sink.wanted = { _ in 0 }
  sink.struct_size = UInt32(MemoryLayout<ote_event_sink>.size)
  withUnsafeMutablePointer(to: &sink) { pointer in
    #expect(!EventSink(pointer).isWanted)
    // It ends before `wanted`: what lies behind it is not ours to call.
    pointer.pointee.struct_size = UInt32(MemoryLayout<ote_event_sink>.offset(of: \.wanted)!)
    #expect(EventSink(pointer).isWanted)
  }
}

@Test func `a key that a provider cannot honour is refused with its place`() throws {
  let mirror = try PluginBench(modelPlugin).instance("mirror")
  let failure = #expect(throws: PluginError.self) { try mirror.generate(GenerateRequest(user: "hello")) }
  #expect(failure?.status == .unsupported)
  #expect(failure?.details["path"] == "/messages")
}

@Test func `a request goes through JSON unharmed and refuses what it does not know`() throws {
  var request = GenerateRequest(user: "hi", system: "be brief", maxTokens: 7)
  request.temperature = 0.5
  request.stop = ["\n"]
  request.choices = 2
  request.wantsLogProbabilities = true
  request.topLogProbabilities = 3
  request.format = ["type": "json"]
  #expect(try GenerateRequest(json: request.json) == request)
  for bad: JSONValue in [["prompt": "a", "messages": []], [:], ["prompt": 1], ["prompt": "a", "max_token": 3], []] {
    #expect(throws: PluginError.self) { try GenerateRequest(json: bad) }
  }
}

@Test func `an evaluator asks the model that is connected to its input`() throws {
  let bench = PluginBench(modelPlugin)
  let mirror = try bench.instance("mirror")
  bench.models["model"] = .provider(mirror)
  defer { bench.models = [:] }
  bench.documents["model"] = ["name": "m"]
  let asking = try bench.instance("asking")
  #expect(try asking.bindRows([(name: "table", schema: Schema([text]))]) == Asking.rows)
  let answer = try asking.evaluate([(name: "table", stream: try table(["abc", "xy"]))])
  #expect(try answer.rows?.readRows().map { $0["answer"]?.string } == ["cba", "yx"])
  #expect(answer.report["model"]?["name"] == "m")
  #expect(answer.findings.first?["rule"] == "answered")
}

@Test func `a model that nobody connected is a failure with words`() throws {
  let asking = try PluginBench(modelPlugin).instance("asking")
  let failure = #expect(throws: PluginError.self) {
    try asking.evaluate([(name: "table", stream: try table(["abc"]))])
  }
  #expect(failure?.status == .notFound)
}

@Test func `a trainer tells its metrics and answers a document`() throws {
  let counting = try PluginBench(modelPlugin).instance("counting")
  let trained = try counting.train([(name: "table", stream: try table(["a", "b", "c"]))])
  #expect(trained.model["metadata"]?["rows"] == 3)
  #expect(trained.events == [.metric(name: "rows", value: 3, step: 1, unit: "")])
}

@Test func `actions see the reports at their inputs, notifiers their event`() throws {
  let bench = PluginBench(modelPlugin)
  bench.reports["report"] = ["title": "Before"]
  #expect(try bench.instance("telling").perform().report["title"] == "Before")
  #expect(try PluginBench(notifyingPlugin).instance("telling").notify(["id": "e1"]) == ["id": "e1"])
}
