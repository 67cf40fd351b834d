// The installed plugins as they are now: read again when a manifest or a plugin's file changes, without a restart.
import Foundation
import JSONValue
package import Model
package import PluginCatalog
package import Supervisor
import Synchronization
import WorkerProtocol

package final class PluginShelf: Sendable {
  private struct State {
    var plugins: [InstalledPlugin]?
    var watch: FolderWatch?
  }

  private let catalog: PluginCatalog
  private let workers: Workers
  private let folders: [String]
  private let events: EventLog
  private let state = Mutex(State())
  private let loading = Mutex(())

  package init(_ catalog: PluginCatalog, workers: Workers, folders: [String], events: EventLog) {
    self.catalog = catalog
    self.workers = workers
    self.folders = folders
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
      let before = state.withLock { $0.plugins } ?? []
      let now = read()
      state.withLock { $0.plugins = now }
      announce(before, now)
      return now
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

  private func announce(_ before: [InstalledPlugin], _ now: [InstalledPlugin]) {
    func facts(_ plugins: [InstalledPlugin]) -> [String: [String]] {
      Dictionary(grouping: plugins, by: \.name).mapValues { versions in
        versions.map { "\($0.version) \($0.digest ?? "") \($0.isUsable) \($0.problem?.detail ?? "")" }.sorted()
      }
    }
    let (old, new) = (facts(before), facts(now))
    for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
      let ready = now.contains { $0.name == name && $0.isUsable }
      events.append(
        HostEvent(
          at: TimeStamp.now(), type: "plugin.changed", project: nil, subject: name,
          body: ["ready": .bool(ready), "removed": .bool(new[name] == nil)]))
    }
  }

  // MARK: hot changes

  /// Follows the manifest folders and the folders of the plugins that they name.
  func watch() {
    let watch = FolderWatch { [weak self] in
      guard let self else { return }
      self.reload()
      self.follow()
    }
    state.withLock { $0.watch = watch }
    follow()
  }

  func stopWatching() { state.withLock { $0.watch?.stop() } }

  private func follow() {
    let vendors = installed().compactMap { plugin in
      plugin.vendorPath.flatMap { $0.lastIndex(of: "/").map { slash in String(plugin.vendorPath![..<slash]) } }
    }
    state.withLock { $0.watch }?.follow(Set(folders + vendors))
  }
}
