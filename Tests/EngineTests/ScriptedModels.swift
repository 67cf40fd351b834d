// Providers, trainers, evaluators and actions that do what their configuration says.
import JSONValue
import PluginKit

/// Answers a prompt with "PROMPT of NAME", NAME being that of the document it was loaded with.
final class ScriptedProvider: Provider {
  static let descriptor = ComponentDescriptor(
    "provider", title: "Provider", summary: "Answers", inputs: [.model("artifact", required: false)],
    outputs: [.model()], concurrency: ["generate": 2])
  private let scripting: Scripting
  private var name = ""

  init(configuration: Script, host: Host) throws { scripting = try Scripting(configuration) }
  deinit { scripting.recorder.instanceDestroyed() }

  func load(_ model: JSONValue, _ run: Run) throws {
    try scripting.enter("load")
    name = model["name"]?.string ?? "nothing"
  }

  func generate(_ request: GenerateRequest, _ events: EventSink, _ run: Run) throws {
    try scripting.enter("generate")
    let prompt = request.prompt ?? ""
    try events.emit(.text("\(prompt) of \(name)"))
    try events.emit(.usage(TokenUsage(input: prompt.count, output: 1)))
    if scripting.script.lies != true { try events.emit(.finish(.stop)) }
  }

  func embed(_ input: ImportedStream, _ request: JSONValue, _ run: Run) throws -> any BatchStream {
    let schema = Schema([Field("embedding", .list(Field("item", .float32)))])
    return GeneratedStream(schema: schema) {
      guard let batch = try input.next() else { return nil }
      var builder = BatchBuilder(schema)
      for row in 0..<batch.rowCount {
        try builder.append([[.int(Int64(batch.column("text")?.string(row)?.count ?? 0))]])
      }
      return builder.finish()
    }
  }

  func countTokens(_ request: GenerateRequest, _ run: Run) throws -> Int { request.prompt?.count ?? 0 }
}

final class ScriptedTrainer: Trainer {
  static let descriptor = ComponentDescriptor(
    "trainer", title: "Trainer", summary: "Counts", inputs: [.table(), .model("base", required: false)],
    outputs: [.model(), .report()])
  private let scripting: Scripting

  init(configuration: Script, host: Host) throws { scripting = try Scripting(configuration) }
  deinit { scripting.recorder.instanceDestroyed() }

  func train(
    _ request: NodeRequest, _ inputs: [NamedStream], _ events: EventSink, _ run: Run
  ) throws -> TrainedModel {
    try scripting.enter("train")
    var rows = 0
    while let batch = try inputs[0].stream.next() {
      rows += batch.rowCount
      try events.metric("rows", Double(rows), step: rows)
    }
    let base = request.models["base"]?["name"]?.string ?? "nothing"
    return TrainedModel(
      ["name": .string("\(rows) rows on \(base)")],
      report: ["title": "Trained", "metrics": [["name": "rows", "value": .int(Int64(rows))]]])
  }
}

/// Asks the model `model`, where there is one, about every row; its metric `answered` is how many rows there were.
final class ScriptedEvaluator: Evaluator {
  static let descriptor = ComponentDescriptor(
    "evaluator", title: "Evaluator", summary: "Asks", inputs: [.table(), .model(required: false)],
    outputs: [.table("rows"), .report()])
  private static let rows = Schema([Field("answer", .utf8)])
  private let scripting: Scripting

  init(configuration: Script, host: Host) throws { scripting = try Scripting(configuration) }
  deinit { scripting.recorder.instanceDestroyed() }

  func bind(_ request: NodeRequest, _ inputs: [InputSchema], _ run: Run) throws -> Schema? {
    scripting.script.deferred == true ? nil : Self.rows
  }

  func evaluate(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> Evaluation {
    try scripting.enter("evaluate")
    var answers = BatchBuilder(Self.rows)
    while let batch = try inputs[0].stream.next() {
      for row in 0..<batch.rowCount {
        let text = batch.column("s")?.string(row) ?? ""
        guard request.models["model"] != nil else {
          answers[0].append(text)
          continue
        }
        answers[0].append(try run.model("model").generate(GenerateRequest(prompt: text)).text)
      }
    }
    let count = Int64(answers.rowCount)
    return Evaluation(
      report: [
        "title": "Asked",
        "metrics": [
          ["name": "answered", "value": .int(count), "interval": [.int(count - 1), .int(count + 1)]],
          ["name": "unknown", "value": .null],
        ],
      ], rows: BatchList(schema: Self.rows, batches: [answers.finish()]))
  }
}

/// Reports what it was given.
final class ScriptedAction: PluginKit.Action {
  static let descriptor = ComponentDescriptor(
    "action", title: "Action", summary: "Does",
    inputs: [.model(required: false), .report("figures", required: false), .table(required: false)],
    outputs: [.report()])
  private let scripting: Scripting

  init(configuration: Script, host: Host) throws { scripting = try Scripting(configuration) }
  deinit { scripting.recorder.instanceDestroyed() }

  func perform(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> ActionResult {
    try scripting.enter("perform")
    return ActionResult(report: ["title": "Done", "text": .string(request.json.text)])
  }
}
