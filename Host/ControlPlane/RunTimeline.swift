// When what happened in a run: HOME/runs/RUN/timeline.jsonl, one line an event. Kept as long as the run's log.
import Foundation
import Glibc
package import JSONValue
import Model
import WorkerProtocol

package final class RunTimeline {
  private let folder: String
  private var statuses: [String: NodeStatus] = [:]

  init(home: String, run: String) { folder = "\(home)/runs/\(run)" }

  func note(
    _ type: String, at: String = TimeStamp.now(), node: String? = nil, attempt: Int? = nil, status: String? = nil,
    text: String? = nil
  ) {
    var line: [String: JSONValue] = ["at": .string(at), "type": .string(type)]
    line["node"] = node.map { .string($0) }
    line["attempt"] = attempt.map { .int(Int64($0)) }
    line["status"] = status.map { .string($0) }
    line["text"] = text.map { .string($0) }
    append(.object(line))
  }

  /// Notes each node that has begun or ended since the last call.
  func take(_ nodes: [NodeReport]) {
    for node in nodes {
      let before = statuses[node.name] ?? .waiting
      guard node.status != before else { continue }
      statuses[node.name] = node.status
      if before == .waiting, node.status != .skipped { note("node_started", node: node.name) }
      if node.status != .running { note("node_finished", node: node.name, status: node.status.rawValue) }
    }
  }

  func note(_ sample: ResourceSample) {
    guard var line = (try? JSONValue(encoding: sample))?.object else { return }
    line["type"] = "sample"
    append(.object(line))
  }

  /// A line that cannot be written is lost; the run is not.
  private func append(_ line: JSONValue) {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let descriptor = open("\(folder)/timeline.jsonl", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let bytes = Array((line.text + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  /// Events and samples of a run, oldest first.
  package static func read(home: String, run: String) -> (items: [JSONValue], samples: [JSONValue]) {
    guard let text = try? String(contentsOfFile: "\(home)/runs/\(run)/timeline.jsonl", encoding: .utf8) else {
      return ([], [])
    }
    let lines = text.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
    return (lines.filter { $0["type"] != "sample" }, lines.filter { $0["type"] == "sample" })
  }
}
