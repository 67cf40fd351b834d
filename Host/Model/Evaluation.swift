// What an evaluator or action found out about models: its report, and what it was about.
package import JSONValue

package struct EvaluationDraft: Sendable, Hashable {
  package var run: String
  package var node: String
  package var use: String
  package var kind: String
  package var pipeline: String
  package var models: [EvaluatedModel]
  /// Versions that were read on the way to it.
  package var datasets: [DatasetMention]
  /// Where its row by row figures were published.
  package var rows: DatasetMention?
  package var report: JSONValue

  package init(
    run: String, node: String, use: String, kind: String, pipeline: String, models: [EvaluatedModel] = [],
    datasets: [DatasetMention] = [], rows: DatasetMention? = nil, report: JSONValue
  ) {
    self.run = run
    self.node = node
    self.use = use
    self.kind = kind
    self.pipeline = pipeline
    self.models = models
    self.datasets = datasets
    self.rows = rows
    self.report = report
  }

  package var title: String { report["title"]?.string ?? node }
}

/// A model that answers were made with, by the name that the pipeline gives it.
package struct EvaluatedModel: Codable, Sendable, Hashable {
  package var node: String
  /// nil where the registry does not know it.
  package var model: String?
  package var version: Int?
  package init(node: String, model: String? = nil, version: Int? = nil) {
    self.node = node
    self.model = model
    self.version = version
  }
}

package struct DatasetMention: Codable, Sendable, Hashable {
  package var dataset: String
  package var version: Int
  package init(dataset: String, version: Int) {
    self.dataset = dataset
    self.version = version
  }
}

package struct Evaluation: Codable, Sendable, Hashable {
  package var id: Int64
  package var run: String
  package var node: String
  package var use: String
  package var kind: String
  package var title: String
  package var pipeline: String
  package var project: String
  package var models: [EvaluatedModel]
  package var datasets: [DatasetMention]
  package var rows: DatasetMention?
  package var report: JSONValue
  package var createdAt: String

  package init(_ draft: EvaluationDraft, id: Int64, project: String, createdAt: String) {
    self.id = id
    run = draft.run
    node = draft.node
    use = draft.use
    kind = draft.kind
    title = draft.title
    pipeline = draft.pipeline
    self.project = project
    models = draft.models
    datasets = draft.datasets
    rows = draft.rows
    report = draft.report
    self.createdAt = createdAt
  }

  package var figures: [Figure] { Figure.all(of: report, node: node) }

  private enum CodingKeys: String, CodingKey {
    case id, run, node, use, kind, title, pipeline, project, models, datasets, rows, report
    case createdAt = "created_at"
  }
}

/// One number of a report, with what tells how much it says. A missing value stays missing.
package struct Figure: Codable, Sendable, Hashable {
  package var node: String
  package var name: String
  package var value: Double?
  package var unit: String?
  package var interval: [Double]?
  package var n: Int64?
  /// higher or lower.
  package var better: String?

  package static func all(of report: JSONValue, node: String) -> [Figure] {
    (report["metrics"]?.array ?? []).compactMap { metric in
      guard let name = metric["name"]?.string else { return nil }
      let interval = metric["interval"]?.array?.compactMap(\.double)
      return Figure(
        node: node, name: name, value: metric["value"]?.double, unit: metric["unit"]?.string,
        interval: interval?.count == 2 ? interval : nil, n: metric["n"]?.int, better: metric["better"]?.string)
    }
  }
}
