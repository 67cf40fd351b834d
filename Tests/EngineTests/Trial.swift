// Runs a plan in this process and keeps what came of it: the tests' one way to an engine.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import TestSupport
import WorkerProtocol

@testable import Engine

/// A plan in the making: nodes are added from the sources down, as a resolved pipeline lists them.
final class Trial {
  let recorder = Recorder()
  /// What the host keeps; several trials may share it.
  let store: MemoryStore
  let folder: TemporaryFolder
  var limits = RunLimits()
  var mode = RunPlan.Mode.run
  var attempt = 1
  /// The event of a scripted component at which somebody asks the run to stop.
  var cancelAt: String?
  private var plugins = [PlanPlugin(name: "scripted", version: "1.0.0", digest: "sha256:0", path: "")]
  var nodes: [PlanNode] = []
  private static let components: PluginDescription = try! Scripted.plugin.descriptor.decode(PluginDescription.self)

  init(folder: TemporaryFolder = TemporaryFolder(), store: MemoryStore = MemoryStore()) {
    self.folder = folder
    self.store = store
    limits.stallSeconds = 60
  }

  /// A node of the scripted plugin. An input is "node" for its main output or "node.port"; its name is "name=node.port"
  /// or the port's.
  @discardableResult
  func node(
    _ name: String, _ component: String, _ script: [String: JSONValue] = [:], from inputs: String..., gate: Gate? = nil,
    materialize: Bool = false
  ) -> Trial {
    var configuration = script
    configuration["recorder"] = .string(recorder.name)
    configuration["node"] = .string(name)
    return add(
      name, plugin: "scripted", Self.components.component(component)!, .object(configuration), inputs, gate, materialize
    )
  }

  /// A node of a fixture: source, stage, check or sink.
  @discardableResult
  func fixture(
    _ plugin: String, _ name: String, _ configuration: JSONValue = [:], from inputs: String..., gate: Gate? = nil
  ) throws -> Trial {
    if !plugins.contains(where: { $0.name == plugin }) {
      let path = "\(try Products.plugin(plugin))/lib\(plugin).so"
      plugins.append(PlanPlugin(name: plugin, version: "1.0.0", digest: "sha256:1", path: path))
    }
    let table: JSONValue = [["name": "table", "type": "table"]]
    let component: JSONValue = [
      "name": .string(name), "kind": .string(name), "inputs": name == "source" ? [] : table,
      "outputs": name == "sink" ? [] : table,
    ]
    return add(
      name, plugin: plugin, try component.decode(ComponentDescription.self), configuration, inputs, gate, false)
  }

  private func add(
    _ name: String, plugin: String, _ component: ComponentDescription, _ configuration: JSONValue, _ inputs: [String],
    _ gate: Gate?, _ materialize: Bool
  ) -> Trial {
    let ends = inputs.enumerated().map { index, text in
      let parts = text.split(separator: "=").map(String.init)
      let place = parts[parts.count - 1].split(separator: ".").map(String.init)
      let producer = nodes.first { $0.name == place[0] }
      let main = producer?.component.connectableOutputs.first?.name ?? "table"
      let ports = component.inputs
      let port = (ports.first { $0.name == parts[0] && parts.count == 2 } ?? ports[min(index, ports.count - 1)]).name
      return PlanInput(
        port: port, name: parts.count == 2 ? parts[0] : port, node: place[0], output: place.count == 2 ? place[1] : main
      )
    }
    nodes.append(
      PlanNode(
        name: name, plugin: plugin, component: component, configuration: configuration, inputs: ends, gate: gate,
        materialize: materialize))
    return self
  }

  func run() -> Ran {
    let plan = RunPlan(
      mode: mode, run: "RUN", attempt: attempt, pipeline: "trial", startedAt: "2026-01-01T00:00:00.000Z",
      plugins: plugins, nodes: nodes, folder: folder.path, limits: limits)
    let store = store
    let control = ControlPlane { store.answer($0) }
    let engine = Engine(plan: plan, link: control.link, linked: ["scripted": Scripted.plugin.module(0x10000)!.pointee])
    let state = engine.state
    let cancelAt = cancelAt
    recorder.onEvent { if $0 == cancelAt { state.cancel() } }
    let outcome = engine.run()
    recorder.onEvent(nil)
    return Ran(
      outcome: outcome, messages: control.messages(), recorder: recorder, boundaryNode: ote_boundary_node())
  }
}

/// What came of a run.
struct Ran {
  let outcome: RunOutcome
  let messages: [WorkerMessage]
  let recorder: Recorder
  /// Who this thread is inside of after the run: nobody, if every crossing was undone.
  let boundaryNode: Int32

  var status: RunStatus { outcome.status }
  var problem: Problem? { outcome.problems.first }
  var leaks: [String] { recorder.leaks + (boundaryNode == OTE_NODE_HOST ? [] : ["still inside node \(boundaryNode)"]) }

  func report(of node: String) -> NodeReport? { outcome.nodes.first { $0.name == node } }

  var bound: [BoundNode] {
    for case .bound(let nodes) in messages { return nodes }
    return []
  }

  var logs: [LogLine] {
    messages.compactMap { if case .log(let line) = $0 { line } else { nil } }
  }

  var metrics: [MetricPoint] {
    messages.compactMap { if case .metric(let point) = $0 { point } else { nil } }
  }

  var failing: [Problem] {
    messages.compactMap { if case .failing(let problem) = $0 { problem } else { nil } }
  }
}
