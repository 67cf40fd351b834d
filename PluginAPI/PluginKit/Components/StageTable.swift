// The C face of stages.
internal import CPluginABI
internal import JSONValue

class AnyStageInstance: Instance {
  var stage: any Stage { fatalError("a stage instance without a stage") }
  override var component: any Component { stage }
  override func table(_ interface: String) -> UnsafeRawPointer? {
    interface == OTE_STAGE ? UnsafeRawPointer(stageTable) : nil
  }
}

final class StageInstance<S: Stage>: AnyStageInstance {
  private let concrete: S
  init(_ concrete: S, host: Host) {
    self.concrete = concrete
    super.init(host: host)
  }
  override var stage: any Stage { concrete }
}

/// C streams that passed to this call: each is released unless someone took it.
struct OwnedStreams: ~Copyable {
  private let pointers: [UnsafeMutablePointer<ArrowArrayStream>?]

  init(_ first: UnsafeMutablePointer<ArrowArrayStream>?, count: UInt32) {
    pointers = (0..<Int(count)).map { index in first.map { $0 + index } }
  }

  init(_ list: UnsafePointer<UnsafeMutablePointer<ArrowArrayStream>?>?, listCount: UInt32) {
    pointers = (0..<Int(listCount)).map { index in list.flatMap { $0[index] } }
  }

  deinit {
    for pointer in pointers {
      guard let pointer, let release = pointer.pointee.release else { continue }
      release(pointer)
      pointer.pointee.release = nil
    }
  }

  /// The stream at a position, nil where none was passed.
  func take(_ index: Int) throws -> ImportedStream? {
    guard let pointer = pointers[index], pointer.pointee.release != nil else { return nil }
    return try ImportedStream(moving: pointer)
  }

  func takeAll() throws -> [ImportedStream] {
    try pointers.indices.map { index in
      guard let stream = try take(index) else { throw PluginError(.invalidArgument, "input \(index) has no stream") }
      return stream
    }
  }
}

/// Names by position; the host names every input, and an input without one is "input0" and so on.
func inputNames(_ request: JSONValue, count: Int) -> [String] {
  let names = BindRequest(json: request).inputs
  return (0..<count).map { $0 < names.count ? names[$0] : "input\($0)" }
}

nonisolated(unsafe) private let stageTable = permanent(
  ote_stage(
    struct_size: size(ote_stage.self), reserved0: 0,
    bind: { handle, run, request, inputCount, inputs, samples, outputCount, out, answer, error in
      answering(error) {
        let samples = OwnedStreams(samples, listCount: inputCount)
        let owner = try instance(handle, AnyStageInstance.self)
        let names = inputNames(try parsed(request), count: Int(inputCount))
        var bound: [InputSchema] = []
        for index in 0..<Int(inputCount) {
          let schema = try inputs?[index].map { try Schema(importing: $0) }
          bound.append(InputSchema(name: names[index], schema: schema, sample: try samples.take(index)))
        }
        defer { for input in bound { input.sample?.close() } }
        return try answered(try owner.stage.bind(bound, owner.run(run)), outputCount, out, answer)
      }
    },
    open: { handle, run, request, inputCount, inputs, outputCount, out, error in
      answering(error) {
        let owned = OwnedStreams(inputs, count: inputCount)
        let owner = try instance(handle, AnyStageInstance.self)
        let request = try parsed(request)
        let given = request["scan"]?.array ?? []
        let scans = try (0..<Int(outputCount)).map { index in
          try index < given.count && !given[index].isNull ? ScanRequest(json: given[index]) : nil
        }
        let streams = try owner.stage.open(
          try owned.takeAll(), names: inputNames(request, count: Int(inputCount)), scans: scans, owner.run(run))
        guard streams.count == Int(outputCount), let out else {
          throw PluginError(.internal, "the stage opened \(streams.count) streams for \(outputCount) outputs")
        }
        for (index, stream) in streams.enumerated() { export(stream, to: out + index) }
        return OTE_OK
      }
    }))

private func answered(
  _ bound: BoundOutputs, _ count: UInt32, _ out: UnsafeMutablePointer<ArrowSchema>?,
  _ answer: UnsafeMutablePointer<ote_writer>?
) throws -> ote_status {
  if bound.columns.contains(where: { $0 != nil }) {
    let columns = bound.columns.map { list in list.map { JSONValue.array($0.map { .string($0) }) } ?? .null }
    try answer?.write(JSONValue.object(["columns": .array(columns)]).text)
  }
  guard let schemas = bound.schemas else { return OTE_DEFERRED }
  guard schemas.count == Int(count), let out else {
    throw PluginError(.internal, "the stage named \(schemas.count) schemas for \(count) outputs")
  }
  for (index, schema) in schemas.enumerated() { schema.export(to: out + index) }
  return OTE_OK
}
