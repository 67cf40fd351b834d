// Opening: every node's streams are made and joined, from the sources down. No data moves yet.
import CPluginABI
import CWorker
import FoundationEssentials
import JSONValue
import Model
import PluginKit
import PluginLoader

extension Engine {
  func open() throws(Problem) {
    do {
      try FileManager.default.createDirectory(atPath: "\(plan.folder)/tmp", withIntermediateDirectories: true)
    } catch { throw Problem(.inputOutputFailed, "cannot make the run's folder: \(error)", origin: .external) }
    for node in nodes where takesPart(node) {
      if state.isStopping { return }
      if resumes(node) {
        let reader = try BatchFileReader(path: Materialization.path(plan, node: node.plan.name))
        distribute([mainOutput(of: node): reader], of: node)
        continue
      }
      switch node.plan.component.kind {
      case .source:
        let stream = try openSource(node, as: node, scan: scan(for: node, output: mainOutput(of: node)))
        try finishOpening(node, [mainOutput(of: node): stream])
      case .stage:
        try connectModels(node)
        try openStage(node)
      case .check:
        try connectModels(node)
        try openCheck(node)
      case .sink: sinks.append(try SinkRun(node, input: take(node.plan.inputs[0], for: node)))
      case .provider: try openProvider(node)
      case .trainer, .evaluator, .action: try openJob(node)
      case .notifier: break
      }
    }
  }

  /// What the only reader of an output says it needs; null asks for everything.
  private func scan(for node: NodeRun, output: String) -> JSONValue {
    let readers = consumers(of: node.plan.name, output)
    guard node.plan.component.pushdown.contains("columns"), !node.plan.materialize, readers.count == 1,
      let columns = readers[0].reader.neededColumns[readers[0].input.name]
    else { return [:] }
    return ["columns": .array(columns.map { .string($0) })]
  }

  func openSource(_ node: NodeRun, as owner: NodeRun, scan: JSONValue) throws(Problem) -> PluginStream {
    let table = try node.interface(OTE_SOURCE, as: ote_source.self)
    guard let open = table.open else { throw node.problem(.contractBroken, "the source has no open") }
    let out = StreamArray(count: 1, filled: false)
    owner.setStatus(.running)
    try owner.call(OTE_CALL_OPEN) { error in
      withText(scan.text) { out.filled(by: open(node.instance?.pointer, owner.handle, $0, out.pointer, error)) }
    }
    let stream = try PluginStream(moving: out.pointer, node: owner, port: mainOutput(of: node))
    pluginStreams.append(stream)
    twins.append(owner)
    return stream
  }

  private func openStage(_ node: NodeRun) throws(Problem) {
    let table = try node.interface(OTE_STAGE, as: ote_stage.self)
    guard let open = table.open else { throw node.problem(.contractBroken, "the stage has no open") }
    let inputs = node.plan.streamInputs
    let streams = StreamArray(count: inputs.count, filled: true)
    for (index, input) in inputs.enumerated() { try hand(input, to: node, into: streams.pointer + index) }
    let ports = node.plan.component.outputs
    let out = StreamArray(count: ports.count, filled: false)
    let request = requestText(
      node, inputs: inputs.map(\.name), scans: ports.map { scan(for: node, output: $0.name) })
    node.setStatus(.running)
    streams.giveAway()
    try node.call(OTE_CALL_OPEN) { error in
      withText(request) {
        out.filled(
          by: open(
            node.instance?.pointer, node.handle, $0, UInt32(inputs.count), streams.pointer, UInt32(ports.count),
            out.pointer, error))
      }
    }
    var made: [String: any BatchStream] = [:]
    for (index, port) in ports.enumerated() {
      let stream = try PluginStream(moving: out.pointer + index, node: node, port: port.name)
      pluginStreams.append(stream)
      made[port.name] = stream
    }
    try finishOpening(node, made)
  }

  /// Compares with what bind promised, keeps what is to be materialised, and hands the outputs out.
  private func finishOpening(_ node: NodeRun, _ streams: [String: any BatchStream]) throws(Problem) {
    var streams = streams
    for (port, stream) in streams {
      if let promised = node.boundSchemas[port] { try compare(stream.schema, promised, node, port) }
      if node.fusedInto != nil, let raw = stream as? PluginStream, !consumers(of: node.plan.name, port).isEmpty {
        rawOutputs["\(node.plan.name)\u{0}\(port)"] = raw
      }
    }
    let main = mainOutput(of: node)
    if node.plan.materialize, let stream = streams[main] {
      streams[main] = try MaterializingStream(stream, node: node)
    }
    distribute(streams, of: node)
  }

  private func consumers(of name: String, _ port: String) -> [Consumer] {
    consumers(of: name).filter { $0.input.output == port }
  }

  private func compare(_ schema: Schema, _ promised: Schema, _ node: NodeRun, _ port: String) throws(Problem) {
    func words(_ fields: [Field]) -> [String] { fields.map { "\($0.name): \($0.type)" } }
    let got = words(schema.fields)
    if got == words(promised.fields) { return }
    let wanted = scan(for: node, output: port)["columns"]?.array?.compactMap(\.string)
    if let wanted, got == words(wanted.compactMap { promised[$0] }) { return }
    throw node.problem(
      .contractBroken,
      "bind promised (\(words(promised.fields).joined(separator: ", "))) at port '\(port)', open gives "
        + "(\(got.joined(separator: ", ")))")
  }

  private func openCheck(_ node: NodeRun) throws(Problem) {
    let table = try node.interface(OTE_CHECK, as: ote_check.self)
    let upstream = try take(node.plan.streamInputs[0], for: node)
    var references: [(name: String, stream: any BatchStream)] = []
    for input in node.plan.streamInputs.dropFirst() { references.append((input.name, try take(input, for: node))) }
    let quarantines = node.plan.gate?.action == .quarantine
    let shown = shownPort(of: node)
    let readsFailing = !consumers(of: node.plan.name, "failing").isEmpty || shown == "failing"
    let readsFindings = !consumers(of: node.plan.name, "findings").isEmpty || shown == "findings"
    let holds = quarantines || readsFindingsBeforeTable(node) || shown.map { $0 != mainOutput(of: node) } ?? false
    let check = CheckRun(
      node: node, table: table, upstream: upstream, references: references, keepsRows: holds || readsFailing,
      holdsRows: holds)
    checks.append(check)
    state.onStop { check.result.change { if $0 == nil { $0 = .failure(Stopping()) } } }
    var streams: [String: any BatchStream] = [
      mainOutput(of: node): holds ? HeldStream(check) : PassingStream(check)
    ]
    if readsFailing { streams["failing"] = FailingStream(check) }
    if readsFindings { streams["findings"] = FindingsStream(check) }
    try finishOpening(node, streams)
  }

  /// Whether all who read the check's table also read what it found. They may wait for findings first, which only the
  /// reading of the table would bring about.
  private func readsFindingsBeforeTable(_ node: NodeRun) -> Bool {
    let name = node.plan.name
    let table = ends(behind: consumers(of: name, mainOutput(of: node)))
    let found = ends(behind: consumers(of: name, "failing") + consumers(of: name, "findings"))
    return !table.isEmpty && table.isSubset(of: found)
  }

  /// The nodes whose own thread pulls: sinks, and those whose main output the host reads to its end.
  private func ends(behind edges: [Consumer]) -> Set<String> {
    var ends: Set<String> = []
    var seen: Set<String> = []
    var waiting = edges.map(\.reader)
    while let reader = waiting.popLast() {
      guard seen.insert(reader.plan.name).inserted else { continue }
      if reader.worksOnce {
        ends.insert(reader.plan.name)
        continue
      }
      if consumers(of: reader.plan.name, mainOutput(of: reader)).isEmpty { ends.insert(reader.plan.name) }
      waiting += consumers(of: reader.plan.name).map(\.reader)
    }
    return ends
  }

  /// One reader takes the stream itself, several share a tee, and with none the host reads it to its end.
  func distribute(_ streams: [String: any BatchStream], of node: NodeRun) {
    for (port, stream) in streams {
      let readers = consumers(of: node.plan.name, port)
      if readers.isEmpty {
        if port == shownPort(of: node) ?? mainOutput(of: node) {
          drains.append((node, stream))
        } else if node.plan.component.kind == .check {
          unread.append(stream)
        } else {
          stream.close()
        }
      } else if readers.count == 1 {
        outputs[node.plan.name, default: [:]][readers[0].key] = stream
      } else {
        let tee = FanOut(
          stream, readers: readers.count, node: node, port: port, folder: "\(plan.folder)/tmp",
          bytesMax: plan.limits.edgeBytes)
        for (index, reader) in readers.enumerated() {
          outputs[node.plan.name, default: [:]][reader.key] = tee.reader(index)
        }
      }
    }
  }

  func take(_ input: PlanInput, for node: NodeRun) throws(Problem) -> any BatchStream {
    guard let stream = outputs[input.node]?.removeValue(forKey: "\(node.plan.name)\u{0}\(input.name)") else {
      throw node.problem(.hostFailed, "nobody opened \(input.node).\(input.output)")
    }
    return stream
  }

  /// Puts an input into a C stream: raw to the producer's own neighbour, else through a counting edge.
  private func hand(
    _ input: PlanInput, to node: NodeRun, into out: UnsafeMutablePointer<ArrowArrayStream>
  ) throws(Problem) {
    let stream = try take(input, for: node)
    if byName[input.node]?.fusedInto == node.plan.name,
      let raw = rawOutputs.removeValue(forKey: "\(input.node)\u{0}\(input.output)")
    {
      raw.moveRaw(to: out)
      return
    }
    export(EdgeStream(stream, reader: node, input: input.name), to: out)
  }

  /// For a sink, which begins with a schema before it writes.
  func rawStream(_ input: PlanInput, of node: NodeRun) -> PluginStream? {
    guard byName[input.node]?.fusedInto == node.plan.name else { return nil }
    return rawOutputs.removeValue(forKey: "\(input.node)\u{0}\(input.output)")
  }
}
