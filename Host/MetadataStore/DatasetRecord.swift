// A dataset as its list shows it: whose it is, what people wrote about it, its newest version.
package import Model

package struct DatasetRecord: Codable, Sendable, Hashable {
  package var summary: DatasetSummary
  package var project: String
  package var description: String?
  package var tags: [String]
  /// Of the newest version's schema.
  package var columns: Int
  /// When description and tags changed last.
  package var updatedAt: String
}

/// By name.
package struct DatasetQuery: Sendable {
  /// nil: all projects.
  package var projects: [String]?
  /// Part of the name or description.
  package var text: String?
  package var tag: String?
  package var limit: Int
  /// The last name of the page before.
  package var after: String?
  package init(
    projects: [String]? = nil, text: String? = nil, tag: String? = nil, limit: Int = 50, after: String? = nil
  ) {
    self.projects = projects
    self.text = text
    self.tag = tag
    self.limit = limit
    self.after = after
  }
}
