// What lies in the plugin folders: plugins that are installed, and those that only lack a manifest.
import Foundation
package import Model
package import PluginCatalog
package import PluginManifest

package struct PluginFolder: Sendable {
  package var path: String
  package var vendor: VendorManifest

  /// Every folder below these with a plugin.toml that can be read, by plugin.
  static func found(in roots: [String]) -> [String: [PluginFolder]] {
    var found: [String: [PluginFolder]] = [:]
    for root in roots {
      for name in ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted() {
        let path = "\(root)/\(name)"
        let file = "\(path)/\(VendorManifest.fileName)"
        guard let text = try? String(contentsOfFile: file, encoding: .utf8), text.utf8.count < 256 << 10,
          let vendor = try? VendorManifest(parsing: text, file: file)
        else { continue }
        found[vendor.name, default: []].append(PluginFolder(path: path, vendor: vendor))
      }
    }
    return found
  }
}

extension ControlPlane {
  package func pluginFolders() -> [String: [PluginFolder]] { PluginFolder.found(in: settings.pluginFolders) }

  package var catalog: PluginCatalog {
    PluginCatalog(
      manifestFolders: settings.manifestFolders, copies: "\(settings.home)/plugins", memory: metadata,
      allowUnpinned: settings.allowUnpinned)
  }

  /// Where new manifests go.
  package func manifestFolder() throws(Problem) -> String {
    guard let folder = settings.manifestFolders.first else {
      throw Problem(.pluginNotFound, "the host has no folder of manifests", next: "Start it with --manifests.")
    }
    return folder
  }
}
