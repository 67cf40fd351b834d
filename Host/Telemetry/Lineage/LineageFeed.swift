// Lineage on its way: OpenLineage events over HTTP, into a file, or both.
import JSONValue
package import Logging
package import Model

package final class LineageFeed: Sendable {
  package let namespace: String
  let outbox: Outbox?
  private let file: LineageFile?
  private let log: Logger

  package init(_ settings: LineageSettings, log: Logger) throws(Problem) {
    namespace = settings.namespace
    self.log = log
    file = try settings.file.map { path throws(Problem) in try LineageFile(path) }
    outbox = settings.address.map { address in
      var policy = DeliveryPolicy()
      // The API takes one event a request, and somebody may be waiting to see it.
      policy.batchMax = 1
      policy.delaySeconds = 0
      policy.queueMax = 10_000
      let headers = settings.key.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
      return Outbox(
        "lineage", to: Receiver(address: address, headers: headers, timeoutSeconds: policy.timeoutSeconds),
        policy: policy, log: log
      ) { $0.first ?? [] }
    }
  }

  /// Hands an event on. Never waits for a receiver.
  package func emit(_ event: LineageEvent) {
    let bytes = Array(event.json(namespace: namespace).text.utf8)
    if let file, !file.append(bytes) {
      log.error("a lineage event could not be written to its file", metadata: ["run": "\(event.run)"])
    }
    outbox?.add(bytes)
  }
}
