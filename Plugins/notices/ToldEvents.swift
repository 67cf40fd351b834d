// Which events were told, kept in the node's durable state, so that none is told twice.
internal import JSONValue
package import PluginKit

package struct ToldEvents {
  private let run: Run
  private let digest: String

  /// How many are remembered; an event is repeated soon or never.
  private static let limit = 1000
  private static let key = "told"

  package init(_ notice: Notice, _ run: Run) {
    self.run = run
    digest = notice.digest
  }

  private func known() throws -> [String] {
    guard let stored = try run.state(get: Self.key) else { return [] }
    guard let list = try? JSONValue(parsing: stored.value).array else {
      throw PluginError(.state, "what this notifier remembers of earlier events is damaged")
    }
    return list.compactMap(\.string)
  }

  package func contains() throws -> Bool { try known().contains(digest) }

  /// After it was told.
  package func add() throws {
    let list = (try known() + [digest]).suffix(Self.limit)
    try run.state(put: Self.key, Array(JSONValue.array(list.map { .string($0) }).text.utf8))
  }
}

/// A reference to a secret, as it stands in a configuration.
package struct SecretReference: Decodable, Sendable, Hashable {
  package var reference: String

  private enum CodingKeys: String, CodingKey { case reference = "$secret" }
}
