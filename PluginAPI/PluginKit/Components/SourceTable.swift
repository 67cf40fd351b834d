// The C face of sources.
internal import CPluginABI
internal import JSONValue

class AnySourceInstance: Instance {
  var source: any Source { fatalError("a source instance without a source") }
  override var component: any Component { source }
  override func table(_ interface: String) -> UnsafeRawPointer? {
    interface == OTE_SOURCE ? UnsafeRawPointer(sourceTable) : nil
  }
}

final class SourceInstance<S: Source>: AnySourceInstance {
  private let concrete: S
  init(_ concrete: S, host: Host) {
    self.concrete = concrete
    super.init(host: host)
  }
  override var source: any Source { concrete }
}

nonisolated(unsafe) private let sourceTable = permanent(
  ote_source(
    struct_size: size(ote_source.self), reserved0: 0,
    check: { handle, run, out, error in
      answering(error) {
        let owner = try instance(handle, AnySourceInstance.self)
        try out?.write(try owner.source.check(owner.run(run)).text)
        return OTE_OK
      }
    },
    discover: { handle, run, out, error in
      answering(error) {
        let owner = try instance(handle, AnySourceInstance.self)
        try out?.write(try owner.source.discover(owner.run(run)).text)
        return OTE_OK
      }
    },
    bind: { handle, run, out, error in
      answering(error) {
        let owner = try instance(handle, AnySourceInstance.self)
        guard let schema = try owner.source.bind(owner.run(run)) else { return OTE_DEFERRED }
        if let out { schema.export(to: out) }
        return OTE_OK
      }
    },
    plan: { handle, run, scan, out, error in
      answering(error) {
        let owner = try instance(handle, AnySourceInstance.self)
        let partitions = try owner.source.plan(try ScanRequest(json: try parsed(scan)), owner.run(run))
        try out?.write(JSONValue.object(["partitions": .array(partitions)]).text)
        return OTE_OK
      }
    },
    open: { handle, run, scan, out, error in
      answering(error) {
        let owner = try instance(handle, AnySourceInstance.self)
        let stream = try owner.source.open(try ScanRequest(json: try parsed(scan)), owner.run(run))
        guard let out else { throw PluginError(.invalidArgument, "the host passed no place for the stream") }
        export(stream, to: out)
        return OTE_OK
      }
    }))
