// What the forms of components ask: choices for a field, and whether the configuration works.
import ControlPlane
import JSONValue
import Model
import Supervisor

enum ComponentRoutes {
  static let all: [String: Route] = [
    "listOptions": { call in
      let (desk, question) = (PipelineDesk(call.plane), question(call))
      let (field, text) = (call.body["field"]?.string ?? "", call.body["text"]?.string ?? "")
      // A browser says which page asks, and it has been seen to be one of ours.
      let returnAddress = call.header("Origin").map { $0 + "/" }
      let found = try await BlockingWork.run {
        try desk.options(question, field: field, text: text, returnAddress: returnAddress)
      }
      let body: JSONValue = ["choices": .array(found.choices.map(choice)), "more": .bool(found.hasMore)]
      return try Answer.json(body)
    },
    "testComponent": { call in
      let (desk, question) = (PipelineDesk(call.plane), question(call))
      let began = ContinuousClock.now
      let answer = try await BlockingWork.run { () throws -> [String: JSONValue] in
        // That it does not work is what was asked; only what has nothing to do with the component is an error.
        do { return findings(try desk.test(question)) } catch let problem as Problem where tells(problem) {
          return ["ok": false, "problem": JSONValue(of: problem)]
        }
      }
      let seconds = JSONValue.double((ContinuousClock.now - began).seconds)
      return try Answer.json(JSONValue.object(answer.merging(["seconds": seconds]) { $1 }))
    },
  ]

  private static func question(_ call: Call) -> ComponentQuestion {
    ComponentQuestion(
      plugin: call.path("plugin"), component: call.path("component"), configuration: call.body["config"] ?? [:],
      parameters: call.body["parameters"]?.object ?? [:], project: call.project ?? "")
  }

  private static func choice(_ choice: FieldChoices.Choice) -> JSONValue {
    var (value, link): (JSONValue?, JSONValue?)
    switch choice.act {
    case .fill(let given): value = given
    case .open(let address): link = .string(address)
    }
    return .fields(["value": value, "link": link, "title": choice.title.json, "help": choice.help.json])
  }

  private static func findings(_ found: ComponentFindings) -> [String: JSONValue] {
    var answer: [String: JSONValue] = ["ok": .bool(found.works)]
    answer["message"] = found.message.json
    answer["schema"] = found.schema
    answer["report"] = found.report
    return answer
  }

  /// What a worker learned of the component: OTE-3xxx. A missing plugin, or a host that cannot start workers, is no answer.
  private static func tells(_ problem: Problem) -> Bool { problem.code.rawValue.hasPrefix("OTE-3") }
}
