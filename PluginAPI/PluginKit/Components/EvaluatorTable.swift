// The C face of evaluators and actions.
internal import CPluginABI
internal import JSONValue

class AnyEvaluatorInstance: Instance {
  var evaluator: any Evaluator { fatalError("an evaluator instance without an evaluator") }
  override var component: any Component { evaluator }
  override func table(_ interface: String) -> UnsafeRawPointer? {
    interface == OTE_EVALUATOR ? UnsafeRawPointer(evaluatorTable) : nil
  }
}

final class EvaluatorInstance<E: Evaluator>: AnyEvaluatorInstance {
  private let concrete: E
  init(_ concrete: E, host: Host) {
    self.concrete = concrete
    super.init(host: host)
  }
  override var evaluator: any Evaluator { concrete }
}

class AnyActionInstance: Instance {
  var action: any Action { fatalError("an action instance without an action") }
  override var component: any Component { action }
  override func table(_ interface: String) -> UnsafeRawPointer? {
    interface == OTE_ACTION ? UnsafeRawPointer(actionTable) : nil
  }
}

final class ActionInstance<A: Action>: AnyActionInstance {
  private let concrete: A
  init(_ concrete: A, host: Host) {
    self.concrete = concrete
    super.init(host: host)
  }
  override var action: any Action { concrete }
}

/// {"report", "findings"}, as evaluators and actions answer.
private func answer(_ report: JSONValue, _ findings: [Finding]) -> String {
  JSONValue.object(["report": report, "findings": .array(findings.map(\.json))]).text
}

nonisolated(unsafe) private let evaluatorTable = permanent(
  ote_evaluator(
    struct_size: size(ote_evaluator.self), reserved0: 0,
    bind: { handle, run, text, count, inputs, out, error in
      answering(error) {
        let owner = try instance(handle, AnyEvaluatorInstance.self)
        let request = NodeRequest(json: try parsed(text))
        let bound = try (0..<Int(count)).map { index in
          InputSchema(
            name: request.inputs.indices.contains(index) ? request.inputs[index] : "input\(index)",
            schema: try inputs?[index].map { try Schema(importing: $0) })
        }
        guard let schema = try owner.evaluator.bind(request, bound, owner.run(run)) else { return OTE_DEFERRED }
        if let out { schema.export(to: out) }
        return OTE_OK
      }
    },
    evaluate: { handle, run, text, count, inputs, rows, out, error in
      answering(error) {
        let owned = OwnedStreams(inputs, count: count)
        let owner = try instance(handle, AnyEvaluatorInstance.self)
        let request = NodeRequest(json: try parsed(text))
        let evaluation = try owner.evaluator.evaluate(request, try owned.named(request), owner.run(run))
        try out?.write(answer(evaluation.report, evaluation.findings))
        if let stream = evaluation.rows, let rows { export(stream, to: rows) }
        return OTE_OK
      }
    }))

nonisolated(unsafe) private let actionTable = permanent(
  ote_action(
    struct_size: size(ote_action.self), reserved0: 0,
    run: { handle, run, text, count, inputs, out, error in
      answering(error) {
        let owned = OwnedStreams(inputs, count: count)
        let owner = try instance(handle, AnyActionInstance.self)
        let request = NodeRequest(json: try parsed(text))
        let streams = try owned.named(request)
        defer { for input in streams { input.stream.close() } }
        let result = try owner.action.perform(request, streams, owner.run(run))
        try out?.write(answer(result.report, result.findings))
        return OTE_OK
      }
    }))
