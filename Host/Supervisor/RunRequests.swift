// Answers what a running plan asks of the host: publish, fetch, state. Nothing it publishes is visible before the run ends.
import ArtifactStore
import Glibc
import JSONValue
import MetadataStore
import Model
import WorkerProtocol

final class RunRequests {
  private let metadata: MetadataStore
  private let artifacts: ArtifactStore
  private let run: String
  private let pipeline: String
  private let folder: String
  /// Datasets that become visible together when the run succeeds.
  private(set) var drafts: [DatasetDraft] = []
  private(set) var inputs: [InputReport] = []
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
    let key = "\(node)\u{0}\(kind)\u{0}\(name)"
    if let receipt = receipts[key] { return receipt }
    guard let real = realpath(path, nil) else {
      throw Problem(.inputOutputFailed, "nothing to publish at \(path)", node: node)
    }
    defer { free(real) }
    let resolved = String(cString: real)
    guard resolved.hasPrefix(folder + "/tmp/") || resolved.hasPrefix("\(folder)/materialized/\(node).work/") else {
      throw Problem(.contractBroken, "only what lies in the node's temporary folder can be published", node: node)
    }
    let stored = try artifacts.adopt(resolved)
    var receipt: [String: JSONValue] = [
      "artifact": .string(stored.digest), "digest": .string(stored.digest), "bytes": .int(stored.bytes),
    ]
    if kind == "dataset" {
      guard isName(name) else {
        throw Problem(.configurationRefused, "'\(name)' is not a dataset name", node: node)
      }
      drafts.append(
        DatasetDraft(
          name: name, digest: stored.digest, rows: details["rows"]?.int, bytes: stored.bytes,
          schema: details["schema"] ?? [], statistics: details["columns"], run: run, node: node))
      receipt["dataset"] = .string(name)
    } else {
      _ = try metadata.record(
        ArtifactRecord(digest: stored.digest, kind: kind, name: name, bytes: stored.bytes, run: run, node: node))
    }
    receipts[key] = .object(receipt)
    return .object(receipt)
  }

  /// Letters, digits and `._-/`, beginning with a letter or digit: safe in paths, URLs and on the command line.
  private func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 200, !name.contains("..") else { return false }
    func plain(_ byte: UInt8) -> Bool {
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
    return plain(first) && name.utf8.allSatisfy { plain($0) || [45, 46, 47, 95].contains($0) }
  }

  private func fetch(_ node: String, _ reference: String) throws(Problem) -> JSONValue {
    guard reference.hasPrefix(DatasetReference.prefix) else {
      return ["path": .string(try artifacts.path(of: reference)), "digest": .string(reference)]
    }
    let found = try DatasetReference.find(reference, node: node, metadata: metadata)
    let input = InputReport(node: node, dataset: found.dataset, version: found.version, digest: found.digest)
    if !inputs.contains(input) { inputs.append(input) }
    return try DatasetReference.description(found, artifacts: artifacts)
  }
}
