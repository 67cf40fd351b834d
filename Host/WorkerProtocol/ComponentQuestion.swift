// What the host asks of one component outside any run: the choices of a form field, or whether a connection works.
package import JSONValue
package import Model

package struct ComponentQuestion: Codable, Sendable {
  package enum Wish: Codable, Sendable, Hashable {
    /// The choices for the field at this JSON pointer that match what was typed so far.
    case options(field: String, query: String)
    /// The "Test connection" button.
    case test
  }

  package var wish: Wish
  package var plugin: PlanPlugin
  package var component: ComponentDescription
  package var configuration: JSONValue
  package var limits: RunLimits
  /// A folder of this question's own, removed after the answer.
  package var folder: String

  package init(
    _ wish: Wish, plugin: PlanPlugin, component: ComponentDescription, configuration: JSONValue, limits: RunLimits,
    folder: String
  ) {
    self.wish = wish
    self.plugin = plugin
    self.component = component
    self.configuration = configuration
    self.limits = limits
    self.folder = folder
  }

  /// As a plan of one node, for the engine and for blame.
  package func plan(startedAt: String) -> RunPlan {
    let node = PlanNode(
      name: component.name, plugin: plugin.name, component: component, configuration: configuration, inputs: [])
    return RunPlan(
      mode: .bind, run: "question", attempt: 1, pipeline: "", startedAt: startedAt, plugins: [plugin], nodes: [node],
      folder: folder, limits: limits)
  }
}
