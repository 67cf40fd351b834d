// Figures that a pipeline requires of a report, as findings.
import JSONValue
import Model

struct GateRequirements {
  private let requirements: [Gate.Requirement]

  init(_ gate: Gate) { requirements = gate.require }

  /// A figure that is missing or null has not passed: nobody knows that it is good enough.
  func findings(in report: JSONValue?, node: String) -> [FindingReport] {
    let metrics = report?["metrics"]?.array ?? []
    return requirements.map { requirement in
      let metric = metrics.first { $0["name"]?.string == requirement.metric }
      let observed = metric.flatMap { Self.figure($0, requirement.bound) }
      let holds = observed.map { value in
        (requirement.atLeast.map { value >= $0 } ?? true) && (requirement.atMost.map { value <= $0 } ?? true)
      }
      var finding = FindingReport(node: node, rule: "require", severity: "error", passed: holds ?? false)
      finding.observed = observed.map { .double($0) }
      finding.limit = (requirement.atLeast ?? requirement.atMost).map { .double($0) }
      finding.unit = metric?["unit"]?.string
      finding.message = Self.words(requirement, observed, isThere: metric != nil)
      return finding
    }
  }

  private static func figure(_ metric: JSONValue, _ bound: Gate.Requirement.Bound) -> Double? {
    switch bound {
    case .value: metric["value"]?.double
    case .low: metric["interval"]?[0]?.double
    case .high: metric["interval"]?[1]?.double
    }
  }

  private static func words(_ requirement: Gate.Requirement, _ observed: Double?, isThere: Bool) -> String {
    let name =
      switch requirement.bound {
      case .value: requirement.metric
      case .low: "the lower end of \(requirement.metric)"
      case .high: "the upper end of \(requirement.metric)"
      }
    let limits = [
      requirement.atLeast.map { "at least \($0)" }, requirement.atMost.map { "at most \($0)" },
    ].compactMap { $0 }.joined(separator: " and ")
    guard let observed else {
      return "\(name) \(isThere ? "could not be computed" : "is not in the report"); \(limits) is required"
    }
    return "\(name) is \(short(observed)); \(limits) is required"
  }

  /// Four places say enough; the figure itself is in the finding.
  private static func short(_ value: Double) -> Double {
    value.magnitude < 1e6 ? (value * 10_000).rounded() / 10_000 : value
  }
}
