// ote plugins: what is installed, what it can do, and why something is not loaded.
import ArgumentParser
import JSONValue
import Model
import PluginCatalog
import MetadataStore

struct Plugins: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, inspect, scan and enable plugins.",
    subcommands: [List.self, Show.self, Scan.self, Enable.self, Disable.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List plugins, with the reason where one is not loaded.")
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let plugins = try Workspace(stores).plugins()
      if json { return try Standard.json(plugins) }
      var table = Table("plugin", "version", "status", "components")
      for plugin in plugins {
        let components = plugin.description?.components.map(\.name).joined(separator: ", ") ?? ""
        table.add(
          plugin.name, plugin.version, plugin.isUsable ? "ready" : "not loaded", plugin.isUsable ? components : "")
      }
      print(table.isEmpty ? "no plugins; enable one: ote plugins enable FOLDER" : table.text())
      for plugin in plugins {
        guard let problem = plugin.problem else { continue }
        print("\n\(plugin.name) is not loaded\n" + ProblemText.text(problem, style: .output))
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a plugin's components, ports and configuration.")
    @Argument(help: "The plugin's name, or plugin/component.") var name: String
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
      let plugins = try Workspace(stores).plugins()
      let found = plugins.filter { $0.name == parts[0] }
      guard !found.isEmpty else {
        throw Problem(
          .pluginNotFound,
          "no manifest names a plugin '\(parts[0])'; there are: "
            + plugins.map(\.name).joined(separator: ", "))
      }
      if json { return try Standard.json(found) }
      for plugin in found { PluginText(plugin).print(only: parts.count > 1 ? parts[1] : nil) }
    }
  }

  struct Scan: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Scan plugins again in throw-away processes, also those that failed before.")
    @Argument(help: "Only these plugins.") var names: [String] = []
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let workspace = try Workspace(stores)
      for scan in try workspace.metadata.scans() { try workspace.metadata.forgetScan(ofDigest: scan.key.digest) }
      let plugins = workspace.plugins(only: names.isEmpty ? nil : Set(names))
      if json { return try Standard.json(plugins) }
      for plugin in plugins {
        if let problem = plugin.problem {
          print("\(plugin.name)  not loaded\n" + ProblemText.text(problem, style: .output))
        } else {
          print("\(plugin.name) \(plugin.version)  ready, \(plugin.description?.components.count ?? 0) components")
        }
      }
      if plugins.contains(where: { $0.problem != nil }) { throw Exit.failed }
    }
  }

  struct Enable: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Pin a plugin folder's digest in a manifest, so that exactly these bytes may be loaded.")
    @Argument(help: "The folder with plugin.toml and the shared object.") var folder: String
    @OptionGroup var stores: StoreOptions

    func run() throws {
      let workspace = try Workspace(stores)
      guard let manifests = workspace.manifestFolders.first else { throw Exit.failed }
      let path = try workspace.catalog.enable(folder: Workspace.absolute(folder), into: manifests)
      print("pinned in \(path)")
    }
  }

  struct Disable: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Switch a plugin off in its manifest.")
    @Argument(help: "The plugin's name.") var name: String
    @OptionGroup var stores: StoreOptions

    func run() throws {
      for path in try Workspace(stores).catalog.disable(name) { print("disabled in \(path)") }
    }
  }
}

/// A plugin's page for a terminal.
struct PluginText {
  let plugin: InstalledPlugin
  private let style = Style.output
  init(_ plugin: InstalledPlugin) { self.plugin = plugin }

  func print(only component: String?) {
    Swift.print("\(style.bold(plugin.name)) \(plugin.version)  \(plugin.title)")
    if let publisher = plugin.publisher { Swift.print("  by \(publisher), \(plugin.license ?? "no licence named")") }
    Swift.print("  manifest \(plugin.manifestPath)")
    if let digest = plugin.digest { Swift.print("  digest   \(digest)") }
    if let problem = plugin.problem { return Swift.print("\n" + ProblemText.text(problem, style: style)) }
    for entry in plugin.description?.components ?? [] where component == nil || component == entry.name { show(entry) }
  }

  private func show(_ component: ComponentDescription) {
    Swift.print("\n\(style.bold("\(plugin.name)/\(component.name)"))  \(component.kind.rawValue): \(component.summary)")
    func ports(_ ports: [PortDescription]) -> String {
      ports.map { "\($0.name) (\($0.type.rawValue)\($0.many ? ", many" : "")\($0.required ? "" : ", optional"))" }
        .joined(separator: ", ")
    }
    if !component.inputs.isEmpty { Swift.print("  in   \(ports(component.inputs))") }
    if !component.connectableOutputs.isEmpty { Swift.print("  out  \(ports(component.connectableOutputs))") }
    let required = Set((component.config["required"]?.array ?? []).compactMap(\.string))
    var table = Table("field", "type", "default", "")
    for (name, field) in (component.config["properties"]?.object ?? [:]).sorted(by: order) {
      let value = field["default"].map { $0.string ?? $0.text } ?? (required.contains(name) ? "required" : "")
      table.add(
        name, type(of: field), String(value.prefix(24)), field["description"]?.string ?? field["title"]?.string ?? "")
    }
    if !table.isEmpty { Swift.print(table.text(indent: "  ")) }
  }

  /// The choices where there are some, else the type.
  private func type(of field: JSONValue) -> String {
    let choices = field["enum"]?.array ?? (field["oneOf"]?.array ?? []).compactMap { $0["const"] }
    if !choices.isEmpty { return choices.map { $0.string ?? $0.text }.joined(separator: " | ") }
    return field["type"]?.string ?? field["type"]?.array?.compactMap(\.string).joined(separator: " or ") ?? "any"
  }

  private func order(_ left: (key: String, value: JSONValue), _ right: (key: String, value: JSONValue)) -> Bool {
    let orders = (left.value["x-order"]?.int ?? 1000, right.value["x-order"]?.int ?? 1000)
    return orders.0 == orders.1 ? left.key < right.key : orders.0 < orders.1
  }
}
