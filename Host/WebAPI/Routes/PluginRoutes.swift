// Plugins and their components.
import ControlPlane
import Foundation
import JSONValue
import MetadataStore
import Model
import PluginCatalog
import PluginManifest

enum PluginRoutes {
  static let all: [String: Route] = [
    "listPlugins": { call in try await list(call) },
    "scanPlugins": { call in
      let plane = call.plane
      try call.audit("plugin.scan", "plugins")
      try await BlockingWork.run {
        for plugin in plane.plugins.installed() where plugin.problem != nil {
          if let digest = plugin.digest { try plane.metadata.forgetScan(ofDigest: digest) }
        }
        plane.plugins.reload()
      }
      return try await list(call)
    },
    "readPlugin": { call in try await read(call) },
    "readPluginIcon": { call in
      guard let folder = folder(of: call.path("plugin"), call.plane),
        let icon = try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/icon.svg")), icon.count <= 64 << 10
      else { throw Problem(.nothingHere, "the plugin \(call.path("plugin")) has no icon.svg") }
      return Answer(
        content: .bytes(Array(icon), type: "image/svg+xml"),
        headers: [("Content-Security-Policy", SecurityHeaders.data)])
    },
    "readPluginPanel": { call in
      let name = call.path("plugin")
      let plane = call.plane
      let page = try await BlockingWork.run {
        folder(of: name, plane).flatMap(PluginShapes.panel).flatMap { try? Data(contentsOf: URL(fileURLWithPath: $0)) }
      }
      guard let page, page.count <= 4 << 20 else {
        throw Problem(.nothingHere, "the plugin \(name) brings no panel")
      }
      return Answer(content: .bytes(Array(page), type: "text/html; charset=utf-8"), headers: SecurityHeaders.panel)
    },
    "enablePlugin": { call in
      let (name, plane) = (call.path("plugin"), call.plane)
      try call.audit("plugin.enable", "plugin:\(name)")
      try await BlockingWork.run {
        let folder = try folderToEnable(name, plane)
        _ = try plane.catalog.enable(folder: folder, into: try plane.manifestFolder())
        plane.plugins.reload()
      }
      return try await read(call)
    },
    "disablePlugin": { call in
      let (name, plane) = (call.path("plugin"), call.plane)
      try call.audit("plugin.disable", "plugin:\(name)")
      try await BlockingWork.run {
        _ = try plane.catalog.disable(name)
        plane.plugins.reload()
      }
      return try await read(call)
    },
    "readManifest": { call in
      let (path, text) = try manifest(call)
      return try Answer.json(["path": path, "text": text], etag: Answer.etag(digest(text)))
    },
    "saveManifest": { call in
      let (path, old) = try manifest(call)
      try call.requireMatch(Answer.etag(digest(old)), of: path)
      let text = call.body["text"]?.string ?? ""
      do {
        let install = try PluginInstall(parsing: text, file: path)
        guard install.spec.plugin == call.path("plugin") else {
          throw Problem(.wrongState, "spec.plugin is \(install.spec.plugin), the manifest is \(call.path("plugin"))'s")
        }
      } catch let error as ManifestError { throw Problem(.requestInvalid, "\(error)", at: ProblemLocation(file: path)) }
      try call.audit("plugin.manifest", "plugin:\(call.path("plugin"))", detail: ["path": .string(path)])
      let plane = call.plane
      try await BlockingWork.run {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        plane.plugins.reload()
      }
      return try Answer.json(["path": path, "text": text], etag: Answer.etag(digest(text)))
    },
    "listComponents": { call in
      let kind = call.text("kind")
      let plane = call.plane
      let plugins = try await BlockingWork.run { plane.plugins.installed() }
      // Of several versions, the one that a document without a version gets.
      let newest = Dictionary(plugins.filter(\.isUsable).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      let items = newest.values.sorted { $0.name < $1.name }.flatMap { plugin in
        (plugin.description?.components ?? []).filter {
          plugin.component($0.name) != nil && (kind == nil || $0.kind.rawValue == kind)
        }.map { PluginShapes.component($0, of: plugin) }
      }
      return try Answer.items(items)
    },
  ]

  private static func list(_ call: Call) async throws -> Answer {
    let plane = call.plane
    let (installed, folders) = try await BlockingWork.run { (plane.plugins.installed(), plane.pluginFolders()) }
    let figures = try plane.metadata.pluginFigures()
    let names = Set(installed.map(\.name)).union(folders.keys).sorted()
    return try Answer.items(
      names.map { name in
        PluginShapes.summary(name, installed.filter { $0.name == name }, folders[name] ?? [], figures[name])
      })
  }

  private static func read(_ call: Call) async throws -> Answer {
    let (name, plane) = (call.path("plugin"), call.plane)
    let (all, folders) = try await BlockingWork.run { (plane.plugins.installed(), plane.pluginFolders()[name] ?? []) }
    let installed = all.filter { $0.name == name }
    guard !installed.isEmpty || !folders.isEmpty else { throw Problem(.nothingHere, "there is no plugin \(name)") }
    let visible = try call.caller.visibleProjects
    return try Answer.json(PluginShapes.page(name, installed, folders, plane, visible))
  }

  static func folder(of name: String, _ plane: ControlPlane) -> String? {
    plane.plugins.installed([name]).compactMap(PluginShapes.folder).first ?? plane.pluginFolders()[name]?.first?.path
  }

  private static func folderToEnable(_ name: String, _ plane: ControlPlane) throws(Problem) -> String {
    guard let folder = plane.pluginFolders()[name]?.last?.path ?? folder(of: name, plane) else {
      throw Problem(
        .nothingHere, "no plugin folder holds '\(name)'",
        next: "Put the plugin's folder into \(plane.settings.pluginFolders.joined(separator: " or ")).")
    }
    return folder
  }

  private static func manifest(_ call: Call) throws(Problem) -> (path: String, text: String) {
    let plugins = call.plane.plugins.installed([call.path("plugin")])
    let wanted = call.text("manifest")
    guard let path = plugins.map(\.manifestPath).first(where: { wanted == nil || $0 == wanted }),
      let text = try? String(contentsOfFile: path, encoding: .utf8)
    else { throw Problem(.nothingHere, "no manifest names the plugin \(call.path("plugin"))") }
    return (path, text)
  }

  private static func digest(_ text: String) -> String { TextDigest.short(text) }
}
