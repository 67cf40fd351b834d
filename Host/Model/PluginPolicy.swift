// What the admin's manifest says about a plugin beyond its name: bounds, grants, configuration.
package import JSONValue

package struct PluginPolicy: Codable, Sendable, Hashable {
  package var limits = PluginLimits()
  package var permissions = PluginPermissions()
  /// shared, process, process+sandbox or container: the stricter of the admin's and the publisher's word.
  package var isolation = "shared"
  /// By component: configuration that a pipeline may change, and configuration that it may not.
  package var defaults: [String: JSONValue] = [:]
  package var locked: [String: JSONValue] = [:]
  /// Roles that may use it; nil allows all.
  package var roles: [String]?
  package init() {}
}

/// Bounds of a worker that runs the plugin; nil leaves the run's own.
package struct PluginLimits: Codable, Sendable, Hashable {
  package var memoryBytes: Int64?
  package var wallSeconds: Double?
  package var stallSeconds: Double?
  package var graceSeconds: Double?
  package var threads: Int?
  package var processes: Int?
  package var openFiles: Int?
  package init() {}
}

/// What the plugin may reach. Nothing that is not named here.
package struct PluginPermissions: Codable, Sendable, Hashable {
  package var net: [String] = []
  package var secrets: [String] = []
  package var readPaths: [String] = []
  package var writePaths: [String] = []
  package var stateBytes: Int64?
  package var tempBytes: Int64?
  package var gpu: String?
  package var experimental: [String] = []
  package init() {}
}

extension RunLimits {
  /// These limits with the plugin's own where it sets some: never more than the run allows.
  package func tightened(by plugin: PluginLimits) -> RunLimits {
    var limits = self
    limits.memoryBytes = min(memoryBytes, plugin.memoryBytes ?? memoryBytes)
    limits.wallSeconds = min(wallSeconds, plugin.wallSeconds ?? wallSeconds)
    limits.stallSeconds = plugin.stallSeconds ?? stallSeconds
    limits.graceSeconds = plugin.graceSeconds ?? graceSeconds
    limits.threads = min(threads, plugin.threads ?? threads)
    limits.processes = min(processes, plugin.processes ?? processes)
    limits.openFiles = min(openFiles, plugin.openFiles ?? openFiles)
    return limits
  }
}
