// While a plan is only bound or previewed, nodes may look datasets up and nothing else.
package import ArtifactStore
package import MetadataStore
import Model
import WorkerPool
package import WorkerProtocol

package final class DatasetLookup: WorkerObserver {
  private let metadata: MetadataStore
  private let artifacts: ArtifactStore

  package init(metadata: MetadataStore, artifacts: ArtifactStore) {
    self.metadata = metadata
    self.artifacts = artifacts
  }

  package func worker(said message: WorkerMessage) {}

  package func worker(asked request: WorkerRequest) -> ReplyOutcome {
    guard case .fetch(let node, let reference) = request else {
      return .failed(Problem(.contractBroken, "only reading is allowed before a run"))
    }
    return DatasetReference.answer(reference, node: node, metadata: metadata, artifacts: artifacts)
  }
}
