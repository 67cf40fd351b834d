// The notifiers of a document, resolved apart from its nodes: what is wrong with one is no problem of the run.
import JSONValue
import Model

struct NotificationPlan {
  private(set) var planned: [PlannedNotification] = []
  private(set) var warnings: [DocumentWarning] = []

  init(
    _ document: PipelineDocument, registry: RegistryLookup, plugins: [InstalledPlugin], values: ReferenceValues
  ) {
    let rules = document.pipeline.notify
    guard !rules.isEmpty else { return }
    let problems = ProblemCollection(file: document.file)
    var standIn = document
    standIn.pipeline.models = []
    standIn.pipeline.nodes = rules.map(\.node)
    let names = NameExpansion(standIn, registry: registry, plugins: plugins, problems: problems)
    let lookup = PluginLookup(plugins, for: names.document.pipeline, problems: problems)
    let check = ConfigurationCheck(document: names.document, problems: problems, values: values)
    for (rule, node) in zip(rules, names.document.pipeline.nodes) {
      guard let component = lookup.component(of: node, in: names.document), let plugin = lookup.planned(node.plugin)
      else { continue }
      let configuration = check.configuration(of: node, component, policy: lookup.plugin(node.plugin)?.policy)
      planned.append(
        PlannedNotification(
          events: rule.events,
          node: PlanNode(
            name: "notify-\(node.name)", plugin: node.plugin, component: component, configuration: configuration,
            inputs: []),
          plugin: plugin, connection: node.connection))
    }
    let found = problems.problems?.all ?? []
    // One that is not sound is left out: its worker would only refuse it at the end of the run.
    let broken = Set(found.compactMap(\.node))
    planned.removeAll { broken.contains(String($0.node.name.dropFirst("notify-".count))) }
    warnings =
      check.warnings + found.map { DocumentWarning("\($0.detail) It will not be told.", at: $0.at) }
  }
}
