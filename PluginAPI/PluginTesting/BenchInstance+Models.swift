// Providers, trainers, evaluators, actions and notifiers on the bench.
internal import CPluginABI
public import JSONValue
public import PluginKit

extension BenchInstance {
  public func load(_ model: JSONValue = [:]) throws {
    let provider = try table(OTE_PROVIDER, as: ote_provider.self)
    _ = try Answers.of("load") { _, error in model.text.withC { provider.load(handle, bench.run, $0, error) } }
  }

  public func models() throws -> [JSONValue] {
    let provider = try table(OTE_PROVIDER, as: ote_provider.self)
    return try json("list") { provider.list(handle, bench.run, $0, $1) }["models"]?.array ?? []
  }

  /// Any thread. `onEvent` answers false to stop; `isWanted` is what the provider hears when it asks between events.
  @discardableResult
  public func generate(
    _ request: GenerateRequest, onEvent: ((ModelEvent, Int) -> Bool)? = nil,
    isWanted: @escaping () -> Bool = { true }
  ) throws -> [ModelEvent] {
    let provider = try table(OTE_PROVIDER, as: ote_provider.self)
    var events: [ModelEvent] = []
    let receiver = EventReceiver(isWanted: isWanted) { event, choice in
      events.append(event)
      return onEvent?(event, choice) ?? true
    }
    do {
      _ = try Answers.of("generate") { _, error in
        request.json.text.withC { text in receiver.withSink { provider.generate(handle, bench.run, text, $0, error) } }
      }
    } catch { throw receiver.failure ?? error }
    return events
  }

  public func embed(_ stream: any BatchStream) throws -> ImportedStream {
    let provider = try table(OTE_PROVIDER, as: ote_provider.self)
    let given = StreamPlaces([stream])
    let out = StreamPlaces(1)
    _ = try Answers.of("embed") { _, error in
      "{}".withC { provider.embed(handle, bench.run, $0, given.pointer, out.pointer, error) }
    }
    return try out.imported(0)
  }

  public func countTokens(_ request: GenerateRequest) throws -> Int {
    let provider = try table(OTE_PROVIDER, as: ote_provider.self)
    var count: UInt64 = 0
    _ = try Answers.of("count_tokens") { _, error in
      request.json.text.withC { provider.count_tokens(handle, bench.run, $0, &count, error) }
    }
    return Int(count)
  }

  /// Answers the model document, the report, and every metric in order.
  public func train(
    _ inputs: [(name: String, stream: any BatchStream)], onEvent: ((ModelEvent) -> Bool)? = nil
  ) throws -> (model: JSONValue, report: JSONValue?, events: [ModelEvent]) {
    let trainer = try table(OTE_TRAINER, as: ote_trainer.self)
    let given = StreamPlaces(inputs.map(\.stream))
    var events: [ModelEvent] = []
    let receiver = EventReceiver { event, _ in
      events.append(event)
      return onEvent?(event) ?? true
    }
    let answer = try json("train") { out, error in
      request(inputs.map(\.name)).text.withC { text in
        receiver.withSink {
          trainer.train(handle, bench.run, text, UInt32(inputs.count), given.pointer, $0, out, error)
        }
      }
    }
    return (answer["model"] ?? .null, answer["report"], events)
  }

  public func estimate() throws -> JSONValue {
    let trainer = try table(OTE_TRAINER, as: ote_trainer.self)
    return try json("estimate") { out, error in
      request([]).text.withC { trainer.estimate(handle, bench.run, $0, out, error) }
    }
  }

  /// Answers the report, the findings, and the rows where there are any.
  public func evaluate(
    _ inputs: [(name: String, stream: any BatchStream)]
  ) throws -> (report: JSONValue, findings: [JSONValue], rows: ImportedStream?) {
    let evaluator = try table(OTE_EVALUATOR, as: ote_evaluator.self)
    let given = StreamPlaces(inputs.map(\.stream))
    let rows = StreamPlaces(1)
    let answer = try json("evaluate") { out, error in
      request(inputs.map(\.name)).text.withC {
        evaluator.evaluate(
          handle, bench.run, $0, UInt32(inputs.count), given.pointer, rows.pointer, out, error)
      }
    }
    return (answer["report"] ?? .null, answer["findings"]?.array ?? [], rows.isFilled(0) ? try rows.imported(0) : nil)
  }

  /// The schema of an evaluator's rows, nil where only the data tells.
  public func bindRows(_ inputs: [(name: String, schema: Schema)]) throws -> Schema? {
    let evaluator = try table(OTE_EVALUATOR, as: ote_evaluator.self)
    let given = SchemaPlaces(inputs.map(\.schema))
    let out = SchemaPlaces(1)
    var status: ote_status = 0
    _ = try Answers.of("bind") { _, error in
      status = request(inputs.map(\.name)).text.withC { text in
        given.withList { evaluator.bind(handle, bench.run, text, UInt32(inputs.count), $0, out.pointer, error) }
      }
      return status
    }
    return status == OTE_DEFERRED ? nil : try out.imported(0)
  }

  public func perform(
    _ inputs: [(name: String, stream: any BatchStream)] = []
  ) throws -> (report: JSONValue, findings: [JSONValue]) {
    let action = try table(OTE_ACTION, as: ote_action.self)
    let given = StreamPlaces(inputs.map(\.stream))
    let answer = try json("run") { out, error in
      request(inputs.map(\.name)).text.withC {
        action.run(handle, bench.run, $0, UInt32(inputs.count), given.pointer, out, error)
      }
    }
    return (answer["report"] ?? .null, answer["findings"]?.array ?? [])
  }

  public func notify(_ event: JSONValue) throws -> JSONValue {
    let notifier = try table(OTE_NOTIFIER, as: ote_notifier.self)
    return try json("notify") { out, error in
      event.text.withC { notifier.notify(handle, bench.run, $0, out, error) }
    }
  }
}
