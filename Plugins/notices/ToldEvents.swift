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

  /// nil where the host keeps no state for notifiers: then it remembers by itself what was told.
  private func known() throws -> [String]? {
    let stored: [UInt8]?
    do { stored = try run.state(get: Self.key)?.value } catch {
      run.log(.debug, "no memory of earlier events: \(error)")
      return nil
    }
    guard let stored else { return [] }
    guard let list = try? JSONValue(parsing: stored).array else {
      throw PluginError(.state, "what this notifier remembers of earlier events is damaged")
    }
    return list.compactMap(\.string)
  }

  package func contains() throws -> Bool { try known()?.contains(digest) == true }

  /// After it was told: nothing here can make that undone, so nothing here fails.
  package func add() {
    guard let known = try? known() else { return }
    let list = (known + [digest]).suffix(Self.limit)
    do { try run.state(put: Self.key, Array(JSONValue.array(list.map { .string($0) }).text.utf8)) } catch {
      run.log(.warning, "the event was told, but cannot be remembered: \(error)")
    }
  }
}

/// A reference to a secret, as it stands in a configuration.
package struct SecretReference: Decodable, Sendable, Hashable {
  package var reference: String

  private enum CodingKeys: String, CodingKey { case reference = "$secret" }
}
