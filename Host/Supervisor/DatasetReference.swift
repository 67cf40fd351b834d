// How nodes and people name a stored dataset: dataset:NAME, dataset:NAME@VERSION; without the prefix on the command line.
package import ArtifactStore
import JSONValue
package import MetadataStore
package import Model
import Registry
package import WorkerProtocol

package enum DatasetReference {
  static let prefix = "dataset:"

  /// NAME or NAME@VERSION.
  package static func parse(_ text: String) throws(Problem) -> (name: String, version: Int?) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if parts.count == 1, !parts[0].isEmpty { return (parts[0], nil) }
    guard parts.count == 2, !parts[0].isEmpty, let version = Int(parts[1]), version > 0 else {
      throw Problem(.datasetNotFound, "'\(text)' is not NAME or NAME@VERSION")
    }
    return (parts[0], version)
  }

  static func find(_ reference: String, node: String, metadata: MetadataStore) throws(Problem) -> DatasetVersion {
    do throws(Problem) {
      let (name, version) = try parse(String(reference.dropFirst(prefix.count)))
      return try metadata.dataset(name, version: version)
    } catch {
      var problem = error
      problem.node = node
      throw problem
    }
  }

  /// What ote.files/1 fetch answers.
  static func description(_ version: DatasetVersion, artifacts: ArtifactStore) throws(Problem) -> JSONValue {
    var answer: [String: JSONValue] = [
      "path": .string(try artifacts.path(of: version.digest)), "digest": .string(version.digest),
      "dataset": .string(version.dataset), "version": .int(Int64(version.version)), "schema": version.schema,
    ]
    answer["rows"] = version.rows.map { .int($0) }
    return .object(answer)
  }

  /// The answer to a fetch outside a run: nothing is noted as an input.
  package static func answer(
    _ reference: String, node: String, metadata: MetadataStore, artifacts: ArtifactStore
  ) -> ReplyOutcome {
    do throws(Problem) {
      if reference.hasPrefix(ModelReference.prefix) {
        let registry = Registry(metadata: metadata, artifacts: artifacts)
        return .answered(try registry.document(of: try ModelReference(parsing: reference)))
      }
      guard reference.hasPrefix(prefix) else {
        return .answered(["path": .string(try artifacts.path(of: reference)), "digest": .string(reference)])
      }
      return .answered(try description(try find(reference, node: node, metadata: metadata), artifacts: artifacts))
    } catch { return .failed(error) }
  }
}
