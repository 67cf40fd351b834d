// Everything that `ote serve` keeps open: stores, plugins, the event log, running work. Routes call it; it knows no HTTP.
package import ArtifactStore
package import MetadataStore
package import Model
import PluginCatalog
package import Registry
import SecretVault
package import Supervisor
import Synchronization
package import Telemetry
import WorkerProtocol

package struct ControlPlaneSettings: Sendable {
  package var home: String
  package var manifestFolders: [String]
  /// Where plugins lie that may have no manifest yet.
  package var pluginFolders: [String]
  /// Folders of documents to begin with.
  package var templateFolders: [String]
  package var allowUnpinned: Bool
  /// Runs at once.
  package var runsMax: Int
  package var identity: IdentitySettings

  package init(
    home: String, manifestFolders: [String], pluginFolders: [String] = [], templateFolders: [String] = [],
    allowUnpinned: Bool = false, runsMax: Int = 2, identity: IdentitySettings = .none
  ) {
    self.home = home
    self.manifestFolders = manifestFolders
    self.pluginFolders = pluginFolders
    self.templateFolders = templateFolders
    self.allowUnpinned = allowUnpinned
    self.runsMax = runsMax
    self.identity = identity
  }
}

package final class ControlPlane: Sendable {
  package let settings: ControlPlaneSettings
  package let metadata: MetadataStore
  package let artifacts: ArtifactStore
  package let events: EventLog
  package let plugins: PluginShelf
  package let workers: Workers
  package let vault: Vault
  package let audit: AuditLog
  package let runs: RunControl
  package let telemetry: Telemetry
  package let store: StoreFigures
  package let providers: ProviderSignIn
  package let serving = ModelServing()
  package let startedAt = TimeStamp.now()
  package var registry: Registry { Registry(metadata: metadata, artifacts: artifacts) }
  private let lock: HostLock
  private let housekeeping: Housekeeping
  /// Rows of published versions, with what was read before.
  package var reading: DatasetReading { readingBox.value(of: self) }
  private let readingBox = ReadingBox()

  /// `metadata` is the store of the home: one process opens it once.
  package init(
    _ settings: ControlPlaneSettings, metadata: MetadataStore, telemetry: Telemetry,
    encodeEvent: @escaping @Sendable (HostEvent) -> [UInt8]
  ) throws(Problem) {
    self.settings = settings
    self.telemetry = telemetry
    try ArtifactStore.createFolder(settings.home)
    lock = try HostLock(home: settings.home)
    self.metadata = metadata
    artifacts = try ArtifactStore(root: "\(settings.home)/artifacts")
    events = try EventLog(metadata, log: telemetry.log, encode: encodeEvent)
    workers = Workers()
    vault = try Vault(home: settings.home, metadata: metadata)
    audit = AuditLog(metadata)
    let catalog = PluginCatalog(
      manifestFolders: settings.manifestFolders, copies: "\(settings.home)/plugins", memory: metadata,
      allowUnpinned: settings.allowUnpinned)
    plugins = PluginShelf(catalog, workers: workers, pluginFolders: settings.pluginFolders, events: events)
    runs = RunControl(
      metadata: metadata, artifacts: artifacts, home: settings.home, workers: workers, plugins: plugins, vault: vault,
      events: events, telemetry: telemetry, runsMax: settings.runsMax)
    store = StoreFigures(metadata, home: settings.home)
    providers = ProviderSignIn(settings.identity, metadata: metadata, vault: vault, audit: audit)
    housekeeping = Housekeeping(metadata, home: settings.home)
  }

  /// Takes up what an earlier host left, then starts scheduling and watching.
  package func start() throws(Problem) {
    try metadata.abandonRequests()
    housekeeping.start()
    plugins.watch()
    try runs.start()
  }

  /// Stops taking work; running work is stopped in order and goes on after the next start.
  package func stop() {
    housekeeping.stop()
    plugins.stopWatching()
    runs.stop()
    serving.stopAll()
  }
}

/// Made with the first question, since it needs the finished control plane.
private final class ReadingBox: Sendable {
  private let made = Mutex<DatasetReading?>(nil)

  func value(of plane: ControlPlane) -> DatasetReading {
    made.withLock { made in
      if let made { return made }
      let reading = DatasetReading(plane)
      made = reading
      return reading
    }
  }
}

extension ControlPlane {
  /// Tells people something, on their open pages too.
  package func notify(_ notifications: [UserNotification]) { RunAlerts(metadata, events).send(notifications) }
}
