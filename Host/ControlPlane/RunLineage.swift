// What a run tells about lineage: from its plan, its report and the stored versions that it read and published.
import Foundation
import JSONValue
import MetadataStore
import Model
import Supervisor
import Telemetry
import WorkerProtocol

/// Used on the run's thread only.
struct RunLineage {
  private let lineage: LineageFeed
  private let metadata: MetadataStore
  private let order: RunOrder
  /// In topological order; empty where the document could not be resolved.
  var nodes: [PlanNode] = []
  private var begun: RunReport?

  /// nil where nobody wants it.
  init?(_ lineage: LineageFeed?, _ metadata: MetadataStore, _ order: RunOrder) {
    guard let lineage else { return nil }
    self.lineage = lineage
    self.metadata = metadata
    self.order = order
  }

  mutating func started(_ report: RunReport) {
    guard begun == nil else { return }
    begun = report
    lineage.emit(event(.start, at: report.startedAt, report))
  }

  /// The host before has told of its start.
  mutating func takeUp(_ report: RunReport) { begun = report }

  /// Another attempt begins.
  func goesOn() {
    if let begun { lineage.emit(event(.running, at: TimeStamp.now(), begun)) }
  }

  /// A run that could not even begin has begun all the same: the standard asks for both events.
  mutating func ended(_ report: RunReport) {
    started(report)
    let state: LineageEvent.State =
      switch report.status {
      case .succeeded: .complete
      case .cancelled: .abort
      default: .fail
      }
    lineage.emit(event(state, at: report.finishedAt ?? TimeStamp.now(), report))
  }

  private func event(_ state: LineageEvent.State, at time: String, _ report: RunReport) -> LineageEvent {
    var event = LineageEvent(state, at: time, run: order.run, pipeline: report.pipeline, version: HostVersion.text)
    event.report = report
    event.nominalStart = order.cause == .schedule ? order.causedBy : nil
    let record = try? metadata.pipelineRecord(order.pipeline)
    event.description = record?.description ?? record?.title
    event.owners = [LineageEvent.Owner("project:\(order.project)", "OWNER")]
    let versions = (try? metadata.pipelineVersions(order.pipeline)) ?? []
    if let author = versions.first(where: { $0.version == report.pipeline.version })?.author {
      event.owners.append(LineageEvent.Owner("user:\(author)", "AUTHOR"))
    }
    event.inputs = inputs(report)
    event.outputs = outputs(report)
    return event
  }

  // MARK: datasets

  private func inputs(_ report: RunReport) -> [LineageDataset] {
    var inputs: [(node: String, dataset: LineageDataset)] = report.inputs.map { input in
      let version = try? metadata.dataset(input.dataset, version: input.version)
      return (
        input.node,
        LineageDataset(.stored(input.dataset), version: String(input.version), schema: version?.schema)
      )
    }
    for node in nodes where node.component.kind == .source {
      if let place = Self.place(node) { inputs.append((node.name, LineageDataset(place))) }
    }
    return inputs.map { node, dataset in
      var dataset = dataset
      let below = Self.below(node, nodes)
      dataset.findings = report.findings.filter { below.contains($0.node) }
      return dataset
    }
  }

  private func outputs(_ report: RunReport) -> [LineageDataset] {
    guard report.status == .succeeded else { return [] }
    let stored = report.outputs.compactMap { output -> LineageDataset? in
      guard let name = output["dataset"]?.string, let number = output["version"]?.int else { return nil }
      let version = try? metadata.dataset(name, version: Int(number))
      return LineageDataset(
        .stored(name), version: String(number), schema: version?.schema, rows: version?.rows, bytes: version?.bytes)
    }
    let outside = nodes.filter { $0.component.kind == .sink }.compactMap { node in
      Self.place(node).map { place in
        LineageDataset(place, rows: report.nodes.first { $0.name == node.name }?.rowsIn)
      }
    }
    return stored + outside
  }

  /// The node itself and all that its data reaches.
  private static func below(_ name: String, _ nodes: [PlanNode]) -> Set<String> {
    var reached: Set<String> = [name]
    for node in nodes where node.inputs.contains(where: { reached.contains($0.node) }) { reached.insert(node.name) }
    return reached
  }

  /// Where a source reads or a sink writes, as far as its configuration tells: a path, or an address without the user,
  /// password and query that may stand in it.
  private static func place(_ node: PlanNode) -> LineageDataset.Place? {
    if let path = node.configuration["path"]?.string, !path.isEmpty {
      return .outside(namespace: "file", name: URL(fileURLWithPath: path).standardizedFileURL.path)
    }
    for key in ["uri", "url"] {
      guard let text = node.configuration[key]?.string, let parts = URLComponents(string: text),
        let scheme = parts.scheme, let host = parts.host
      else { continue }
      let port = parts.port.map { ":\($0)" } ?? ""
      return .outside(namespace: "\(scheme)://\(host)\(port)", name: parts.path.isEmpty ? "/" : parts.path)
    }
    return nil
  }
}
