// Models: the registry with versions, aliases, lineage and figures.
import ControlPlane
import JSONValue
import MetadataStore
import Model
import Registry
import WorkerProtocol

enum ModelRoutes {
  static let all: [String: Route] = [
    "listModels": { call in
      let models = try call.plane.metadata.models(
        of: try call.visibleProjects(), text: call.text("q"), limit: call.limit + 1, after: call.cursor)
      return try Answer.page(
        Array(models.prefix(call.limit)), next: models.count > call.limit ? models[call.limit - 1].model : nil)
    },
    "readModel": { call in try view(call.path("model"), call) },
    "changeModel": { call in
      let name = call.path("model")
      try call.plane.metadata.setModelDescription(name, call.body["description"]?.string)
      try call.audit("model.change", "model:\(name)", detail: call.body)
      announce(name, call)
      return try view(name, call)
    },
    "readModelVersion": { call in
      let version = try versionOf(call)
      var object = JSONValue(of: version).object ?? [:]
      object["figures"] = JSONValue(of: try call.plane.registry.figures(of: version))
      return try Answer.json(JSONValue.object(object))
    },
    "removeModelVersion": { call in
      let version = try versionOf(call)
      let others = try call.plane.registry.documents(namingModel: version)
      try call.plane.metadata.removeModelVersion(version, others: others)
      try call.audit("model.remove", "model:\(version.model)", detail: ["version": .int(Int64(version.version))])
      announce(version.model, call)
      return .nothing
    },
    "setModelAlias": { call in
      try setAlias(to: call.body["version"]?.int.map { Int($0) }, call)
      return try view(call.path("model"), call)
    },
    "removeModelAlias": { call in
      try setAlias(to: nil, call)
      return .nothing
    },
    "compareModels": { call in
      let name = call.path("model")
      let other = call.text("other") ?? name
      let project = try call.plane.metadata.project(ofModel: other)
      guard let project, try call.caller.role(in: project) != nil else {
        throw Problem(.modelNotFound, "there is no model '\(other)'")
      }
      let first = try call.plane.metadata.model(ModelReference(name, .version(call.int("from") ?? 0)))
      let second = try call.plane.metadata.model(ModelReference(other, .version(call.int("to") ?? 0)))
      let pairs = FigureComparison.pairs(
        try call.plane.registry.figures(of: first), try call.plane.registry.figures(of: second))
      return try Answer.json(comparison(first.name, second.name, pairs))
    },
  ]

  static func comparison(_ first: String, _ second: String, _ pairs: [FigurePair]) -> JSONValue {
    ["first": .string(first), "second": .string(second), "figures": JSONValue(of: pairs)]
  }

  private static func setAlias(to version: Int?, _ call: Call) throws(Problem) {
    let (name, alias) = (call.path("model"), call.path("alias"))
    try call.plane.metadata.setAlias(alias, of: name, to: version, by: try call.caller.user.name)
    try call.audit(
      "model.alias", "model:\(name)",
      detail: ["alias": .string(alias), "version": version.map { .int(Int64($0)) } ?? .null])
    announce(name, call)
  }

  private static func versionOf(_ call: Call) throws(Problem) -> ModelVersion {
    try call.plane.metadata.model(ModelReference(call.path("model"), .version(call.int("version") ?? 0)))
  }

  private static func view(_ name: String, _ call: Call) throws -> Answer {
    let versions = try call.plane.metadata.versions(ofModel: name)
    let summary = try call.plane.metadata.models(of: nil, named: name).first
    let entries = try versions.map { version -> JSONValue in
      var object = JSONValue(of: version).object ?? [:]
      object["document"] = nil
      object["lineage"] = nil
      object["format"] = version.format.json
      object["figures"] = JSONValue(of: try call.plane.registry.figures(of: version))
      return .object(object)
    }
    return try Answer.json(
      JSONValue.fields([
        "model": .string(name), "project": .string(summary?.project ?? ""),
        "description": (summary?.description).json,
        "aliases": JSONValue(of: summary?.aliases ?? [:]), "versions": .array(entries),
        "history": JSONValue(of: try call.plane.metadata.aliasHistory(of: name)),
      ]))
  }

  private static func announce(_ name: String, _ call: Call) {
    call.plane.events.append(
      HostEvent(
        at: TimeStamp.now(), type: "model.changed", project: call.project, subject: name,
        body: ["by": .string((try? call.caller.user.name) ?? "")]))
  }
}

enum EvaluationRoutes {
  static let all: [String: Route] = [
    "listEvaluations": { call in
      let query = EvaluationQuery(
        projects: try call.visibleProjects(), model: call.text("model"), version: call.int("version"),
        pipeline: call.text("pipeline"), run: call.text("run"), limit: call.limit + 1,
        before: try call.countedCursor())
      let evaluations = try call.plane.metadata.evaluations(query)
      let page = evaluations.prefix(call.limit).map { evaluation -> JSONValue in
        var object = fields(evaluation)
        object["report"] = nil
        return .object(object)
      }
      return try Answer.page(page, next: evaluations.count > call.limit ? "\(evaluations[call.limit - 1].id)" : nil)
    },
    "readEvaluation": { call in try Answer.json(JSONValue.object(fields(try find("evaluation", call)))) },
    "compareEvaluations": { call in
      let (first, second) = (try find("evaluation", call), try find("to", call))
      return try Answer.json(
        ModelRoutes.comparison(
          "\(first.id)", "\(second.id)", FigureComparison.pairs(first.figures, second.figures)))
    },
  ]

  private static func find(_ parameter: String, _ call: Call) throws(Problem) -> Evaluation {
    let evaluation = try call.plane.metadata.evaluation(Int64(call.int(parameter) ?? 0))
    guard try call.caller.role(in: evaluation.project) != nil else {
      throw Problem(.evaluationNotFound, "there is no evaluation \(evaluation.id)")
    }
    return evaluation
  }

  private static func fields(_ evaluation: Evaluation) -> [String: JSONValue] {
    var object = JSONValue(of: evaluation).object ?? [:]
    object["figures"] = JSONValue(of: evaluation.figures)
    return object
  }
}
