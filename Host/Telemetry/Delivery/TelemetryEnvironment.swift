// The variables that OpenTelemetry and OpenLineage define, read strictly: what is set and cannot be followed ends the start.
import Foundation
import Model

package struct TelemetryEnvironment: Sendable {
  private let variables: [String: String]

  package init(_ variables: [String: String]) { self.variables = variables }

  /// An empty variable counts as not set.
  func text(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

  func flag(_ name: String) throws(Problem) -> Bool {
    switch text(name)?.lowercased() {
    case nil, "false": return false
    case "true": return true
    default: throw Self.refused(name, "is neither true nor false")
    }
  }

  func whole(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws(Problem) -> Int {
    guard let text = text(name) else { return standard }
    guard let value = Int(text), range.contains(value) else {
      throw Self.refused(name, "is no whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// `a=1,b=2` with percent-encoded values. The value is not repeated in the problem: it may be a key.
  func pairs(_ name: String) throws(Problem) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for item in (text(name) ?? "").split(separator: ",") {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.trimmed)
      guard parts.count == 2, !parts[0].isEmpty, let value = parts[1].removingPercentEncoding else {
        throw Self.refused(name, "is no list of NAME=VALUE, parted by commas")
      }
      pairs.append((parts[0], value))
    }
    return pairs
  }

  /// An address of http or https without its last slash. A name and password in it would end up in logs.
  func address(_ name: String) throws(Problem) -> String? {
    guard let text = text(name) else { return nil }
    guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme?.lowercased()),
      parts.host?.isEmpty == false, parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
    else { throw Self.refused(name, "is no address of http or https without user, query and fragment") }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  /// Pairs that can stand in a request's head.
  func headers(_ name: String) throws(Problem) -> [(name: String, value: String)] {
    let pairs = try pairs(name)
    let isHead = pairs.allSatisfy { header, value in
      header.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0 & 0xDF) || $0 == 45 || $0 == 95 }
        && value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }
    guard isHead else { throw Self.refused(name, "holds what cannot stand in a request's head") }
    return pairs
  }

  static func refused(_ name: String, _ words: String) -> Problem {
    Problem(.telemetryInvalid, "\(name) \(words)", next: "Correct the variable \(name), or unset it.")
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
