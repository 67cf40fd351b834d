// The installed plugins as they are now: read again when a manifest or a plugin's file changes, without a restart.
import Foundation
import JSONValue
package import Model
package import PluginCatalog
import PluginManifest
package import Supervisor
import Synchronization
import WorkerProtocol

package final class PluginShelf: Sendable {
  private struct State {
    var plugins: [InstalledPlugin]?
    /// What lies in the plugin folders, whether it has a manifest or not.
    var folders: [String: [PluginFolder]] = [:]
    var watch: FolderWatch?
  }

  private let catalog: PluginCatalog
  private let workers: Workers
  private let manifestFolders: [String]
  private let pluginFolders: [String]
  private let events: EventLog
  private let state = Mutex(State())
  private let loading = Mutex(())

  package init(
    _ catalog: PluginCatalog, workers: Workers, manifests: [String], plugins: [String], events: EventLog
  ) {
    self.catalog = catalog
    self.workers = workers
    manifestFolders = manifests
    pluginFolders = plugins
    self.events = events
  }

  /// All of them, from memory. The first call reads the manifests, and may start scans: call it off the event loop.
  package func installed() -> [InstalledPlugin] {
    if let plugins = state.withLock({ $0.plugins }) { return plugins }
    return loading.withLock { _ in
      if let plugins = state.withLock({ $0.plugins }) { return plugins }
      let plugins = read()
      state.withLock { $0.plugins = plugins }
      return plugins
    }
  }

  /// Those of these names, or all.
  package func installed(_ names: Set<String>?) -> [InstalledPlugin] {
    guard let names else { return installed() }
    return installed().filter { names.contains($0.name) }
  }

  /// Reads all manifests again and tells everyone what changed.
  @discardableResult
  package func reload() -> [InstalledPlugin] {
    loading.withLock { _ in
      let before = state.withLock { ($0.plugins ?? [], $0.folders) }
      let now = (read(), PluginFolder.found(in: pluginFolders))
      state.withLock { ($0.plugins, $0.folders) = now }
      announce(before, now)
      return now.0
    }
  }

  private func read() -> [InstalledPlugin] {
    catalog.load(only: nil) { plugin in
      let outcome = workers.scan(path: plugin.path, plugin: plugin.name)
      // A worker that could not even start says nothing about the plugin: not to be remembered.
      if case .failure(let problem) = outcome, problem.origin == .host { throw problem }
      return outcome
    }
  }

  private typealias Contents = (plugins: [InstalledPlugin], folders: [String: [PluginFolder]])

  private func announce(_ before: Contents, _ now: Contents) {
    func facts(_ contents: Contents) -> [String: [String]] {
      let installed = Dictionary(grouping: contents.plugins, by: \.name).mapValues { versions in
        versions.map { "\($0.version) \($0.digest ?? "") \($0.isUsable) \($0.problem?.detail ?? "")" }.sorted()
      }
      let lying = contents.folders.mapValues { $0.map { "\($0.path) \($0.vendor.version)" } }
      return installed.merging(lying) { $0 + $1 }
    }
    let (old, new) = (facts(before), facts(now))
    for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
      let ready = now.plugins.contains { $0.name == name && $0.isUsable }
      events.append(
        HostEvent(
          at: TimeStamp.now(), type: "plugin.changed", project: nil, subject: name,
          body: ["ready": .bool(ready), "removed": .bool(new[name] == nil)]))
    }
  }

  // MARK: hot changes

  /// Follows the manifest folders, the folders of the plugins that they name, and the folders that hold plugins.
  func watch() {
    let watch = FolderWatch { [weak self] in
      guard let self else { return }
      // First, so that nothing is missed which is written to a new folder while it is read.
      self.follow()
      self.reload()
      self.follow()
    }
    let folders = PluginFolder.found(in: pluginFolders)
    state.withLock { ($0.watch, $0.folders) = (watch, folders) }
    follow()
  }

  func stopWatching() { state.withLock { $0.watch?.stop() } }

  private func follow() {
    let vendors = installed().compactMap { plugin in
      plugin.vendorPath.flatMap { $0.lastIndex(of: "/").map { slash in String(plugin.vendorPath![..<slash]) } }
    }
    let lying = pluginFolders.flatMap { root in
      ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).map { "\(root)/\($0)" }
    }
    state.withLock { $0.watch }?.follow(Set(manifestFolders + vendors + pluginFolders + lying))
  }
}
