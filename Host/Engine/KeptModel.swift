// What a trainer made in an earlier attempt of the same run: it is not trained twice because something after it failed.
import FoundationEssentials
import JSONValue
import Model

struct KeptModel {
  private let path: String?

  init(_ node: NodeRun) {
    path = node.plan.component.kind == .trainer ? TrainerFolder(node.state.plan, node.plan.name).outcomePath : nil
  }

  /// Only what the very same node made: the control plane has removed what others left (KeptOutputs).
  var outcome: JobOutcome? {
    guard let path, let bytes = FileManager.default.contents(atPath: path),
      let json = try? JSONValue(parsing: Array(bytes)), let model = json["model"]
    else { return nil }
    return JobOutcome(model: model, report: json["report"])
  }

  /// A note that cannot be written costs a later attempt its time, and nothing else.
  func keep(_ outcome: JobOutcome) {
    guard let path else { return }
    var note: [String: JSONValue] = ["model": outcome.model ?? .null]
    note["report"] = outcome.report
    let url = URL(filePath: path)
    try? FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try? Data(JSONValue.object(note).text.utf8).write(to: url, options: .atomic)
  }
}

/// Where a trainer works: kept while the run may still be resumed, so that its checkpoints serve a later attempt.
struct TrainerFolder {
  let path: String
  let outcomePath: String

  init(_ plan: RunPlan, _ node: String) {
    path = "\(plan.folder)/materialized/\(node).work"
    outcomePath = "\(plan.folder)/materialized/\(node).trained"
  }
}
