// The C face of sinks.
internal import CPluginABI
internal import JSONValue

class AnySinkInstance: Instance {
  var sink: any Sink { fatalError("a sink instance without a sink") }
  override var component: any Component { sink }
  override func table(_ interface: String) -> UnsafeRawPointer? {
    interface == OTE_SINK ? UnsafeRawPointer(sinkTable) : nil
  }
}

final class SinkInstance<S: Sink>: AnySinkInstance {
  private let concrete: S
  init(_ concrete: S, host: Host) {
    self.concrete = concrete
    super.init(host: host)
  }
  override var sink: any Sink { concrete }
}

private func imported(_ schema: UnsafePointer<ArrowSchema>?) throws -> Schema {
  guard let schema else { throw PluginError(.invalidArgument, "the host passed no schema") }
  return try Schema(importing: schema)
}

nonisolated(unsafe) private let sinkTable = permanent(
  ote_sink(
    struct_size: size(ote_sink.self), reserved0: 0,
    bind: { handle, _, request, schema, error in
      answering(error) {
        let owner = try instance(handle, AnySinkInstance.self)
        try owner.sink.bind(try imported(schema), input: inputNames(try parsed(request), count: 1)[0])
        return OTE_OK
      }
    },
    begin: { handle, run, _, schema, error in
      answering(error) {
        let owner = try instance(handle, AnySinkInstance.self)
        try owner.sink.begin(try imported(schema), owner.run(run))
        return OTE_OK
      }
    },
    write: { handle, run, input, out, error in
      answering(error) {
        let owned = OwnedStreams(input, count: 1)
        let owner = try instance(handle, AnySinkInstance.self)
        guard let stream = try owned.take(0) else { throw PluginError(.invalidArgument, "the host passed no stream") }
        defer { stream.close() }
        try out?.write(try owner.sink.write(stream, owner.run(run)).text)
        return OTE_OK
      }
    },
    commit: { handle, run, out, error in
      answering(error) {
        let owner = try instance(handle, AnySinkInstance.self)
        try out?.write(try owner.sink.commit(owner.run(run)).text)
        return OTE_OK
      }
    },
    abort: { handle, run, error in
      answering(error) {
        let owner = try instance(handle, AnySinkInstance.self)
        try owner.sink.abort(owner.run(run))
        return OTE_OK
      }
    }))
