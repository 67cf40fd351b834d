// The C face of trainers.
internal import CPluginABI
internal import JSONValue

class AnyTrainerInstance: Instance {
  var trainer: any Trainer { fatalError("a trainer instance without a trainer") }
  override var component: any Component { trainer }
  override func table(_ interface: String) -> UnsafeRawPointer? {
    interface == OTE_TRAINER ? UnsafeRawPointer(trainerTable) : nil
  }
}

final class TrainerInstance<T: Trainer>: AnyTrainerInstance {
  private let concrete: T
  init(_ concrete: T, host: Host) {
    self.concrete = concrete
    super.init(host: host)
  }
  override var trainer: any Trainer { concrete }
}

extension OwnedStreams {
  /// All of them, by the request's names.
  func named(_ request: NodeRequest) throws -> [NamedStream] {
    try takeAll().enumerated().map { index, stream in
      NamedStream(
        name: request.inputs.indices.contains(index) ? request.inputs[index] : "input\(index)", stream: stream)
    }
  }
}

nonisolated(unsafe) private let trainerTable = permanent(
  ote_trainer(
    struct_size: size(ote_trainer.self), reserved0: 0,
    estimate: { handle, run, text, out, error in
      answering(error) {
        let owner = try instance(handle, AnyTrainerInstance.self)
        try out?.write(try owner.trainer.estimate(NodeRequest(json: try parsed(text)), owner.run(run)).text)
        return OTE_OK
      }
    },
    train: { handle, run, text, count, inputs, sink, out, error in
      answering(error) {
        let owned = OwnedStreams(inputs, count: count)
        let owner = try instance(handle, AnyTrainerInstance.self)
        let request = NodeRequest(json: try parsed(text))
        let streams = try owned.named(request)
        defer { for input in streams { input.stream.close() } }
        let trained = try owner.trainer.train(request, streams, EventSink(sink), owner.run(run))
        var answer: [String: JSONValue] = ["model": trained.model]
        answer["report"] = trained.report
        try out?.write(JSONValue.object(answer).text)
        return OTE_OK
      }
    }))
