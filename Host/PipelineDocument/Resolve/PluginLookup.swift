// Finds the component a node names among the installed plugins, or says why it cannot be used.
import Model

struct PluginLookup {
  /// The version of each name that this pipeline gets.
  private let plugins: [String: InstalledPlugin]
  private let versions: [String: [InstalledPlugin]]
  private let problems: ProblemCollection

  /// Of several versions, the newest usable one that the pipeline allows everywhere; where none fits, the newest usable
  /// one is what problems speak of.
  init(_ installed: [InstalledPlugin], for pipeline: Pipeline, problems: ProblemCollection) {
    versions = Dictionary(grouping: InstalledPlugin.newestFirst(installed), by: \.name)
    plugins = versions.compactMapValues { versions in
      versions.first { $0.isUsable && Self.allows(pipeline, $0) } ?? versions.first
    }
    self.problems = problems
  }

  private static func allows(_ pipeline: Pipeline, _ plugin: InstalledPlugin) -> Bool {
    pipeline.requiredPlugins.allSatisfy { $0.name != plugin.name || $0.range.contains(plugin.version) }
      && pipeline.nodes.allSatisfy { $0.plugin != plugin.name || $0.version?.contains(plugin.version) ?? true }
  }

  /// `1.0.0, 2.0.0`
  private func usableVersions(_ name: String) -> String {
    (versions[name] ?? []).filter(\.isUsable).map(\.version).reversed().joined(separator: ", ")
  }

  func plugin(_ name: String) -> InstalledPlugin? { plugins[name] }

  /// Components the host may put between files and a table, as (plugin, component), by name.
  var adapters: [(plugin: String, component: ComponentDescription)] {
    plugins.values.sorted { $0.name < $1.name }.flatMap { plugin in
      (plugin.isUsable ? plugin.description?.components ?? [] : [])
        .filter { $0.canAdapt && plugin.component($0.name) != nil }
        .map { (plugin.name, $0) }
    }
  }

  func checkRequired(_ required: [RequiredPlugin], in document: PipelineDocument) {
    for need in required {
      let pointer = "/requires/plugins/" + pointerToken(need.name)
      guard let complaint = complaint(need) else { continue }
      problems.add(
        .missingPlugin, complaint.detail, at: document.root.position(at: pointer), pointer: pointer,
        plugin: need.name, next: complaint.next)
    }
  }

  private func complaint(_ need: RequiredPlugin) -> (detail: String, next: String?)? {
    guard let plugin = plugins[need.name] else {
      return ("The pipeline requires the plugin '\(need.name)' \(need.range), which is not installed.", nil)
    }
    if !plugin.isUsable { return Self.unusable(plugin) }
    if need.range.contains(plugin.version) { return nil }
    return (
      "The pipeline requires '\(need.name)' \(need.range); installed is \(usableVersions(need.name)).",
      "Install a version that fits, or correct the range."
    )
  }

  /// Nil, with a problem at the place of `use`, when there is no such component to run.
  func component(of node: PipelineNode, in document: PipelineDocument) -> ComponentDescription? {
    // Which component it has could not be found out, and that is told already.
    guard !node.plugin.isEmpty else { return nil }
    let pointer = node.pointer + "/use"
    func refuse(_ code: ProblemCode, _ detail: @autoclosure () -> String, next: String? = nil) {
      problems.add(
        code, detail(), at: document.root.position(at: pointer), pointer: pointer,
        node: node.name, plugin: node.plugin, next: next)
    }
    guard let plugin = plugins[node.plugin] else {
      refuse(
        .unknownComponent,
        "\(node.title) uses '\(node.use)', but no plugin '\(node.plugin)' is installed"
          + suggestion(for: node.plugin, among: Array(plugins.keys)) + ".")
      return nil
    }
    guard plugin.isUsable else {
      let (detail, next) = Self.unusable(plugin)
      refuse(.unknownComponent, "\(node.title) uses '\(node.use)'. \(detail)", next: next)
      return nil
    }
    if let range = node.version, !range.contains(plugin.version) {
      refuseVersion(of: node, range, refuse: { refuse(.missingPlugin, $0, next: $1) })
      return nil
    }
    guard let component = plugin.component(node.component) else {
      let known = plugin.description?.components.map(\.name) ?? []
      let isForbidden = known.contains(node.component)
      let allowed = known.filter { plugin.component($0) != nil }
      refuse(
        .unknownComponent,
        isForbidden
          ? "\(node.title) uses '\(node.use)', which \(plugin.manifestPath) does not allow."
          : "The plugin '\(node.plugin)' \(plugin.version) has no component '\(node.component)'"
            + suggestion(for: node.component, among: allowed) + ".",
        next: isForbidden
          ? "Ask whoever keeps the manifests to allow it." : "See what it has: ote plugins show \(plugin.name)")
      return nil
    }
    guard Self.fits(component.kind, node.section) else {
      refuse(
        .kindNotRunnable,
        "\(node.title) uses '\(node.use)', a component of kind \(component.kind.rawValue), which cannot stand under "
          + "'\(node.section)'.",
        next: "Under 'models' stand providers, under 'notify' notifiers, under 'nodes' everything but notifiers.")
      return nil
    }
    return component
  }

  private static func fits(_ kind: ComponentKind, _ section: String) -> Bool {
    switch section {
    case "models": kind == .provider
    case "notify": kind == .notifier
    default: kind != .notifier
    }
  }

  /// As a plan has it; nil where there is nothing to load.
  func planned(_ name: String) -> PlanPlugin? {
    guard let plugin = plugins[name], let path = plugin.path, let digest = plugin.digest else { return nil }
    return PlanPlugin(
      name: name, version: plugin.version, digest: digest, path: path,
      secrets: plugin.policy?.permissions.secrets ?? [])
  }

  /// A run loads one version of a plugin: nodes that ask for different ones cannot all have theirs.
  private func refuseVersion(
    of node: PipelineNode, _ range: VersionRange, refuse: (String, String?) -> Void
  ) {
    let asked = "\(node.title) uses '\(node.use)@\(range)'"
    if versions[node.plugin]?.contains(where: { $0.isUsable && range.contains($0.version) }) == true {
      refuse(
        "\(asked), but other places of this pipeline need another version than that; a run has one version of a plugin.",
        "Ask for one version of '\(node.plugin)' in the whole pipeline.")
    } else {
      refuse("\(asked); installed is \(usableVersions(node.plugin)).", nil)
    }
  }

  private static func unusable(_ plugin: InstalledPlugin) -> (detail: String, next: String?) {
    guard let problem = plugin.problem else {
      return ("The plugin '\(plugin.name)' is installed, but was not scanned yet.", "Scan it: ote plugins list")
    }
    if problem.code == .pluginDisabled {
      return ("The plugin '\(plugin.name)' is installed but disabled (\(plugin.manifestPath)).", problem.next)
    }
    return (
      "The plugin '\(plugin.name)' is installed but cannot be used: \(problem.title) (\(problem.code.rawValue)): "
        + problem.detail, problem.next
    )
  }
}

extension ComponentDescription {
  /// One input of files, a table out.
  fileprivate var canAdapt: Bool {
    adapts && kind == .stage && inputs.count == 1 && inputs[0].type == .files && outputs.first?.type == .table
  }
}
