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
    /// What lay in the plugin folders then: paths and versions, by plugin.
    var folders: [String: [String]] = [:]
    var watch: FolderWatch?
  }

  private let catalog: PluginCatalog
  private let workers: Workers
  private let manifestFolders: [String]
  private let pluginFolders: [String]
  private let events: EventLog
  private let state = Mutex(State())
  private let loading = Mutex(())

  package init(_ catalog: PluginCatalog, workers: Workers, pluginFolders: [String], events: EventLog) {
    self.catalog = catalog
    self.workers = workers
    manifestFolders = catalog.manifestFolders
    self.pluginFolders = pluginFolders
    self.events = events
  }

  /// All of them, from memory; of one name, the newest that can be used comes first. The first call reads the manifests, and may start scans: call it off the event loop.
  package func installed() -> [InstalledPlugin] {
    if let plugins = state.withLock({ $0.plugins }) { return plugins }
    return loading.withLock { _ in
      if let plugins = state.withLock({ $0.plugins }) { return plugins }
      let (plugins, folders) = (read(), folderFacts())
      state.withLock {
        $0.plugins = plugins
        $0.folders = folders
      }
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
      let (plugins, folders) = (read(), folderFacts())
      let (old, oldFolders) = state.withLock { state in
        defer { (state.plugins, state.folders) = (plugins, folders) }
        return (state.plugins ?? [], state.folders)
      }
      announce((old, oldFolders), (plugins, folders))
      return plugins
    }
  }

  private func read() -> [InstalledPlugin] {
    let plugins = catalog.load(only: nil) { plugin in
      let outcome = workers.scan(path: plugin.path, plugin: plugin.name)
      // A worker that could not even start says nothing about the plugin: not to be remembered.
      if case .failure(let problem) = outcome, problem.origin == .host { throw problem }
      return outcome
    }
    return InstalledPlugin.newestFirst(plugins)
  }

  private func folderFacts() -> [String: [String]] {
    PluginFolders.read(pluginFolders).mapValues { $0.map { "\($0.path) \($0.vendor.version)" } }
  }

  private typealias Seen = (plugins: [InstalledPlugin], folders: [String: [String]])

  private func announce(_ before: Seen, _ now: Seen) {
    func facts(_ seen: Seen) -> [String: [String]] {
      Dictionary(grouping: seen.plugins, by: \.name).mapValues { versions in
        versions.map { "\($0.version) \($0.digest ?? "") \($0.isUsable) \($0.problem?.detail ?? "")" }.sorted()
      }.merging(seen.folders) { $0 + $1 }
    }
    let (old, new) = (facts(before), facts(now))
    for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
      let named = now.plugins.filter { $0.name == name }
      events.append(
        HostEvent(
          at: TimeStamp.now(), type: "plugin.changed", project: nil, subject: name,
          body: [
            "ready": .bool(named.contains(where: \.isUsable)), "removed": .bool(new[name] == nil),
            "enabled": .bool(!named.isEmpty),
          ]))
    }
  }

  // MARK: hot changes

  /// Follows the manifest folders, the plugin folders, and the folders of the plugins that manifests name.
  func watch() {
    let watch = FolderWatch { [weak self] in self?.catchUp() }
    state.withLock { $0.watch = watch }
    watch.follow(followed([]))
    // What changed between reading a plugin and watching its folder is seen by looking again.
    if watch.follow(followed(installed())) { watch.touch() }
  }

  func stopWatching() { state.withLock { $0.watch?.stop() } }

  /// A new folder may have been filled before it was watched: then it is looked at once more, within bounds.
  private func catchUp() {
    guard let watch = state.withLock({ $0.watch }) else { return }
    watch.follow(followed(installed()))
    for _ in 0..<5 { if !watch.follow(followed(reload())) { return } }
  }

  private func followed(_ plugins: [InstalledPlugin]) -> Set<String> {
    let vendors = plugins.compactMap(\.vendorPath).compactMap { path in
      path.lastIndex(of: "/").map { String(path[..<$0]) }
    }
    return Set(manifestFolders).union(PluginFolders.tree(pluginFolders + Set(vendors)))
  }
}
