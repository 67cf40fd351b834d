// One question to one component, outside any run: choices for a form field, or whether a connection works.
import CPluginABI
import CWorker
package import JSONValue
package import Model
import PluginKit
import PluginLoader
package import WorkerProtocol

extension Engine {
  private static let choicesMax = 1000

  /// For an engine made of `ComponentQuestion.plan`. Call it once, on a thread of its own.
  package func answer(_ wish: ComponentQuestion.Wish) -> Result<JSONValue, Problem> {
    let answer: Result<JSONValue, Problem>
    do throws(Problem) {
      try load()
      let node = nodes[0]
      switch wish {
      case .options(let field, let query): answer = .success(try options(of: node, field, query))
      case .test: answer = .success(try test(node))
      }
    } catch { answer = .failure(error) }
    shutDown()
    return answer
  }

  private func options(of node: NodeRun, _ field: String, _ query: String) throws(Problem) -> JSONValue {
    guard let list = node.instance?.interface(OTE_OPTIONS, as: ote_options.self)?.list else {
      throw node.problem(.unsupported, "\(node.plan.use) has no choices to list")
    }
    let answer = ByteSink(limit: 4 << 20)
    try node.call(OTE_CALL_QUERY) { error in
      withText(field) { field in
        withText(query) { list(node.instance?.pointer, node.handle, field, $0, answer.pointer, error) }
      }
    }
    guard let json = try? answer.json(), let choices = json["choices"]?.array,
      choices.allSatisfy({ $0["value"] != nil })
    else {
      throw node.problem(.contractBroken, "its choices are not {\"choices\": [{\"value\", ...}]}")
    }
    let more = json["more"] == true || choices.count > Self.choicesMax
    return ["choices": .array(Array(choices.prefix(Self.choicesMax))), "more": .bool(more)]
  }

  /// The component's own report with the time it took.
  private func test(_ node: NodeRun) throws(Problem) -> JSONValue {
    let answer = ByteSink(limit: 1 << 20)
    guard let check = checkFunction(of: node) else {
      throw node.problem(.unsupported, "\(node.plan.use) has nothing to test: only sources and providers connect")
    }
    let start = ote_now_ns()
    try node.call(OTE_CALL_QUERY) { check(node.instance?.pointer, node.handle, answer.pointer, $0) }
    let milliseconds = Double(ote_now_ns() - start) / 1e6
    guard let report = try? answer.json(), var object = report.object ?? (report.isNull ? [:] : nil) else {
      throw node.problem(.contractBroken, "the report of its check is not a JSON object")
    }
    object["ok"] = object["ok"] ?? true
    object["latency_ms"] = .double((milliseconds * 10).rounded() / 10)
    return .object(object)
  }

  private typealias CheckFunction = (
    OpaquePointer?, OpaquePointer?, UnsafeMutablePointer<ote_writer>?, UnsafeMutablePointer<ote_error>?
  ) -> ote_status

  private func checkFunction(of node: NodeRun) -> CheckFunction? {
    switch node.plan.component.kind {
    case .source: node.instance?.interface(OTE_SOURCE, as: ote_source.self)?.check
    case .provider: node.instance?.interface(OTE_PROVIDER, as: ote_provider.self)?.check
    default: nil
    }
  }
}
