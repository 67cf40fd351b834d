// What a run's nodes used through saved connections, as their providers count it: metrics requests, input_tokens,
// output_tokens and cost. Of every attempt: a failed one was paid for too.
import Model

struct ConnectionMeter {
  private let connections: [String: UsedConnection]
  private var spent: [String: ConnectionUsage] = [:]

  init(_ connections: [String: UsedConnection]) { self.connections = connections }

  mutating func take(_ nodes: [NodeReport], day: String) {
    for node in nodes where node.status != .skipped && node.status != .waiting {
      guard let connection = connections[node.name], let metrics = node.metrics else { continue }
      let counted = ["requests", "input_tokens", "output_tokens", "cost"].map { metrics[$0] }
      guard counted.contains(where: { $0 != nil }) else { continue }
      var usage = spent[connection.name] ?? ConnectionUsage(connection: connection.name, day: day)
      usage.requests = Self.sum(usage.requests, counted[0])
      usage.inputTokens = Self.sum(usage.inputTokens, counted[1])
      usage.outputTokens = Self.sum(usage.outputTokens, counted[2])
      usage.cost = counted[3].map { (usage.cost ?? 0) + $0 } ?? usage.cost
      spent[connection.name] = usage
    }
  }

  var usage: [ConnectionUsage] { spent.values.sorted { $0.connection < $1.connection } }

  private static func sum(_ before: Int64?, _ more: Double?) -> Int64? {
    guard let more, more.isFinite, more >= 0, more < 1e15 else { return before }
    return (before ?? 0) + Int64(more.rounded())
  }
}
