// Secrets by name: sealed before they reach the store, opened only for the worker that needs them.
package import MetadataStore
package import Model
import SecretVault
package import Supervisor

package final class Vault: Sendable {
  private let keys: SecretKeys
  private let metadata: MetadataStore

  /// Reads the host's key, and makes one on first use.
  package init(home: String, metadata: MetadataStore) throws(Problem) {
    keys = try KeyFile.load(home: home)
    self.metadata = metadata
  }

  package func set(_ name: String, of project: String, value: String, by user: String) throws(Problem) {
    let sealed = try SealedSecret.seal(
      Array(value.utf8), name: Self.label(name, project), version: Self.binding, with: keys.newest)
    _ = try metadata.putSecret(name, of: project, sealed: sealed, by: user)
  }

  /// OTE-6012 where nobody has set it or the key is another one.
  package func value(_ name: String, of project: String) throws(Problem) -> String {
    guard let sealed = try metadata.sealedSecret(name, of: project) else {
      throw Problem(.secretUnavailable, "the project \(project) has no secret '\(name)'")
    }
    let value = try SealedSecret.open(sealed, name: Self.label(name, project), version: Self.binding, with: keys)
    return String(decoding: value, as: UTF8.self)
  }

  /// What a worker of that project may ask for.
  package func lookup(in project: String) -> SecretLookup {
    { (name) throws(Problem) in try self.value(name, of: project) }
  }

  private static let binding: Int64 = 1

  /// Bound into the seal, so that a sealed value moved to another name does not open.
  private static func label(_ name: String, _ project: String) -> String { "\(project)/\(name)" }
}
