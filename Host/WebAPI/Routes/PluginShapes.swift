// Plugins as the API shows them.
import ControlPlane
import Foundation
import JSONValue
import MetadataStore
import Model
import PluginManifest

enum PluginShapes {
  static func component(_ component: ComponentDescription, of plugin: InstalledPlugin) -> JSONValue {
    .fields([
      "plugin": .string(plugin.name), "version": .string(plugin.version), "digest": plugin.digest.json,
      "name": .string(component.name), "kind": .string(component.kind.rawValue), "title": .string(component.title),
      "summary": .string(component.summary), "docs": .string(component.docs),
      "inputs": .array(component.inputs.map(port)), "outputs": .array(component.connectableOutputs.map(port)),
      "config": component.config,
      "examples": .array(component.examples.map { ["title": .string($0.title), "config": $0.config] }),
      "adapts": .bool(component.adapts), "deterministic": .bool(component.deterministic),
      "pushdown": .array(component.pushdown.map { .string($0) }),
    ])
  }

  private static func port(_ port: PortDescription) -> JSONValue {
    [
      "name": .string(port.name), "type": .string(port.type.rawValue), "required": .bool(port.required),
      "many": .bool(port.many),
    ]
  }

  static func state(_ plugin: InstalledPlugin) -> String {
    plugin.isUsable ? "ready" : plugin.problem?.code == .pluginDisabled ? "disabled" : "refused"
  }

  /// The page that a folder's vendor manifest names as the plugin's own, where it is there.
  static func panel(in folder: String) -> String? {
    let file = "\(folder)/\(VendorManifest.fileName)"
    guard let text = try? String(contentsOfFile: file, encoding: .utf8), text.utf8.count < 256 << 10,
      let panel = try? VendorManifest(parsing: text, file: file).panel, access("\(folder)/\(panel)", R_OK) == 0
    else { return nil }
    return "\(folder)/\(panel)"
  }

  /// Where the plugin's own files lie.
  static func folder(of plugin: InstalledPlugin) -> String? {
    plugin.vendorPath.flatMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } }
  }

  static func summary(
    _ name: String, _ installed: [InstalledPlugin], _ folders: [PluginFolder], _ figures: PluginFigures?
  ) -> JSONValue {
    let shown = installed.first(where: \.isUsable) ?? installed.first
    let components = shown?.description?.components ?? []
    let own = shown.flatMap(folder) ?? folders.first?.path
    let versions = installed.map(\.version) + (installed.isEmpty ? folders.map(\.vendor.version) : [])
    let kinds = Set(components.map(\.kind.rawValue)).sorted()
    func has(_ file: String) -> JSONValue { .bool(own.map { access("\($0)/\(file)", R_OK) == 0 } ?? false) }
    return .fields([
      "name": .string(name), "title": .string(shown?.title ?? folders.first?.vendor.title ?? name),
      "publisher": (shown?.publisher ?? folders.first?.vendor.publisher).json,
      "license": (shown?.license ?? folders.first?.vendor.license).json,
      "state": .string(shown.map(state) ?? "available"),
      "icon": has("icon.svg"), "panel": .bool(own.flatMap(panel) != nil),
      "versions": .array(versions.map { .string($0) }), "kinds": .array(kinds.map { .string($0) }),
      "components": .array(components.map { .string($0.name) }),
      "problem": shown?.problem.map { JSONValue(of: $0) }, "digest": (shown?.digest).json,
      "crashes": .int(Int64(figures?.crashes ?? 0)), "runs": .int(Int64(figures?.runs ?? 0)),
      "last_crash_at": (figures?.lastCrashAt).json,
    ])
  }

  static func page(
    _ name: String, _ installed: [InstalledPlugin], _ folders: [PluginFolder], _ plane: ControlPlane,
    _ visible: [String]?
  ) throws -> JSONValue {
    let figures = try plane.metadata.pluginFigures()[name]
    var object = summary(name, installed, folders, figures).object ?? [:]
    for key in ["kinds", "components", "runs", "digest", "problem", "last_crash_at"] { object[key] = nil }
    let shown = Set(installed.map(\.version))
    let vendors = folders.filter { !shown.contains($0.vendor.version) }
    object["versions"] = .array(
      installed.map { version($0, folders) }
        + vendors.map {
          .fields([
            "version": .string($0.vendor.version), "state": "available", "folder": .string($0.path),
            "requests": JSONValue(of: $0.vendor.requests),
          ])
        })
    let folder = PluginRoutes.folder(of: name, plane)
    let docs = folders.first?.vendor.docs ?? "README.md"
    let readme = folder.flatMap { try? String(contentsOfFile: "\($0)/\(docs)", encoding: .utf8) }
    object["docs"] = readme.json
    object["crashes"] = .array(
      try plane.metadata.crashes(ofPlugin: name, projects: visible).map { JSONValue(of: $0) })
    object["use"] = .fields([
      "runs": .int(Int64(figures?.runs ?? 0)), "rows_out": (figures?.rowsOut).map { .int($0) },
      "seconds": (figures?.seconds).map { .double($0) },
      "memory_peak_bytes": (figures?.memoryPeakBytes).map { .int($0) },
      "memory_mean_bytes": (figures?.memoryMeanBytes).map { .int($0) },
      "cpu_seconds": (figures?.cpuSeconds).map { .double($0) },
    ])
    object["pipelines"] = .array(try plane.metadata.pipelines(using: name, projects: visible).map { .string($0) })
    return .object(object)
  }

  private static func version(_ plugin: InstalledPlugin, _ folders: [PluginFolder]) -> JSONValue {
    let folder = folder(of: plugin)
    let vendor = folders.first { $0.path == folder }?.vendor
    return .fields([
      "version": .string(plugin.version), "state": .string(state(plugin)),
      "problem": plugin.problem.map { JSONValue(of: $0) }, "digest": plugin.pinnedDigest.json,
      "found_digest": plugin.digest.json,
      "manifest": .string(plugin.manifestPath), "folder": folder.json,
      "limits": plugin.policy.map { JSONValue(of: $0.limits) }, "requests": vendor.map { JSONValue(of: $0.requests) },
      "grants": plugin.policy.map { JSONValue(of: $0.permissions) },
      "allowed": plugin.allowed.map { .array($0.map { .string($0) }) },
      "components": .array((plugin.description?.components ?? []).map { component($0, of: plugin) }),
    ])
  }
}
