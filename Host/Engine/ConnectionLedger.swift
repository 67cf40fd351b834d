// What the providers of a run use of one connection's budget.
import Model
import Synchronization

/// Shared by the providers that go through the connection. Any thread.
final class ConnectionLedger: Sendable {
  private let allowance: ConnectionAllowance
  private struct Entries {
    var nodes: [NodeRun] = []
    /// Those under way count as well.
    var requests: Int64 = 0
  }
  private let entries = Mutex(Entries())

  init(_ allowance: ConnectionAllowance) { self.allowance = allowance }

  func join(_ node: NodeRun) { entries.withLock { $0.nodes.append(node) } }

  /// Before every request. Throws `.budgetSpent` where there is no room for one more.
  func admit(_ node: NodeRun) throws(Problem) {
    let problem = entries.withLock { entries -> Problem? in
      var used = ConnectionUsage(connection: allowance.connection, day: allowance.before.day)
      for node in entries.nodes {
        let metrics = node.remembered.withLock { $0.metrics }
        used.add(ConnectionUsage(metrics, connection: used.connection, day: used.day))
      }
      // An embedding call is one request here and may be many to the server; the provider counts those.
      if let problem = allowance.problem(since: used, begun: entries.requests) { return problem }
      entries.requests += 1
      return nil
    }
    guard var problem else { return }
    problem.node = node.plan.name
    problem.plugin = node.plan.plugin
    throw problem
  }
}
