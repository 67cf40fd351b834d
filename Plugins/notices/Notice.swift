// An event of the host in words, and the memory of which ones were told: what notifiers share.
internal import Crypto
internal import FoundationEssentials
package import JSONValue
internal import PluginKit

/// What happened, as a person reads it.
package struct Notice: Sendable {
  package let event: JSONValue
  package let id: String

  /// Throws where the event has no id: it could be told twice.
  package init(_ event: JSONValue) throws {
    guard let id = event["id"]?.string, !id.isEmpty else {
      throw PluginError(.invalidArgument, "the event has no id, so nobody could tell whether it was told before")
    }
    self.event = event
    self.id = id
  }

  package var type: String { event["type"]?.string ?? "event" }
  package var url: String? { event["url"]?.string.flatMap { $0.isEmpty ? nil : $0 } }

  /// "flights: run.failed (failed)".
  package var title: String {
    let pipeline = event["pipeline"]?.string ?? event["pipeline"]?["name"]?.string
    let status = event["status"]?.string
    return [pipeline.map { "\($0): " } ?? "", type, status.map { " (\($0))" } ?? ""].joined()
  }

  /// What it says of itself, one line for each problem, one for each gate that tripped.
  package var lines: [String] {
    let problems = (event["problems"]?.array ?? event["problem"].map { [$0] } ?? []).compactMap { problem -> String? in
      guard let words = problem["detail"]?.string ?? problem["message"]?.string ?? problem.string else { return nil }
      let code = problem["code"]?.string.map { "\($0): " } ?? ""
      let next = problem["next"]?.string.map { " \($0)" } ?? ""
      return code + words + next
    }
    let gates = (event["gates"]?.array ?? []).compactMap { gate -> String? in
      guard let node = gate["node"]?.string, gate["passed"]?.bool != true else { return nil }
      return "The gate at \(node) tripped" + (gate["action"]?.string.map { " (\($0))" } ?? "")
    }
    return [event["text"]?.string].compactMap { $0 } + problems + gates
  }

  /// When and where, by name.
  package var facts: [(String, String)] {
    [
      ("Project", event["project"]?.string), ("Run", event["run"]?.string), ("At", event["at"]?.string), ("Event", id),
    ].compactMap { name, value in
      value.map { (name, $0) }
    }
  }

  /// Hexadecimal SHA-256 of the id.
  package var digest: String { SHA256.hash(data: Data(id.utf8)).hexadecimal }
}

extension Sequence<UInt8> {
  package var hexadecimal: String {
    var text = ""
    for byte in self { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    return text
  }
}
