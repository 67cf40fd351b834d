// Schemas before any data: every node says what it will give for what it gets.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import WorkerProtocol
import Synchronization

/// What bind and open requests carry: input names in port order.
func requestText(_ node: NodeRun, inputs: [String], scans: [JSONValue]? = nil) -> String {
  var request: [String: JSONValue] = ["inputs": .array(inputs.map { .string($0) })]
  if let scans { request["scan"] = .array(scans) }
  return JSONValue.object(request).text
}

/// C copies of schemas for the time of one call.
final class SchemaLoan {
  let pointers: [UnsafeMutablePointer<ArrowSchema>?]

  init(_ schemas: [Schema?]) {
    pointers = schemas.map { schema in
      guard let schema else { return nil }
      let pointer = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
      pointer.initialize(to: ArrowSchema())
      schema.export(to: pointer)
      return pointer
    }
  }

  deinit {
    for case let pointer? in pointers {
      pointer.pointee.release?(pointer)
      pointer.deallocate()
    }
  }

  func withPointers<R>(_ body: (UnsafePointer<UnsafePointer<ArrowSchema>?>) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) {
      try (pointers.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { try body($0.baseAddress!) }
    }
  }
}

/// Sample streams for the time of one call; those that the plugin does not take are released.
final class SampleLoan {
  private var pointers: [UnsafeMutablePointer<ArrowArrayStream>?] = []

  func append(_ stream: (any BatchStream)?) {
    guard let stream else { return pointers.append(nil) }
    let pointer = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
    export(stream, to: pointer)
    pointers.append(pointer)
  }

  deinit {
    for case let pointer? in pointers {
      pointer.pointee.release?(pointer)
      pointer.deallocate()
    }
  }

  func withPointers<R>(_ body: (UnsafePointer<UnsafeMutablePointer<ArrowArrayStream>?>) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) {
      try (pointers + [nil]).withUnsafeBufferPointer { try body($0.baseAddress!) }
    }
  }
}

extension Engine {
  func bind() throws(Problem) {
    for node in nodes where takesPart(node) {
      if state.isStopping { return }
      if resumes(node) {
        let reader = try BatchFileReader(path: Materialization.path(plan, node: node.plan.name))
        node.boundSchemas[mainOutput(of: node)] = reader.schema
        continue
      }
      switch node.plan.component.kind {
      case .source: try bindSource(node)
      case .stage: try bindStage(node)
      case .check: try bindCheck(node)
      case .sink: try bindSink(node)
      case .evaluator: try bindEvaluator(node)
      case .provider, .trainer, .action: break
      case .notifier:
        throw node.problem(.kindNotRunnable, "a notifier is no node of a pipeline: name it under 'notify'")
      }
    }
    planFusion()
  }

  static func mainOutput(of node: PlanNode) -> String { node.component.connectableOutputs.first?.name ?? "table" }
  func mainOutput(of node: NodeRun) -> String { Self.mainOutput(of: node.plan) }

  func schema(at input: PlanInput) -> Schema? { byName[input.node]?.boundSchemas[input.output] }

  private func bindSource(_ node: NodeRun) throws(Problem) {
    let table = try node.interface(OTE_SOURCE, as: ote_source.self)
    guard let bind = table.bind else { return }
    var out = ArrowSchema()
    let status = try node.call(OTE_CALL_BIND) { bind(node.instance?.pointer, node.handle, &out, $0) }
    defer { out.release?(&out) }
    guard status != ote_status(OTE_DEFERRED) else { return }
    node.boundSchemas[mainOutput(of: node)] = try imported(&out, node)
  }

  func imported(_ schema: inout ArrowSchema, _ node: NodeRun) throws(Problem) -> Schema {
    guard schema.release != nil else { throw node.problem(.contractBroken, "bind returned OK without a schema") }
    do { return try Schema(importing: &schema) } catch {
      throw node.problem(.invalidArrow, "bind returned a malformed schema: \(error)")
    }
  }

  private func bindStage(_ node: NodeRun) throws(Problem) {
    let table = try node.interface(OTE_STAGE, as: ote_stage.self)
    guard let bind = table.bind else { return }
    let inputs = node.plan.streamInputs
    let schemas = SchemaLoan(inputs.map { schema(at: $0) })
    let samples = try sampleStreams(for: node)
    let ports = node.plan.component.outputs
    let out = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: max(1, ports.count))
    out.initialize(repeating: ArrowSchema(), count: max(1, ports.count))
    defer {
      for index in ports.indices { out[index].release?(out + index) }
      out.deallocate()
    }
    let answer = ByteSink()
    let status = try node.call(OTE_CALL_BIND) { error in
      withText(requestText(node, inputs: inputs.map(\.name))) { request in
        schemas.withPointers { schemas in
          samples.withPointers { samples in
            bind(
              node.instance?.pointer, node.handle, request, UInt32(inputs.count), schemas, samples,
              UInt32(ports.count), out, answer.pointer, error)
          }
        }
      }
    }
    guard status != ote_status(OTE_DEFERRED) else { return }
    for (index, port) in ports.enumerated() { node.boundSchemas[port.name] = try imported(&out[index], node) }
    try readAnswer(answer, node)
  }

  private func readAnswer(_ answer: ByteSink, _ node: NodeRun) throws(Problem) {
    guard !answer.bytes.isEmpty else { return }
    guard let json = try? answer.json(), let columns = json["columns"]?.array ?? .some([]) else {
      throw node.problem(.contractBroken, "bind's answer is no valid JSON")
    }
    for (input, needed) in zip(node.plan.streamInputs, columns) {
      if let names = needed.array { node.neededColumns[input.name] = names.compactMap(\.string) }
    }
  }

  private func bindCheck(_ node: NodeRun) throws(Problem) {
    let check = try node.interface(OTE_CHECK, as: ote_check.self)
    guard let main = node.plan.streamInputs.first, let table = schema(at: main) else { return }
    let main_ = mainOutput(of: node)
    node.boundSchemas[main_] = table
    node.boundSchemas["failing"] = FailingStream.schema(of: table)
    node.boundSchemas["findings"] = Findings.schema
    guard let bind = check.bind else { return }
    let references = node.plan.streamInputs.dropFirst().map { schema(at: $0) }
    guard references.allSatisfy({ $0 != nil }) else { return }
    let loan = SchemaLoan([table] + references)
    try node.call(OTE_CALL_BIND) { error in
      withText(requestText(node, inputs: node.plan.streamInputs.map(\.name))) { request in
        loan.withPointers {
          bind(node.instance?.pointer, node.handle, request, $0[0], UInt32(references.count), $0 + 1, error)
        }
      }
    }
  }

  private func bindSink(_ node: NodeRun) throws(Problem) {
    let sink = try node.interface(OTE_SINK, as: ote_sink.self)
    guard let bind = sink.bind, let input = node.plan.inputs.first, let schema = schema(at: input) else { return }
    try node.call(OTE_CALL_BIND) { error in
      withText(requestText(node, inputs: [input.name])) { request in
        SchemaLoan([schema]).withPointers { bind(node.instance?.pointer, node.handle, request, $0[0], error) }
      }
    }
  }

  /// Neighbours of one plugin that can become one query: the stream goes over unwrapped.
  private func planFusion() {
    for node in nodes where takesPart(node) && !resumes(node) {
      for input in node.plan.inputs {
        guard let producer = byName[input.node], !resumes(producer), producer.plan.plugin == node.plan.plugin,
          node.plan.component.kind != .check, [.source, .stage].contains(producer.plan.component.kind),
          producer.plan.component.fuses, node.plan.component.fuses, !producer.plan.materialize,
          consumers(of: input.node).count == 1
        else { continue }
        producer.remembered.withLock {
          $0.fusedInto = node.plan.name
          $0.countsRowsOut = false
        }
        node.remembered.withLock { $0.countsRowsIn = false }
      }
    }
  }

  /// One edge with the node at its end: two nodes may read the same output under the same name.
  struct Consumer {
    let reader: NodeRun
    let input: PlanInput
    /// Under which an open output waits for its reader.
    var key: String { "\(reader.plan.name)\u{0}\(input.name)" }
  }

  /// Every edge from the given node to one that takes part.
  func consumers(of name: String) -> [Consumer] {
    nodes.filter { takesPart($0) && !resumes($0) }.flatMap { reader in
      reader.plan.inputs.filter { $0.node == name }.map { Consumer(reader: reader, input: $0) }
    }
  }

  func boundNodes() -> [BoundNode] {
    nodes.map { node in
      let ports = node.plan.component.connectableOutputs
      var outputs: [String: JSONValue?] = [:]
      for port in ports { outputs.updateValue(node.boundSchemas[port.name]?.json, forKey: port.name) }
      return BoundNode(
        node: node.plan.name, outputs: outputs, columns: node.neededColumns.mapValues { Optional($0) },
        fusedInto: node.fusedInto)
    }
  }
}
