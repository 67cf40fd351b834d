// Models and connections by their names, for whoever resolves a document or answers a node.
package import ArtifactStore
package import JSONValue
package import MetadataStore
package import Model

package struct Registry: Sendable {
  package let metadata: MetadataStore
  package let artifacts: ArtifactStore

  package init(metadata: MetadataStore, artifacts: ArtifactStore) {
    self.metadata = metadata
    self.artifacts = artifacts
  }

  /// The document of the version that the reference means, with the path of its bytes.
  package func document(of reference: ModelReference) throws(Problem) -> JSONValue {
    try ModelDocument.located(try metadata.model(reference), artifacts: artifacts)
  }

  /// What documents of that project may name.
  package func lookup(in project: String) -> RegistryLookup {
    RegistryLookup(
      connection: { (name) throws(Problem) in try metadata.connection(name, of: project) },
      model: { (reference) throws(Problem) in try document(of: reference) })
  }
}
