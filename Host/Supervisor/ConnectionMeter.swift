// What a run's nodes used through saved connections, as their providers count it: metrics requests, input_tokens,
// output_tokens and cost. Of every attempt: a failed one was paid for too.
import Model
import WorkerProtocol

struct ConnectionMeter {
  private let connections: [String: UsedConnection]
  private var spent: [String: ConnectionUsage] = [:]

  init(_ connections: [String: UsedConnection]) { self.connections = connections }

  mutating func take(_ nodes: [NodeReport]) {
    for node in nodes where node.status != .skipped && node.status != .waiting {
      guard let connection = connections[node.name], let metrics = node.metrics,
        let usage = ConnectionUsage(metrics, connection: connection.name, day: TimeStamp.today())
      else { continue }
      if spent[connection.name] == nil { spent[connection.name] = usage } else { spent[connection.name]?.add(usage) }
    }
  }

  /// nil where nothing was counted yet.
  func used(of connection: String) -> ConnectionUsage? { spent[connection] }

  var usage: [ConnectionUsage] { spent.values.sorted { $0.connection < $1.connection } }
}
