// rows -> step -> rules -> out: one node of each kind, all well-behaved but those that a test names.
import Model
import TestSupport
import Testing

struct FourNodes {
  enum Role: String, CaseIterable, Sendable {
    case source, stage, check, sink

    /// The node's name in the document.
    var node: String {
      switch self {
      case .source: "rows"
      case .stage: "step"
      case .check: "rules"
      case .sink: "out"
      }
    }
  }

  /// The sink's file.
  var path: String
  var plugins: [Role: String] = [:]
  var sourceConfiguration = ""
  var failEvery = 0
  var materializes = false
  var gate = ""
  /// Generous where the test is not about them: the machine may be busy.
  var limits = "stall: 60s, grace: 5s"
  var retry = ""
  /// More nodes, each line indented by two blanks.
  var more = ""
  var name = "four-nodes"

  var text: String {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: \(name)}
    nodes:
      rows: {use: \(use(.source)), with: {\(sourceConfiguration)}}
      step: {use: \(use(.stage)), in: rows, materialize: \(materializes)}
      rules:
        use: \(use(.check))
        in: step
        with: {fail_every: \(failEvery)}
        \(gate.isEmpty ? "" : "gate: {\(gate)}")
      out: {use: \(use(.sink)), in: rules, with: {path: \(path)}}
    \(more)
    limits: {\(limits)}
    \(retry.isEmpty ? "" : "retry: {\(retry)}")
    """
  }

  private func use(_ role: Role) -> String { "\(plugins[role] ?? "well-behaved")/\(role.rawValue)" }
}

/// One plugin, where it stands, and what the host has to say about it.
struct Misbehaviour: Sendable, CustomTestStringConvertible {
  let plugin: String
  let role: FourNodes.Role
  let code: ProblemCode
  var origin: ProblemOrigin

  init(_ plugin: String, _ role: FourNodes.Role, _ code: ProblemCode, origin: ProblemOrigin? = nil) {
    self.plugin = plugin
    self.role = role
    self.code = code
    self.origin = origin ?? code.origin
  }

  var testDescription: String { "\(plugin)/\(role.rawValue)" }

  static func everywhere(
    _ plugins: [String], _ code: ProblemCode, origin: ProblemOrigin? = nil
  ) -> [Misbehaviour] {
    plugins.flatMap { plugin in FourNodes.Role.allCases.map { Misbehaviour(plugin, $0, code, origin: origin) } }
  }
}
