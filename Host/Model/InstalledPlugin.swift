// A plugin the admin's manifests name: either usable, or with the reason why not.

package struct InstalledPlugin: Codable, Sendable {
  package var name: String
  package var version: String
  package var title: String
  package var publisher: String?
  package var license: String?
  /// The admin manifest and the vendor manifest it was read from.
  package var manifestPath: String
  package var vendorPath: String?
  /// sha256:..., of the shared object as it lies there.
  package var digest: String?
  /// The one that the admin's manifest names.
  package var pinnedDigest: String?
  /// The host-owned copy that workers load; nil while the plugin is not usable.
  package var path: String?
  package var description: PluginDescription?
  /// Components the admin allows; nil allows all.
  package var allowed: [String]?
  /// Bounds, grants and configuration that the admin sets.
  package var policy: PluginPolicy?
  /// Why it is not loaded; nil when it is usable.
  package var problem: Problem?

  package init(name: String, version: String, title: String, manifestPath: String) {
    self.name = name
    self.version = version
    self.title = title
    self.manifestPath = manifestPath
  }

  package var isUsable: Bool { problem == nil && path != nil && description != nil }

  package func component(_ component: String) -> ComponentDescription? {
    guard isUsable, allowed?.contains(component) ?? true else { return nil }
    return description?.component(component)
  }

  /// Where several versions of a name lie side by side, those that can be used come first, the newest of them in front.
  package static func newestFirst(_ plugins: [InstalledPlugin]) -> [InstalledPlugin] {
    plugins.enumerated().sorted { first, second in
      let (one, other) = (first.element, second.element)
      if one.name != other.name { return one.name < other.name }
      if one.isUsable != other.isUsable { return one.isUsable }
      if let left = SemanticVersion(one.version), let right = SemanticVersion(other.version), left != right {
        return left > right
      }
      return first.offset < second.offset
    }.map(\.element)
  }

  private enum CodingKeys: String, CodingKey {
    case name, version, title, publisher, license, digest, path, description, allowed, policy
    case problem
    case pinnedDigest = "pinned_digest"
    case manifestPath = "manifest"
    case vendorPath = "vendor_manifest"
  }
}
