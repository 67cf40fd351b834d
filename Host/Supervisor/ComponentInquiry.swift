// Asks one component what a form or a saved connection wants to know. Each question has a worker of its own.
package import ArtifactStore
package import JSONValue
package import MetadataStore
package import Model
import PipelineDocument
import WorkerProtocol

/// A component with a configuration as it stands in a form.
package struct ComponentQuestion: Sendable {
  package var plugin: String
  package var component: String
  package var configuration: JSONValue
  /// Null for a parameter without a value.
  package var parameters: [String: JSONValue]
  package var project: String

  package init(
    plugin: String, component: String, configuration: JSONValue, parameters: [String: JSONValue], project: String
  ) {
    self.plugin = plugin
    self.component = component
    self.configuration = configuration
    self.parameters = parameters
    self.project = project
  }
}

package struct ComponentInquiry: Sendable {
  private let metadata: MetadataStore
  private let artifacts: ArtifactStore
  private let workers: Workers
  private let plugins: @Sendable (Set<String>?) -> [InstalledPlugin]
  private let secrets: SecretLookup?
  /// Somebody has a field open, or a button pressed, and looks at it.
  private static let optionsSeconds = 5.0
  private static let testSeconds = 20.0

  /// `secrets` are those of the project that the configuration belongs to.
  package init(
    metadata: MetadataStore, artifacts: ArtifactStore, workers: Workers,
    plugins: @escaping @Sendable (Set<String>?) -> [InstalledPlugin], secrets: SecretLookup?
  ) {
    self.artifacts = artifacts
    self.workers = workers
    self.plugins = plugins
    self.secrets = secrets
    self.metadata = metadata
  }

  private var lookup: DatasetLookup { DatasetLookup(metadata: metadata, artifacts: artifacts) }

  package func options(
    _ question: ComponentQuestion, field: String, text: String, returnAddress: String?
  ) throws -> FieldChoices {
    let mode = RunPlan.Mode.options(field: field, text: text, returnAddress: returnAddress)
    return try ask(question, mode, isDraft: true, seconds: Self.optionsSeconds) { plan throws(Problem) in
      try workers.options(plan, requests: lookup, secrets: secrets)
    }
  }

  package func test(_ question: ComponentQuestion) throws -> ComponentFindings {
    try ask(question, .test, isDraft: false, seconds: Self.testSeconds) { plan throws(Problem) in
      try workers.test(plan, requests: lookup, secrets: secrets)
    }
  }

  func component(_ question: ComponentQuestion) throws(Problem) -> ComponentDescription { try find(question).1 }

  /// What a connection with this configuration leaves to the nodes that use it. A mistake in it is thrown.
  func openFields(_ question: ComponentQuestion) throws -> [String] {
    let (plugin, component) = try find(question)
    let form = FormConfiguration(
      plugin: plugin, component: component, written: question.configuration, parameters: [:])
    return try form.openFields(run: "connection", startedAt: TimeStamp.now())
  }

  private func ask<Answer>(
    _ question: ComponentQuestion, _ mode: RunPlan.Mode, isDraft: Bool, seconds: Double,
    _ body: (RunPlan) throws(Problem) -> Answer
  ) throws -> Answer {
    let (plugin, component) = try find(question)
    let (run, now) = (RunIdentifier.make(), TimeStamp.now())
    let form = FormConfiguration(
      plugin: plugin, component: component, written: question.configuration, parameters: question.parameters)
    let node = PlanNode(
      name: component.name, plugin: plugin.name, component: component,
      configuration: try form.resolved(run: run, startedAt: now, isDraft: isDraft), inputs: [])
    let files = PlanPlugin(
      name: plugin.name, version: plugin.version, digest: plugin.digest ?? "", path: plugin.path ?? "",
      secrets: plugin.policy?.permissions.secrets ?? [])
    let folder = try artifacts.runFolder(run)
    defer { try? artifacts.removeRunFolder(run) }
    do throws(Problem) {
      return try body(
        RunPlan(
          mode: mode, run: run, attempt: 1, pipeline: "form", startedAt: now, plugins: [files], nodes: [node],
          folder: folder, limits: limits(of: plugin, seconds: seconds)))
    } catch {
      // There is no node yet that the reader could look for.
      var problem = error
      problem.node = nil
      throw problem
    }
  }

  private func find(_ question: ComponentQuestion) throws(Problem) -> (InstalledPlugin, ComponentDescription) {
    let versions = plugins([question.plugin])
    guard let plugin = versions.first(where: \.isUsable) else {
      guard let refused = versions.first else {
        throw Problem(.nothingHere, "there is no plugin '\(question.plugin)'", plugin: question.plugin)
      }
      throw refused.problem ?? Problem(.missingPlugin, "'\(question.plugin)' cannot be used", plugin: question.plugin)
    }
    guard let component = plugin.component(question.component) else {
      throw Problem(
        .nothingHere, "the plugin '\(plugin.name)' has no component '\(question.component)' to use", plugin: plugin.name
      )
    }
    return (plugin, component)
  }

  /// A plugin that is silent for that long is stopped and blamed; one that goes on and on is stopped a little later.
  private func limits(of plugin: InstalledPlugin, seconds: Double) -> RunLimits {
    var limits = RunLimits().tightened(by: plugin.policy?.limits ?? PluginLimits())
    limits.stallSeconds = min(limits.stallSeconds, seconds)
    limits.wallSeconds = min(limits.wallSeconds, seconds + 1)
    limits.graceSeconds = min(limits.graceSeconds, 1)
    return limits
  }
}
