// What a document names beside plugins: saved connections and registered models. Asked while it is resolved.
package import JSONValue

package struct RegistryLookup: Sendable {
  /// Of the project that the document belongs to.
  package var connection: @Sendable (_ name: String) throws(Problem) -> SavedConnection
  /// The document of the version that a reference means, with the path of its bytes.
  package var model: @Sendable (_ reference: ModelReference) throws(Problem) -> JSONValue

  package init(
    connection: @escaping @Sendable (_ name: String) throws(Problem) -> SavedConnection,
    model: @escaping @Sendable (_ reference: ModelReference) throws(Problem) -> JSONValue
  ) {
    self.connection = connection
    self.model = model
  }

  /// Knows nothing.
  package static let empty = RegistryLookup(
    connection: { (name) throws(Problem) in throw Problem(.connectionNotFound, "there is no connection '\(name)'") },
    model: { (reference) throws(Problem) in throw Problem(.modelNotFound, "there is no model '\(reference.name)'") })
}
