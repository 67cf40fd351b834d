// Answers what a running plan asks of the host: publish, fetch, state. Nothing it publishes is visible before the run ends.
import ArtifactStore
import Glibc
import JSONValue
import MetadataStore
import Model
import Registry
import WorkerProtocol

final class RunRequests {
  private let metadata: MetadataStore
  private let artifacts: ArtifactStore
  private let run: String
  private let pipeline: String
  private let folder: String
  /// Datasets that become visible together when the run succeeds.
  private(set) var drafts: [DatasetDraft] = []
  /// Versions that the registry gets in the same step.
  private(set) var models: [ModelDraft] = []
  private(set) var inputs: [InputReport] = []
  private(set) var modelInputs: [ModelInput] = []
  private var receipts: [String: JSONValue] = [:]

  init(metadata: MetadataStore, artifacts: ArtifactStore, run: String, pipeline: String, folder: String) {
    self.metadata = metadata
    self.artifacts = artifacts
    self.run = run
    self.pipeline = pipeline
    self.folder = folder
  }

  /// A failed attempt publishes nothing: what it had prepared is forgotten.
  func startAttempt() {
    drafts = []
    models = []
    receipts = [:]
  }

  func answer(_ request: WorkerRequest) -> ReplyOutcome {
    do throws(Problem) {
      switch request {
      case .publish(let node, let path, let kind, let metadata):
        return .answered(try publish(node, path, kind, metadata))
      case .fetch(let node, let reference): return .answered(try fetch(node, reference))
      case .secret(_, let name): throw Problem(.secretUnavailable, "nobody here has the secret '\(name)'")
      case .stateGet(let node, let component, let key):
        let entry = try metadata.state(key, in: scope(node, component))
        guard let entry else { return .answered([:]) }
        let value = JSONValue.array(entry.value.map { .int(Int64($0)) })
        return .answered(["value": value, "revision": .int(Int64(entry.revision))])
      case .statePut(let node, let component, let key, let value, let expected):
        return try put(value, key, scope(node, component), expected)
      case .stateRemove(let node, let component, let key):
        try metadata.removeState(key, in: scope(node, component))
        return .answered([:])
      }
    } catch { return .failed(error) }
  }

  private func scope(_ node: String, _ component: String) -> StateScope {
    StateScope(pipeline: pipeline, node: node, component: component)
  }

  private func put(
    _ value: [UInt8], _ key: String, _ scope: StateScope, _ expected: UInt64
  ) throws(Problem) -> ReplyOutcome {
    let condition: StateCondition = expected == 0 ? .new : expected == .max ? .any : .revision(expected)
    switch try metadata.putState(value, for: key, in: scope, if: condition) {
    case .stored(let revision): return .answered(["revision": .int(Int64(revision))])
    case .conflict:
      return .failed(Problem(.inputOutputFailed, "state '\(key)' was changed by somebody else", retryable: true))
    }
  }

  private func publish(
    _ node: String, _ path: String, _ kind: String, _ details: JSONValue
  ) throws(Problem) -> JSONValue {
    let name = details["name"]?.string ?? ""
    // Without a name it is what it is: a trainer may leave its model in several forms.
    let title = name.isEmpty ? path.split(separator: "/").last.map(String.init) ?? "" : name
    let key = "\(node)\u{0}\(kind)\u{0}\(name.isEmpty ? path : name)"
    if let receipt = receipts[key] { return receipt }
    guard let real = realpath(path, nil) else {
      throw Problem(.inputOutputFailed, "nothing to publish at \(path)", node: node)
    }
    defer { free(real) }
    let resolved = String(cString: real)
    let stored = try stored(resolved, node, kind)
    var receipt: [String: JSONValue] = [
      "artifact": .string(stored.digest), "digest": .string(stored.digest), "bytes": .int(stored.bytes),
      "path": .string(stored.path),
    ]
    if kind == "model" {
      let publication = ModelPublication(artifacts: artifacts, run: run, node: node, pipeline: pipeline)
      receipt["model"] = try publication.document(details, stored, from: resolved)
      if let draft = try publication.draft(details, stored, from: resolved) { models.append(draft) }
    }
    if kind == "dataset" {
      guard ModelReference.isName(name) else {
        throw Problem(.configurationRefused, "'\(name)' is not a dataset name", node: node)
      }
      drafts.append(
        DatasetDraft(
          name: name, digest: stored.digest, rows: details["rows"]?.int, bytes: stored.bytes,
          schema: details["schema"] ?? [], statistics: details["columns"], run: run, node: node))
      receipt["dataset"] = .string(name)
    } else {
      _ = try metadata.record(
        ArtifactRecord(digest: stored.digest, kind: kind, name: title, bytes: stored.bytes, run: run, node: node))
    }
    receipts[key] = .object(receipt)
    return .object(receipt)
  }

  /// What another node has published as a model is registered where it lies; everything else is moved into the store.
  private func stored(_ path: String, _ node: String, _ kind: String) throws(Problem) -> StoredArtifact {
    if kind == "model", let digest = artifacts.reference(to: path), !digest.contains("/") {
      return try artifacts.stored(digest)
    }
    guard path.hasPrefix(folder + "/tmp/") || path.hasPrefix("\(folder)/materialized/\(node).work/") else {
      throw Problem(.contractBroken, "only what lies in the node's temporary folder can be published", node: node)
    }
    return try artifacts.adopt(path)
  }

  private func fetchModel(_ node: String, _ text: String) throws(Problem) -> JSONValue {
    do throws(Problem) {
      let reference = try ModelReference(parsing: text)
      let version = try metadata.model(reference)
      let input = ModelInput(
        node: node, model: version.model, version: version.version, digest: version.digest,
        reference: reference.description)
      if !modelInputs.contains(input) { modelInputs.append(input) }
      return try ModelDocument.located(version, artifacts: artifacts)
    } catch {
      var problem = error
      problem.node = node
      throw problem
    }
  }

  private func fetch(_ node: String, _ reference: String) throws(Problem) -> JSONValue {
    if reference.hasPrefix(ModelReference.prefix) { return try fetchModel(node, reference) }
    guard reference.hasPrefix(DatasetReference.prefix) else {
      return ["path": .string(try artifacts.path(of: reference)), "digest": .string(reference)]
    }
    let found = try DatasetReference.find(reference, node: node, metadata: metadata)
    let input = InputReport(node: node, dataset: found.dataset, version: found.version, digest: found.digest)
    if !inputs.contains(input) { inputs.append(input) }
    return try DatasetReference.description(found, artifacts: artifacts)
  }
}
