// Runs: lists, one run, cancel and retry.
import ArtifactStore
import ControlPlane
import Foundation
import JSONValue
import MetadataStore
import Model
import PipelineDocument
import Supervisor
import WorkerProtocol

enum RunRoutes {
  static let all: [String: Route] = [
    "listRuns": { call in
      let statuses = (call.text("status") ?? "").split(separator: ",").compactMap { RunStatus(rawValue: String($0)) }
      let query = RunEntryQuery(
        projects: try call.visibleProjects(), statuses: statuses, pipeline: call.text("pipeline"),
        cause: call.text("cause").flatMap(cause), text: call.text("q"),
        // Without its Z, a whole second comes before its own fractions.
        since: call.text("since").map { String($0.dropLast()) }, limit: call.limit + 1, before: call.cursor)
      let entries = try call.plane.metadata.runEntries(query)
      let next = entries.count > call.limit ? entries[call.limit - 1].summary.run : nil
      return try Answer.page(entries.prefix(call.limit).map(RunView.init), next: next)
    },
    "readRun": { call in try Answer.json(try view(call)) },
    "cancelRun": { call in
      let entry = try call.plane.metadata.runEntry(call.path("run"))
      try call.plane.runs.cancel(entry.summary.run)
      try call.audit("run.cancel", "run:\(entry.summary.run)")
      return try Answer.json(RunView(try call.plane.metadata.runEntry(entry.summary.run)))
    },
    "retryRun": retry,
  ]

  private static func cause(_ word: String) -> RunEntryQuery.Cause? {
    word == RunView.commandLine ? .commandLine : RunOrder.Cause(rawValue: word).map { .order($0) }
  }

  @Sendable private static func retry(_ call: Call) async throws -> Answer {
    let metadata = call.plane.metadata
    let entry = try metadata.runEntry(call.path("run"))
    let report = try metadata.run(entry.summary.run)
    guard report.status.isFinished else {
      throw Problem(
        .wrongState, "run \(report.run) is \(report.status.rawValue)", next: "Wait for its end, or cancel it.")
    }
    guard let record = try metadata.pipelineRecord(report.pipeline.name) else {
      throw Problem(.nothingHere, "the pipeline \(report.pipeline.name) is gone")
    }
    let from = call.body["from"]?.string
    if let from, !KeptNodes.names(call.plane, report).contains(from) {
      throw Problem(.resumeImpossible, "run \(report.run) kept no output of '\(from)'")
    }
    let order = RunOrder(
      run: from == nil ? RunIdentifier.make() : report.run, project: record.project, pipeline: report.pipeline.name,
      version: report.pipeline.version, parameters: report.parameters, actor: try call.caller.actor, cause: .retry,
      causedBy: report.run, queuedAt: TimeStamp.now(), resumes: from == nil ? nil : report.run, fromNode: from)
    try call.audit("run.retry", "run:\(report.run)", detail: ["new": .string(order.run)])
    guard try call.plane.runs.order(order) else { throw Problem(.wrongState, "the run is queued already") }
    return try Answer.json(RunView(try metadata.runEntry(order.run)))
  }

  private static func view(_ call: Call) throws -> JSONValue {
    let metadata = call.plane.metadata
    let entry = try metadata.runEntry(call.path("run"))
    let report = try metadata.run(entry.summary.run)
    var object = JSONValue(of: report).object ?? [:]
    let provenance = JSONValue(of: RunView(entry)).object ?? [:]
    for key in ["project", "actor", "cause", "caused_by", "priority", "queued_at"] { object[key] = provenance[key] }
    let stored = try metadata.pipeline(report.pipeline.name, version: report.pipeline.version)
    object["document"] = (stored?.document).json
    object["edges"] = .array(stored.map { RunEdges.edges($0.document, report) } ?? [])
    let folder = "\(call.plane.settings.home)/runs/\(report.run)"
    object["crashes"] = .array(
      (1...max(1, report.attempts)).filter { access("\(folder)/crash-\($0).txt", F_OK) == 0 }.map { .int(Int64($0)) })
    let kept = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/failing")) ?? []
    object["failing"] = .array(
      kept.sorted().map { .string(String($0.split(separator: ".").dropLast().joined(separator: "."))) })
    object["retry_from"] = .array(KeptNodes.names(call.plane, report).map { .string($0) })
    return .object(object)
  }
}

/// Nodes whose output a failed run kept.
enum KeptNodes {
  static func names(_ plane: ControlPlane, _ report: RunReport) -> [String] {
    guard report.status == .failed || report.status == .cancelled,
      let folder = try? plane.artifacts.existingRunFolder(report.run)
    else { return [] }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/materialized")) ?? []
    return files.filter { $0.hasSuffix(".batches") }.map { String($0.dropLast(".batches".count)) }.sorted()
  }
}

/// The edges of a run, as its document names them.
enum RunEdges {
  static func edges(_ text: String, _ report: RunReport) -> [JSONValue] {
    guard let document = try? PipelineDocument(parsing: text) else { return [] }
    return document.pipeline.nodes.flatMap { node -> [JSONValue] in
      switch node.inputs {
      case .none: []
      case .unnamed(let sources): sources.map { edge($0, node.name, nil) }
      case .named(let inputs): inputs.map { edge($0.source, node.name, $0.name) }
      }
    }
  }

  private static func edge(_ source: OutputReference, _ to: String, _ input: String?) -> JSONValue {
    .fields(["from": .string(source.node), "port": source.port.json, "to": .string(to), "input": input.json])
  }
}
