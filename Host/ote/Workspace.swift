// Where state and plugins lie, and the stores opened there. Made by each command from its options.
import ArgumentParser
import ArtifactStore
import ControlPlane
import FoundationEssentials
import Glibc
import JSONValue
import MetadataStore
import Model
import PluginCatalog
import Registry
import Supervisor
import Synchronization

struct StoreOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where state lives (default: $OTE_HOME, else $XDG_DATA_HOME/opentrusteval or ~/.local/share/opentrusteval).",
      valueName: "dir"))
  var store: String?

  @Option(
    help: ArgumentHelp(
      "Folder with the admin's plugin manifests; may be repeated (default: $OTE_MANIFESTS, else Manifests beside ote).",
      valueName: "dir"))
  var manifests: [String] = []
}

final class Workspace: Sendable {
  let home: String
  let manifestFolders: [String]
  let metadata: MetadataStore
  let artifacts: ArtifactStore
  let workers = Workers()
  let vault: VaultOnDemand

  init(_ options: StoreOptions) throws(Problem) {
    home = Self.absolute(options.store ?? Self.environment("OTE_HOME") ?? Self.standardHome())
    manifestFolders = Self.manifestFolders(options)
    try ArtifactStore.createFolder(home)
    metadata = try MetadataStore(path: "\(home)/metadata.sqlite")
    artifacts = try ArtifactStore(root: "\(home)/artifacts")
    vault = VaultOnDemand(home: home, metadata: metadata)
  }

  var catalog: PluginCatalog {
    PluginCatalog(
      manifestFolders: manifestFolders, copies: "\(home)/plugins", memory: metadata,
      allowUnpinned: Self.environment("OTE_DEV") == "1")
  }

  var supervisor: Supervisor {
    Supervisor(
      metadata: metadata, artifacts: artifacts, home: home, workers: workers, secrets: secrets(of: Project.standard))
  }

  var registry: Registry { Registry(metadata: metadata, artifacts: artifacts) }

  /// The vault is opened with the first question, as most runs need none, and then kept: its key may stand in a
  /// variable, which is read only once.
  func secrets(of project: String) -> SecretLookup {
    { [vault] (name) throws(Problem) in try vault.get().value(name, of: project) }
  }

  func plugins(only names: Set<String>? = nil) -> [InstalledPlugin] {
    let workers = workers
    return catalog.load(only: names) { plugin in
      let outcome = workers.scan(path: plugin.path, plugin: plugin.name)
      // A worker that could not even start says nothing about the plugin: not to be remembered.
      if case .failure(let problem) = outcome, problem.origin == .host { throw problem }
      return outcome
    }
  }

  // MARK: places

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func standardHome() -> String {
    let data = environment("XDG_DATA_HOME") ?? "\(environment("HOME") ?? ".")/.local/share"
    return "\(data)/opentrusteval"
  }

  private static func manifestFolders(_ options: StoreOptions) -> [String] {
    if !options.manifests.isEmpty { return options.manifests.map(absolute) }
    if let named = environment("OTE_MANIFESTS") { return named.split(separator: ":").map { absolute(String($0)) } }
    return ["\(installation)/Manifests"]
  }

  /// Where the web UI and the API document lie: share beside bin, unless an option or OTE_SHARE names another folder.
  func sharePlace(_ option: String?) -> String {
    if let named = option ?? Self.environment("OTE_SHARE") { return Self.absolute(named) }
    return "\(Self.installation)/share"
  }

  /// The plugins beside bin.
  var pluginFolders: [String] { ["\(Self.installation)/plugins"] }

  /// The folder above the program's.
  private static var installation: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let program = String(decoding: buffer[0..<max(0, length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "/" + program.split(separator: "/").dropLast(2).joined(separator: "/")
  }

  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
  }
}

/// The secrets of a home, opened once and only where somebody asks.
final class VaultOnDemand: Sendable {
  private let home: String
  private let metadata: MetadataStore
  private let opened = Mutex<Vault?>(nil)

  init(home: String, metadata: MetadataStore) {
    self.home = home
    self.metadata = metadata
  }

  func get() throws(Problem) -> Vault {
    let answer: Result<Vault, Problem> = opened.withLock { opened in
      if let vault = opened { return .success(vault) }
      do throws(Problem) {
        let vault = try Vault(home: home, metadata: metadata)
        opened = vault
        return .success(vault)
      } catch { return .failure(error) }
    }
    return try answer.get()
  }
}
