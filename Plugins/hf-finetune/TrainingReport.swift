// What a training left, as the report that people see and the document of the model.
import JSONValue
import PluginKit

struct TrainingOutcome {
  /// outcome.json of the Python process.
  let json: JSONValue

  private var facts: JSONValue { json["facts"] ?? [:] }
  private var history: [JSONValue] { json["history"]?.array ?? [] }

  var adapter: String? { json["adapter"]?.string }
  var gguf: String? { json["gguf"]?.string }

  /// What a later reader needs to know how these weights came to be.
  func metadata() -> JSONValue {
    var facts = facts.object ?? [:]
    facts["peak_memory_bytes"] = json["peak_memory_bytes"]
    facts["seconds"] = json["seconds"]
    facts["estimate_bytes"] = json["estimate"]?["memory_bytes"]
    return .object(facts)
  }

  var report: JSONValue {
    ["title": .string(title), "metrics": .array(metrics), "charts": .array(charts), "text": .string(words)]
  }

  private var title: String { "Fine-tuning with \(facts["method"] == "qlora" ? "QLoRA" : "LoRA")" }

  private var metrics: [JSONValue] {
    let losses = values("loss")
    let evaluations = values("eval_loss")
    var list: [JSONValue] = [
      metric("steps", facts["steps"], unit: "steps"),
      metric("train_loss", losses.last.map { .double($0.value) }, better: "lower"),
      metric("eval_loss", evaluations.map(\.value).min().map { .double($0) }, better: "lower"),
      metric("rows", facts["train"]?["rows"], unit: "rows"),
      metric("learned_tokens", facts["train"]?["learned_tokens"], unit: "tokens"),
      metric("trainable_parameters", facts["trainable_parameters"]),
      metric("peak_memory_bytes", json["peak_memory_bytes"], unit: "bytes", better: "lower"),
      metric("seconds", json["seconds"], unit: "s"),
    ]
    if facts["best_step"]?.int != nil { list.append(metric("best_step", facts["best_step"], unit: "steps")) }
    return list
  }

  private func metric(_ name: String, _ value: JSONValue?, unit: String = "", better: String? = nil) -> JSONValue {
    var metric: [String: JSONValue] = ["name": .string(name), "value": value ?? .null]
    if !unit.isEmpty { metric["unit"] = .string(unit) }
    metric["better"] = better.map { .string($0) }
    return .object(metric)
  }

  private var charts: [JSONValue] {
    [
      chart("Loss", y: "loss", [("training", "loss"), ("validation", "eval_loss")]),
      chart("Learning rate", y: "learning rate", [("learning rate", "learning_rate")]),
    ].compactMap { $0 }
  }

  private func chart(_ title: String, y: String, _ series: [(name: String, key: String)]) -> JSONValue? {
    let drawn = series.compactMap { item -> JSONValue? in
      let points = values(item.key).map { JSONValue.array([.int($0.step), .double($0.value)]) }
      return points.isEmpty ? nil : ["name": .string(item.name), "points": .array(points)]
    }
    guard !drawn.isEmpty else { return nil }
    return [
      "title": .string(title), "type": "line", "x": ["label": "step"], "y": ["label": .string(y)],
      "series": .array(drawn),
    ]
  }

  private func values(_ key: String) -> [(step: Int64, value: Double)] {
    history.compactMap { entry in
      guard let step = entry["step"]?.int, let value = entry[key]?.double else { return nil }
      return (step, value)
    }
  }

  private var words: String {
    var lines: [String] = []
    let train = facts["train"] ?? [:]
    if let dropped = train["dropped"]?.int, dropped > 0 {
      lines.append("\(dropped) rows had no answer within the longest row and were left out.")
    }
    if let cut = train["cut"]?.int, cut > 0 { lines.append("\(cut) rows were cut to the longest row.") }
    if facts["base_is_dequantised"]?.bool == true {
      lines.append(
        "The base was de-quantised from a GGUF file: the adapter fits those weights, not the original ones.")
    }
    if facts["validation"]?.isNull != false {
      lines.append("There was no validation input, so eval_loss is missing.")
    } else if let best = facts["best_step"]?.int, best != facts["steps"]?.int {
      lines.append("The adapter is that of step \(best), which had the lowest validation loss.")
    }
    if facts["stopped_early"]?.bool == true { lines.append("It stopped early: the validation loss got no better.") }
    if let from = facts["resumed_from"]?.int {
      lines.append("It went on from the checkpoint of step \(from); seconds and tokens count from there.")
    }
    if let reason = json["no_gguf"]?.string { lines.append("There is no GGUF file of the adapter: \(reason).") }
    lines.append("Evaluate the adapter on the base that it will be served with.")
    return lines.joined(separator: "\n\n")
  }
}
