// What a document becomes once parameters and installed plugins are known: everything a RunPlan is made of.
package import JSONValue

package struct ResolvedPipeline: Sendable {
  package var pipeline: Pipeline
  /// Every declared parameter with its value: given, or its default.
  package var parameters: [String: JSONValue]
  /// In topological order; among equals, in document order.
  package var nodes: [PlanNode]
  /// The plugins the nodes use, and no others, by name.
  package var plugins: [PlanPlugin]
  package var limits: RunLimits
  package var retry: RetryPolicy
  /// Policies of nodes that set their own.
  package var nodeRetry: [String: RetryPolicy]
  package var warnings: [DocumentWarning]
  /// By the node that goes through them.
  package var connections: [String: UsedConnection]
  /// Those that can be told; what is wrong with others is a warning.
  package var notifications: [PlannedNotification] = []

  package init(
    pipeline: Pipeline, parameters: [String: JSONValue], nodes: [PlanNode], plugins: [PlanPlugin], limits: RunLimits,
    retry: RetryPolicy, nodeRetry: [String: RetryPolicy], warnings: [DocumentWarning],
    connections: [String: UsedConnection] = [:]
  ) {
    self.pipeline = pipeline
    self.parameters = parameters
    self.nodes = nodes
    self.plugins = plugins
    self.limits = limits
    self.retry = retry
    self.nodeRetry = nodeRetry
    self.warnings = warnings
    self.connections = connections
  }

  /// The policy for a failure that is blamed on that node, or on none.
  package func retryPolicy(forNode node: String?) -> RetryPolicy { node.flatMap { nodeRetry[$0] } ?? retry }
}

/// Something worth knowing that stops nothing.
package struct DocumentWarning: Sendable, Hashable, Codable {
  package var message: String
  package var node: String?
  package var at: ProblemLocation?
  package init(_ message: String, node: String? = nil, at: ProblemLocation? = nil) {
    self.message = message
    self.node = node
    self.at = at
  }
}
