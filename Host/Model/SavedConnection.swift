// A component's configuration that is saved under a name, with its secrets by reference: what pipelines connect through.
package import JSONValue

package struct SavedConnection: Codable, Sendable, Hashable {
  package var name: String
  package var project: String
  /// plugin/component.
  package var use: String
  /// Secrets stand in it as ${secrets.NAME} only.
  package var config: JSONValue
  /// Counted up with every change; a rollback is a change too.
  package var revision: Int
  package var updatedAt: String
  package var updatedBy: String?
  package var health: ConnectionHealth?
  /// No part of the configuration: a rollback leaves it alone.
  package var budget: ConnectionBudget?

  package init(name: String, project: String, use: String, config: JSONValue, revision: Int, updatedAt: String) {
    self.name = name
    self.project = project
    self.use = use
    self.config = config
    self.revision = revision
    self.updatedAt = updatedAt
  }

  private enum CodingKeys: String, CodingKey {
    case name, project, use, config, revision, health, budget
    case updatedAt = "updated_at"
    case updatedBy = "updated_by"
  }
}

/// What the last check found.
package struct ConnectionHealth: Codable, Sendable, Hashable {
  package var works: Bool
  package var message: String?
  package var checkedAt: String
  package init(works: Bool, message: String?, checkedAt: String) {
    self.works = works
    self.message = message
    self.checkedAt = checkedAt
  }

  private enum CodingKeys: String, CodingKey {
    case works, message
    case checkedAt = "checked_at"
  }
}

/// An earlier or the present state of a connection.
package struct ConnectionRevision: Codable, Sendable, Hashable {
  package var revision: Int
  package var use: String
  package var config: JSONValue
  package var savedAt: String
  package var savedBy: String?
  /// The revision that this one brought back.
  package var restores: Int?
  package init(
    revision: Int, use: String, config: JSONValue, savedAt: String, savedBy: String?, restores: Int?
  ) {
    self.revision = revision
    self.use = use
    self.config = config
    self.savedAt = savedAt
    self.savedBy = savedBy
    self.restores = restores
  }

  private enum CodingKeys: String, CodingKey {
    case revision, use, config, restores
    case savedAt = "saved_at"
    case savedBy = "saved_by"
  }
}

/// What went through a connection on one day (UTC). What nobody told is missing, never zero.
package struct ConnectionUsage: Codable, Sendable, Hashable {
  package var connection: String
  package var day: String
  package var requests: Int64?
  package var inputTokens: Int64?
  package var outputTokens: Int64?
  /// In the currency that the provider's plugin counts in.
  package var cost: Double?

  package init(connection: String, day: String) {
    self.connection = connection
    self.day = day
  }

  /// From a node's metrics; nil where none of them counts anything.
  package init?(_ metrics: [String: Double], connection: String, day: String) {
    self.init(connection: connection, day: day)
    requests = Self.count(metrics["requests"])
    inputTokens = Self.count(metrics["input_tokens"])
    outputTokens = Self.count(metrics["output_tokens"])
    cost = metrics["cost"].flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    guard requests != nil || inputTokens != nil || outputTokens != nil || cost != nil else { return nil }
  }

  private static func count(_ figure: Double?) -> Int64? {
    guard let figure, figure >= 0, figure < 1e15 else { return nil }
    return Int64(figure.rounded())
  }

  /// What `other` does not tell changes nothing.
  package mutating func add(_ other: ConnectionUsage?) {
    func sum<N: Numeric>(_ before: N?, _ more: N?) -> N? { more.map { (before ?? 0) + $0 } ?? before }
    requests = sum(requests, other?.requests)
    inputTokens = sum(inputTokens, other?.inputTokens)
    outputTokens = sum(outputTokens, other?.outputTokens)
    cost = sum(cost, other?.cost)
  }

  private enum CodingKeys: String, CodingKey {
    case connection, day, requests, cost
    case inputTokens = "input_tokens"
    case outputTokens = "output_tokens"
  }
}

/// A connection that a node of a plan goes through, at the revision whose fields it got.
package struct UsedConnection: Codable, Sendable, Hashable {
  package var name: String
  package var revision: Int
  package init(name: String, revision: Int) {
    self.name = name
    self.revision = revision
  }
}
