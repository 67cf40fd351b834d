// A model that a node publishes: into the artifact store at once, into the registry when the run has succeeded.
import ArtifactStore
import JSONValue
import Model
import Registry

struct ModelPublication {
  let artifacts: ArtifactStore
  let run: String
  let node: String
  let pipeline: String

  /// nil as a draft where the metadata names no model: it is an artifact then, and no version.
  func draft(
    _ metadata: JSONValue, _ stored: StoredArtifact, from path: String
  ) throws(Problem) -> ModelDraft? {
    guard metadata.object != nil else {
      throw Problem(.contractBroken, "the metadata of a model is its document, an object", node: node)
    }
    guard let name = metadata["name"]?.string, !name.isEmpty else { return nil }
    guard ModelReference.isName(name) else {
      throw Problem(
        .configurationRefused, "'\(name)' is not a model name", node: node,
        next: "Use letters, digits and . _ - /, beginning with a letter or digit.")
    }
    var draft = ModelDraft(
      name: name,
      document: ModelDocument.kept(metadata, digest: stored.digest, path: path, artifacts: artifacts),
      digest: stored.digest, bytes: stored.bytes)
    draft.run = run
    draft.node = node
    draft.pipeline = pipeline
    if let alias = metadata["alias"]?.string, !alias.isEmpty {
      guard ModelReference.isAlias(alias) else {
        throw Problem(.configurationRefused, "'\(alias)' is not a name for an alias", node: node)
      }
      draft.alias = alias
    }
    return draft
  }

  /// The model document as it stands from now on: with its path, not yet with a number.
  func document(
    _ metadata: JSONValue, _ stored: StoredArtifact, from path: String
  ) throws(Problem) -> JSONValue {
    let kept = ModelDocument.kept(metadata, digest: stored.digest, path: path, artifacts: artifacts)
    var entries = try ModelDocument.located(kept.object ?? [:], digest: stored.digest, artifacts)
    entries["name"] = metadata["name"]
    return .object(entries)
  }
}
