// A pipeline as its list shows it: whose it is, its newest version, its last run.
package import JSONValue
package import Model

package struct PipelineRecord: Codable, Sendable, Hashable {
  package var name: String
  package var project: String
  package var title: String?
  package var description: String?
  package var labels: [String: String]
  /// The newest version.
  package var version: Int
  package var digest: String
  package var schedule: JSONValue?
  package var isPaused: Bool
  /// How the person arranged the nodes of the graph.
  package var layout: JSONValue?
  package var archivedAt: String?
  package var updatedAt: String
  package var updatedBy: String?
  package var lastRun: LastRun?

  package struct LastRun: Codable, Sendable, Hashable {
    package var run: String
    package var status: RunStatus
    package var startedAt: String
    package var seconds: Double?

    private enum CodingKeys: String, CodingKey {
      case run, status, seconds
      case startedAt = "started_at"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case name, project, title, description, labels, version, digest, schedule, layout
    case isPaused = "paused"
    case archivedAt = "archived_at"
    case updatedAt = "updated_at"
    case updatedBy = "updated_by"
    case lastRun = "last_run"
  }
}

/// By name.
package struct PipelineQuery: Sendable {
  /// nil: all projects.
  package var projects: [String]?
  /// Part of the name or title.
  package var text: String?
  /// `key` or `key=value`.
  package var label: String?
  package var includesArchived: Bool
  package var limit: Int
  /// The last name of the page before.
  package var after: String?
  package init(
    projects: [String]? = nil, text: String? = nil, label: String? = nil, includesArchived: Bool = false,
    limit: Int = 50, after: String? = nil
  ) {
    self.projects = projects
    self.text = text
    self.label = label
    self.includesArchived = includesArchived
    self.limit = limit
    self.after = after
  }
}

/// One line of a pipeline's history.
package struct PipelineVersionEntry: Codable, Sendable, Hashable {
  package var version: Int
  package var digest: String
  package var at: String
  package var author: String?
  package var message: String?
}

/// A document about to be saved, with what lists show of it.
package struct PipelineDraft: Sendable {
  package var name: String
  package var project: String
  package var digest: String
  package var document: String
  package var title: String?
  package var description: String?
  package var labels: [String: String]
  package var schedule: JSONValue?
  package init(
    name: String, project: String, digest: String, document: String, title: String? = nil, description: String? = nil,
    labels: [String: String] = [:], schedule: JSONValue? = nil
  ) {
    self.name = name
    self.project = project
    self.digest = digest
    self.document = document
    self.title = title
    self.description = description
    self.labels = labels
    self.schedule = schedule
  }
}
