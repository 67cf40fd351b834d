// A GGUF model, callable: loaded once, computed in this process.
import CLlama
import JSONValue
import PluginKit
import Synchronization

final class ModelProvider: Provider {
  private let configuration: Configuration
  private let host: Host
  private let served = Mutex<Served?>(nil)

  /// What exists between load and unload.
  private final class Served: Sendable {
    let model: ServedModel
    let planner: RequestPlanner
    let scheduler: Scheduler
    let threads: Int

    init(_ model: ServedModel, _ planner: RequestPlanner, _ scheduler: Scheduler, threads: Int) {
      (self.model, self.planner, self.scheduler, self.threads) = (model, planner, scheduler, threads)
    }
  }

  init(configuration: Configuration, host: Host) throws {
    self.configuration = configuration
    self.host = host
  }

  deinit { served.withLock { $0 }?.scheduler.stop() }

  // ---- before loading

  func check(_ run: Run) throws -> JSONValue {
    try Library.load()
    guard let path = configuration.path else { return ["ok": true, "message": "The model comes from the pipeline."] }
    let file = try GGUFFile(path: path)
    try file.checkIsModel()
    if let adapter = configuration.adapter { try GGUFFile(path: adapter).checkIsAdapter(of: file) }
    return [
      "ok": true,
      "message": .string("\(file.title): \(file.text("general.architecture") ?? ""), \(file.tensors.count) tensors"),
    ]
  }

  func list(_ run: Run) throws -> [JSONValue] {
    try Library.load()
    guard let path = configuration.path else { return [] }
    let file = try GGUFFile(path: path)
    try file.checkIsModel()
    return [
      [
        "id": .string(path), "title": .string(file.title),
        "context_length": .int(file.integer("\(file.text("general.architecture") ?? "").context_length") ?? 0),
        "capabilities": ["generate", "embed", "logprobs", "prompt_logprobs", "grammar", "json_schema", "adapters"],
      ]
    ]
  }

  // ---- loading

  func load(_ document: JSONValue, _ run: Run) throws {
    guard served.withLock({ $0 == nil }) else { throw PluginError(.state, "the model is loaded already") }
    let files = try ModelFiles(configuration, document: document)
    let model = try ServedModel(path: files.base, host: host, run: run)
    let adapters = try AdapterFiles(
      base: model.file, standard: files.adapter.map { ($0, configuration.adapterScale) })
    let trained = Int(model.facts.trained_context)
    let context = configuration.context ?? min(trained, 4096)
    if context > trained {
      host.log(
        .warning, "the context of \(context) tokens is longer than the \(trained) the model was trained with", run: run)
    }
    let cache = max(context, configuration.cache ?? (configuration.parallel > 1 ? 2 * context : context))
    let threads = configuration.threads > 0 ? configuration.threads : run.meta.threads
    let scheduler = try Scheduler(
      model, .init(tokens: cache, batch: configuration.batch, parallel: configuration.parallel, threads: threads),
      host: host, run: run)
    let template = (configuration.chatTemplate ?? model.template).map { text in
      Result { try ChatTemplate(text, bos: model.bosText, eos: model.eosText) }
    }
    let planner = RequestPlanner(
      model: model, context: context, defaultMaxTokens: configuration.maxTokens, template: template, adapters: adapters)
    served.withLock { $0 = Served(model, planner, scheduler, threads: threads) }
  }

  func unload(_ run: Run) throws {
    let old = served.withLock { served in
      defer { served = nil }
      return served
    }
    old?.scheduler.stop()
  }

  private func loaded() throws -> Served {
    guard let served = served.withLock({ $0 }) else { throw PluginError(.state, "the model is not loaded") }
    return served
  }

  // ---- answering

  func generate(_ request: GenerateRequest, _ events: EventSink, _ run: Run) throws {
    let served = try loaded()
    let ticket = Ticket(try served.planner.plan(request))
    try served.scheduler.submit(ticket)
    // Whatever ends this call, the engine stops computing for it.
    defer { ticket.cancel() }
    var told: UInt64 = 0
    while true {
      let (taken, isEnd) = try ticket.take(milliseconds: 50)
      for (event, choice) in taken { try events.emit(event, choice: choice) }
      if isEnd { return }
      try run.checkCancelled()
      guard events.isWanted else { throw PluginError.cancelled }
      told += UInt64(taken.count)
      run.progress(told, "events")
    }
  }

  func countTokens(_ request: GenerateRequest, _ run: Run) throws -> Int {
    let served = try loaded()
    return try served.model.tokens(of: served.planner.text(of: request) + (request.continuation ?? "")).count
  }

  func embed(_ input: ImportedStream, _ request: JSONValue, _ run: Run) throws -> any BatchStream {
    let served = try loaded()
    let embedder = try Embedder(
      served.model, threads: served.threads, normalized: configuration.normalizeEmbeddings, host: host, run: run)
    return try EmbeddingStream(input, embedder, run)
  }
}

extension GGUFFile {
  var title: String { text("general.name") ?? String(path.split(separator: "/").last ?? "") }
}
