// What lies in the plugin folders: plugins that are installed, and those that only lack a manifest.
import Foundation
package import Model
package import PluginCatalog
package import PluginManifest

package struct PluginFolder: Sendable {
  package var path: String
  package var vendor: VendorManifest
}

enum PluginFolders {
  /// A plugin's files may lie in folders of its own, but not deeper than this.
  private static let depthMax = 3
  private static let foldersMax = 256

  /// Every folder with a plugin.toml that can be read, by plugin.
  static func read(_ roots: [String]) -> [String: [PluginFolder]] {
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

  /// The folders with all that lie in them, for whoever watches them.
  static func tree(_ roots: [String]) -> Set<String> {
    var tree = Set(roots)
    var level = roots
    for _ in 0..<depthMax {
      level = level.flatMap { folder in
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { "\(folder)/\($0)" }
          .filter(isFolder)
      }
      for folder in level where tree.count < foldersMax { tree.insert(folder) }
    }
    return tree
  }

  private static func isFolder(_ path: String) -> Bool {
    var answer: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &answer) && answer.boolValue
  }
}

extension ControlPlane {
  package func pluginFolders() -> [String: [PluginFolder]] { PluginFolders.read(settings.pluginFolders) }

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
