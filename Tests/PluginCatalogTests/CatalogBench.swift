// One plugin folder and one admin manifest in a temporary place, and a memory that counts.
import Foundation
import JSONValue
import Model
import PluginCatalog
import Synchronization
import TestSupport

final class CountingMemory: CatalogMemory {
  private struct State {
    var outcomes: [ScanKey: ScanOutcome] = [:]
    var digests: [FileIdentity: String] = [:]
    var asked = 0
  }
  private let state = Mutex(State())

  var digestsKnown: Int { state.withLock { $0.digests.count } }
  func outcome(of key: ScanKey) -> ScanOutcome? { state.withLock { $0.outcomes[key] } }
  func remember(_ outcome: ScanOutcome, for key: ScanKey) { state.withLock { $0.outcomes[key] = outcome } }
  func digest(of file: FileIdentity) -> String? { state.withLock { $0.digests[file] } }
  func remember(digest: String, of file: FileIdentity) { state.withLock { $0.digests[file] = digest } }
}

final class CatalogBench {
  let folder = TemporaryFolder()
  let memory = CountingMemory()
  private(set) var scanned: [PlanPlugin] = []
  /// What the scanner answers, by plugin; a right description where nothing is set.
  var answers: [String: ScanOutcome] = [:]
  var allowUnpinned = false

  var manifests: String { "\(folder.path)/Manifests" }
  var copies: String { "\(folder.path)/store/plugins" }
  var catalog: PluginCatalog {
    PluginCatalog(manifestFolders: [manifests], copies: copies, memory: memory, allowUnpinned: allowUnpinned)
  }

  /// Writes plugins/<folder>/ with a shared object and its plugin.toml.
  @discardableResult
  func plugin(
    _ name: String, version: String = "1.0.0", folder place: String? = nil, object: [UInt8]? = nil,
    file: String = "", more: String = ""
  ) throws -> String {
    let place = "plugins/\(place ?? name)"
    try folder.write(object ?? ELFSample(tail: "\(name) \(version)").bytes, to: "\(place)/lib\(name).so")
    try folder.write(
      """
      manifest_version = 1
      name = "\(name)"
      version = "\(version)"
      title = "The \(name) plugin"
      [abi]
      needs = "1.0"
      [files.linux_amd64]
      path = "lib\(name).so"
      \(file)
      [files.linux_arm64]
      path = "lib\(name).so"
      \(file)
      \(more)
      """, to: "\(place)/plugin.toml")
    return "\(folder.path)/\(place)"
  }

  /// A plugin and the manifest that `enable` writes for it.
  func installed(_ name: String, version: String = "1.0.0") throws {
    _ = try catalog.enable(folder: plugin(name, version: version), into: manifests)
  }

  func manifest(_ name: String, _ spec: String, file: String? = nil) throws {
    try folder.write(
      """
      apiVersion: opentrusteval/v1
      kind: PluginInstall
      metadata: { name: \(name) }
      spec:
        plugin: \(name)
        source: { path: ../plugins/\(name) }
      \(spec)
      """, to: "Manifests/\(file ?? name).yaml")
  }

  func load(only names: Set<String>? = nil) -> [InstalledPlugin] {
    catalog.load(only: names) { plan in
      scanned.append(plan)
      return answers[plan.name] ?? .success(Self.description(plan.name, plan.version))
    }
  }

  func problem(_ name: String) -> Problem? { load().first { $0.name == name }?.problem }

  static func description(_ name: String, _ version: String, components: String? = nil) -> PluginDescription {
    let read =
      #"{"name":"read","kind":"source","outputs":[{"name":"table","type":"table"}],"config":{"type":"object","#
      + #""additionalProperties":false,"properties":{"path":{"type":"string"}}}}"#
    let text = """
      {"descriptor": 1, "name": "\(name)", "version": "\(version)", "title": "T",
       "components": [\(components ?? read)]}
      """
    do {
      return try JSONValue(parsing: text).decode(PluginDescription.self)
    } catch {
      fatalError("\(error)")
    }
  }
}
