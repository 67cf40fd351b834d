// Finds the project of what a request is about, as its operation's `x-project` says.
import JSONValue
import MetadataStore
import Model

struct ProjectOfRequest: Sendable {
  private let metadata: MetadataStore
  init(_ metadata: MetadataStore) { self.metadata = metadata }

  /// nil where the operation has no single project. OTE-6004 where the thing is not there.
  func find(
    _ operation: Operation, _ parameters: [String: JSONValue], _ body: JSONValue
  ) throws(Problem) -> String? {
    guard let place = operation.project else { return nil }
    switch place {
    case "visible": return nil
    case "project": return try existing(parameters["project"]?.string)
    case "body": return try ofBody(body)
    case "query": return try ofDataset(parameters["dataset"]?.string)
    case "subject": return try ofSubject(parameters["subject"]?.string ?? body["subject"]?.string ?? "")
    case "pipeline": return try ofPipeline(parameters["pipeline"]?.string)
    case "dataset": return try ofDataset(parameters["dataset"]?.string)
    case "model": return try found(metadata.project(ofModel: parameters["model"]?.string ?? ""), "model")
    case "evaluation":
      return try found((try? metadata.evaluation(parameters["evaluation"]?.int ?? 0))?.project, "evaluation")
    case "run": return try metadata.runEntry(parameters["run"]?.string ?? "").project
    case "upload": return try found(metadata.upload(parameters["upload"]?.string ?? "")?.project, "upload")
    case "comment": return try found(metadata.comment(parameters["comment"]?.string ?? "")?.project, "comment")
    default: throw APIDocument.broken("\(operation.id) finds its project by \(place)")
    }
  }

  private func ofBody(_ body: JSONValue) throws(Problem) -> String? {
    if let project = body["project"]?.string { return try existing(project) }
    if let dataset = body["dataset"]?.string { return try ofDataset(dataset) }
    if let run = body["run"]?.string { return try metadata.runEntry(run).project }
    throw Problem(.requestInvalid, "the body names no project, dataset or run")
  }

  private func existing(_ project: String?) throws(Problem) -> String {
    try found(metadata.project(project ?? "")?.name, "project")
  }

  private func ofPipeline(_ name: String?) throws(Problem) -> String {
    try found(metadata.pipelineRecord(name ?? "")?.project, "pipeline \(name ?? "")")
  }

  private func ofDataset(_ name: String?) throws(Problem) -> String {
    try found(metadata.datasetRecord(name ?? "")?.project, "dataset \(name ?? "")")
  }

  /// `pipeline:NAME`, `run:ID` or `dataset:NAME`, with `#NODE` behind or not.
  private func ofSubject(_ subject: String) throws(Problem) -> String {
    let parts = subject.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw Problem(.requestInvalid, "subject must be KIND:NAME") }
    let name = parts[1].split(separator: "#", maxSplits: 1).first.map(String.init) ?? ""
    switch parts[0] {
    case "pipeline": return try ofPipeline(name)
    case "dataset": return try ofDataset(name)
    case "run": return try metadata.runEntry(name).project
    default: throw Problem(.requestInvalid, "subject must begin with pipeline:, run: or dataset:")
    }
  }

  private func found(_ project: String?, _ thing: String) throws(Problem) -> String {
    guard let project else { throw Problem(.nothingHere, "there is no \(thing)") }
    return project
  }
}
