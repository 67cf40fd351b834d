// What the designer asks while a document is being written.
import ControlPlane
import JSONValue
import Model
import PipelineDocument
import Scheduler
import Supervisor
import WorkerProtocol

enum CheckRoutes {
  static let all: [String: Route] = [
    "checkPipeline": { call in
      let text = call.body["document"]?.string ?? ""
      let desk = PipelineDesk(call.plane)
      let parameters = call.body["parameters"]?.object ?? [:]
      let project = call.body["project"]?.string
      let columns = call.body["columns"]?.bool ?? true
      let checked = try await BlockingWork.run {
        desk.check(text, parameters: parameters, columns: columns, project: project)
      }
      return try Answer.json(view(checked))
    },
    "previewNode": { call in
      let text = call.body["document"]?.string ?? ""
      let desk = PipelineDesk(call.plane)
      let parameters = call.body["parameters"]?.object ?? [:]
      let (node, port) = (call.body["node"]?.string ?? "", call.body["port"]?.string)
      let project = call.body["project"]?.string
      let count = Int(call.body["rows"]?.int ?? 50)
      let began = ContinuousClock.now
      let rows = try await BlockingWork.run {
        try desk.preview(text, parameters: parameters, node: node, port: port, rows: count, project: project)
      }
      return try Answer.json(rowsView(rows, seconds: (ContinuousClock.now - began).seconds))
    },
    "explainSchedule": { call in
      try Answer.json(ScheduleShape.view(try Schedule(call.body["schedule"] ?? [:])))
    },
  ]

  static func rowsView(
    _ rows: (schema: JSONValue, rows: [[JSONValue]]), offset: Int? = nil, total: Int64? = nil, seconds: Double
  ) -> JSONValue {
    .fields([
      "schema": rows.schema, "rows": .array(rows.rows.map { .array($0) }),
      "offset": offset.map { .int(Int64($0)) }, "total": total.map { .int($0) }, "seconds": .double(seconds),
    ])
  }

  private static func view(_ checked: CheckedDocument) -> JSONValue {
    let missing = Set(
      checked.problems.filter { $0.code == .missingPlugin || $0.code == .unknownComponent }.compactMap(\.plugin))
    return .fields([
      "valid": .bool(checked.problems.isEmpty), "name": (checked.document?.pipeline.name).json,
      "problems": .array(checked.problems.map(problem)),
      "warnings": JSONValue(of: checked.prepared?.resolved.warnings ?? []),
      "nodes": .array((checked.prepared?.resolved.nodes ?? []).map { node($0, checked.bound) }),
      "missing_plugins": .array(missing.sorted().map { .string($0) }),
      "schedule": checked.document?.pipeline.schedule.flatMap(ScheduleShape.view),
    ])
  }

  static func problem(_ problem: Problem) -> JSONValue {
    var object = JSONValue(of: problem).object ?? [:]
    object["status"] = .int(Int64(ProblemAnswer.status(problem)))
    return .object(object)
  }

  private static func node(_ node: PlanNode, _ bound: [BoundNode]) -> JSONValue {
    let found = bound.first { $0.node == node.name }
    return .fields([
      "name": .string(node.name), "use": .string(node.use), "kind": .string(node.component.kind.rawValue),
      "inserted": .bool(node.inserted),
      "inputs": .array(node.inputs.map { ["name": .string($0.name), "from": .string("\($0.node).\($0.output)")] }),
      "outputs": .object((found?.outputs ?? [:]).mapValues { $0 ?? .null }),
      "fused_into": (found?.fusedInto).json,
    ])
  }
}
