// Which secrets a configuration names: {"$secret": "ref"}, anywhere in it. Both sides ask, each for itself.
package import JSONValue
import Model

package enum SecretReferences {
  package static func named(in configuration: JSONValue) -> Set<String> {
    switch configuration {
    case .object(let object):
      if object.count == 1, let reference = object["$secret"]?.string { return [reference] }
      return object.values.reduce(into: []) { $0.formUnion(named(in: $1)) }
    case .array(let items): return items.reduce(into: []) { $0.formUnion(named(in: $1)) }
    default: return []
    }
  }

  /// By node. A worker that asks for anything else is refused, whatever runs inside it.
  package static func named(in message: ControlMessage) -> [String: Set<String>] {
    switch message {
    case .plan(let plan), .look(let plan, _): named(in: plan.nodes)
    case .ask(let question): [question.component.name: named(in: question.configuration)]
    default: [:]
    }
  }

  private static func named(in nodes: [PlanNode]) -> [String: Set<String>] {
    Dictionary(nodes.map { ($0.name, named(in: $0.configuration)) }, uniquingKeysWith: { $0.union($1) })
  }
}
