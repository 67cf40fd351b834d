// The C face of providers.
internal import CPluginABI
internal import JSONValue

class AnyProviderInstance: Instance {
  var provider: any Provider { fatalError("a provider instance without a provider") }
  override var component: any Component { provider }
  override func table(_ interface: String) -> UnsafeRawPointer? {
    interface == OTE_PROVIDER ? UnsafeRawPointer(providerTable) : nil
  }
}

final class ProviderInstance<P: Provider>: AnyProviderInstance {
  private let concrete: P
  init(_ concrete: P, host: Host) {
    self.concrete = concrete
    super.init(host: host)
  }
  override var provider: any Provider { concrete }
}

private func request(_ text: ote_str) throws -> GenerateRequest { try GenerateRequest(json: try parsed(text)) }

nonisolated(unsafe) private let providerTable = permanent(
  ote_provider(
    struct_size: size(ote_provider.self), reserved0: 0,
    check: { handle, run, out, error in
      answering(error) {
        let owner = try instance(handle, AnyProviderInstance.self)
        try out?.write(try owner.provider.check(owner.run(run)).text)
        return OTE_OK
      }
    },
    list: { handle, run, out, error in
      answering(error) {
        let owner = try instance(handle, AnyProviderInstance.self)
        try out?.write(JSONValue.object(["models": .array(try owner.provider.list(owner.run(run)))]).text)
        return OTE_OK
      }
    },
    load: { handle, run, model, error in
      answering(error) {
        let owner = try instance(handle, AnyProviderInstance.self)
        try owner.provider.load(try parsed(model), owner.run(run))
        return OTE_OK
      }
    },
    unload: { handle, _, error in
      answering(error) {
        let owner = try instance(handle, AnyProviderInstance.self)
        try owner.provider.unload(owner.run(nil))
        return OTE_OK
      }
    },
    generate: { handle, run, text, sink, error in
      answering(error) {
        let owner = try instance(handle, AnyProviderInstance.self)
        try owner.provider.generate(try request(text), EventSink(sink), owner.run(run))
        return OTE_OK
      }
    },
    embed: { handle, run, text, input, out, error in
      answering(error) {
        let owned = OwnedStreams(input, count: 1)
        let owner = try instance(handle, AnyProviderInstance.self)
        guard let stream = try owned.take(0), let out else {
          throw PluginError(.invalidArgument, "the host passed no stream, or no place for one")
        }
        export(try owner.provider.embed(stream, try parsed(text), owner.run(run)), to: out)
        return OTE_OK
      }
    },
    count_tokens: { handle, run, text, count, error in
      answering(error) {
        let owner = try instance(handle, AnyProviderInstance.self)
        count?.pointee = UInt64(max(0, try owner.provider.countTokens(try request(text), owner.run(run))))
        return OTE_OK
      }
    }))
