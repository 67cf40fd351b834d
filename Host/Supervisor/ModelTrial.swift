// Whether a model loads, before anybody relies on it.
package import ArtifactStore
package import JSONValue
package import MetadataStore
package import Model

package struct ModelTrial {
  private let metadata: MetadataStore
  private let artifacts: ArtifactStore
  private let workers: Workers
  private let plugins: (Set<String>?) -> [InstalledPlugin]
  private let secrets: SecretLookup?

  /// `secrets` are those of the model's project.
  package init(
    metadata: MetadataStore, artifacts: ArtifactStore, workers: Workers,
    plugins: @escaping (Set<String>?) -> [InstalledPlugin], secrets: SecretLookup?
  ) {
    self.metadata = metadata
    self.artifacts = artifacts
    self.workers = workers
    self.plugins = plugins
    self.secrets = secrets
  }

  /// Loads what `document` names in a worker of its own, by the provider that it says serves it. False where it names none,
  /// or a component that is not asked: nothing was tried then. Throws why it does not load.
  package func load(_ document: JSONValue) throws -> Bool {
    guard let use = document["serve"]?["use"]?.string, isProvider(use) else { return false }
    let run = RunIdentifier.make()
    let folder = try artifacts.runFolder(run)
    defer { try? artifacts.removeRunFolder(run) }
    let name = document["name"]?.string ?? "model"
    let served = try ServedBinding(
      ["model": .string(name)], run: run, folder: folder, plugins: plugins,
      registry: RegistryLookup(connection: RegistryLookup.empty.connection, model: { _ in document }))
    let model = ServedModel(
      served.plan, workers: workers, secrets: secrets,
      requests: DatasetLookup(metadata: metadata, artifacts: artifacts), account: nil)
    defer { model.stop() }
    try model.start()
    return true
  }

  private func isProvider(_ use: String) -> Bool {
    let names = use.split(separator: "/").map(String.init)
    guard names.count == 2, let plugin = plugins([names[0]]).first(where: \.isUsable) else { return true }
    return plugin.component(names[1]).map { $0.kind == .provider } ?? true
  }
}
