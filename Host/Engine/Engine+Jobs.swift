// Nodes that deal in models: providers are there to be asked, trainers, evaluators and actions work once.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import WorkerProtocol

extension Engine {
  /// An evaluator says what its rows will look like; trainers and actions have no rows.
  func bindEvaluator(_ node: NodeRun) throws(Problem) {
    let evaluator = try node.interface(OTE_EVALUATOR, as: ote_evaluator.self)
    guard let bind = evaluator.bind else { return }
    let inputs = node.plan.streamInputs
    let schemas = inputs.map { schema(at: $0) }
    guard schemas.allSatisfy({ $0 != nil }) else { return }
    let loan = SchemaLoan(schemas)
    var out = ArrowSchema()
    let status = try node.call(OTE_CALL_BIND) { error in
      withText(requestText(node, inputs: inputs.map(\.name))) { request in
        loan.withPointers {
          bind(node.instance?.pointer, node.handle, request, UInt32(inputs.count), $0, &out, error)
        }
      }
    }
    defer { out.release?(&out) }
    guard status != ote_status(OTE_DEFERRED), out.release != nil,
      let port = node.plan.component.outputs.first(where: { $0.type == .table })
    else { return }
    node.boundSchemas[port.name] = try imported(&out, node)
  }

  func openProvider(_ node: NodeRun) throws(Problem) {
    let cells = try values(for: node)
    let artifact = node.plan.modelInputs.first.flatMap { cells.models[$0.name] } ?? .known(node.plan.model ?? [:])
    providers[node.plan.name] = try ProviderRun(node, artifact: artifact, ledger: ledger(of: node))
  }

  /// Nodes that go through the same connection share its budget.
  private func ledger(of node: NodeRun) -> ConnectionLedger? {
    guard let allowance = node.plan.allowance else { return nil }
    let ledger = ledgers[allowance.connection] ?? ConnectionLedger(allowance)
    ledgers[allowance.connection] = ledger
    ledger.join(node)
    return ledger
  }

  func openJob(_ node: NodeRun) throws(Problem) {
    if case .preview = plan.mode, node.plan.component.kind != .evaluator {
      throw node.problem(
        .kindNotRunnable, "a preview does not run '\(node.plan.name)', a \(node.plan.component.kind.rawValue)")
    }
    var streams: [(input: PlanInput, stream: any BatchStream)] = []
    for input in node.plan.streamInputs { streams.append((input, try take(input, for: node))) }
    let job = JobRun(node, streams: streams, values: try values(for: node))
    jobs[node.plan.name] = job
    guard let port = node.plan.component.outputs.first(where: { $0.type == .table }),
      !consumers(of: node.plan.name).filter({ $0.input.output == port.name }).isEmpty
        || shownPort(of: node) == port.name
    else { return }
    // Where only the data tells what the rows look like, the work is done before anybody reads them.
    var schema = node.boundSchemas[port.name]
    if schema == nil { schema = try job.outcome().rows?.schema }
    guard let schema else {
      throw node.problem(.contractBroken, "evaluate answered no rows, and a node reads them")
    }
    distribute([port.name: LateStream(job, schema: schema)], of: node)
  }

  /// Models and reports at a node's inputs. What a node may ask through ote.models/1 is noted with it.
  private func values(for node: NodeRun) throws(Problem) -> JobInputs {
    var values = JobInputs()
    for input in node.plan.modelInputs {
      if let provider = providers[input.node] {
        node.models[input.name] = provider
        values.models[input.name] = .provider(provider)
      } else if let job = jobs[input.node] {
        values.models[input.name] = .job(job)
      } else {
        throw node.problem(.kindNotRunnable, "'\(input.node)' makes no model that '\(node.plan.name)' could use")
      }
    }
    for input in node.plan.reportInputs {
      guard let job = jobs[input.node] else {
        throw node.problem(.kindNotRunnable, "'\(input.node)' makes no report that '\(node.plan.name)' could read")
      }
      values.reports[input.name] = .job(job)
    }
    return values
  }

  /// For stages and checks, which only ask the models that are connected to them.
  func connectModels(_ node: NodeRun) throws(Problem) { _ = try values(for: node) }

  /// A thread for each: they wait for one another as they are connected.
  func jobThreads() -> [WorkerThread] {
    nodes.compactMap { jobs[$0.plan.name] }.map { job in
      WorkerThread(job.node.plan.name) { [self] in
        if job.node.plan.component.kind == .action, isStopped(above: job.node) { return job.node.setStatus(.skipped) }
        do throws(Problem) { try job.outcome() } catch { job.node.state.fail(error) }
      }
    }
  }

  /// Whether a gate above has stopped the run; waits until all gates there have decided.
  private func isStopped(above node: NodeRun) -> Bool {
    var waiting = [node.plan.name]
    var seen: Set<String> = []
    while let name = waiting.popLast() {
      for input in byName[name]?.plan.inputs ?? [] where seen.insert(input.node).inserted {
        waiting.append(input.node)
        if let job = jobs[input.node] {
          guard (try? job.outcome()) != nil else { return true }
          if job.checked?.blocks ?? false { return true }
        }
        if let check = checks.first(where: { $0.node.plan.name == input.node }) {
          guard let outcome = try? check.outcome() else { return true }
          if outcome.blocks { return true }
        }
      }
    }
    return false
  }
}
