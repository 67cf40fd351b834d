// The trainer: rows to a file, the file to a model, the model to the store.
import CFastText
import JSONValue
import PluginKit

final class FastTextTrainer: Trainer {
  struct Configuration: Decodable, Sendable {
    struct Autotune: Decodable, Sendable {
      var seconds: Int
      var metric: String?
      var model_size: String?
    }

    enum Loss: String, Decodable, Sendable {
      case softmax, ova, hs
      case negative = "ns"
    }

    var text: String?
    var label: String?
    var epochs: Int?
    var learning_rate: Double?
    var dimension: Int?
    var word_ngrams: Int?
    var min_ngram: Int?
    var max_ngram: Int?
    var minimum_count: Int?
    var bucket: Int?
    var loss: Loss?
    var threads: Int?
    var seed: Int?
    var autotune: Autotune?
    var quantize: Bool?
    var cutoff: Int?
    var name: String?
    var license: String?

    var textColumn: String { text ?? "text" }
    var labelColumn: String { label ?? "label" }
  }

  static var descriptor: ComponentDescriptor { TrainerSchema.descriptor }

  private let configuration: Configuration

  init(configuration: Configuration, host: Host) throws {
    self.configuration = configuration
    if let low = configuration.min_ngram, let high = configuration.max_ngram, low > high {
      throw PluginError.configuration("the shortest n-gram is longer than the longest", at: "/min_ngram")
    }
    if let size = configuration.autotune?.model_size, size.isEmpty || !size.dropLast().allSatisfy(\.isNumber) {
      throw PluginError.configuration("a size is a number, with K, M or G behind it", at: "/autotune/model_size")
    }
    if let metric = configuration.autotune?.metric, metric != "f1", metric.dropFirst(3).contains(where: \.isWhitespace)
    {
      throw PluginError.configuration("a metric is f1, or f1:LABEL without blanks", at: "/autotune/metric")
    }
  }

  func estimate(_ request: NodeRequest, _ run: Run) throws -> JSONValue {
    // What fastText allocates first: hash buckets and words by dimension, four bytes each.
    let buckets =
      (configuration.word_ngrams ?? 1) > 1 || (configuration.max_ngram ?? 0) > 0 ? configuration.bucket ?? 2_000_000 : 0
    let bytes = Int64(buckets) * Int64(configuration.dimension ?? 100) * 4 + (64 << 20)
    return [
      "memory_bytes": .int(bytes), "device": "cpu", "words": "Buckets of n-grams; words of the data come on top.",
    ]
  }

  func train(
    _ request: NodeRequest, _ inputs: [NamedStream], _ events: EventSink, _ run: Run
  ) throws -> TrainedModel {
    let folder = try run.temporaryFolder()
    guard let stream = inputs.first(where: { $0.name == "train" })?.stream ?? inputs.first?.stream else {
      throw PluginError(.invalidArgument, "no table is connected to `train`")
    }
    let train = try file(stream, "\(folder)/train.txt", run)
    guard train.rows > 0 else {
      throw PluginError(
        .data, "no row has a text and a label: there is nothing to learn (\(train.skipped) rows lack one)",
        details: ["next": "Look at the columns `text` and `label`."])
    }
    guard train.labels.count > 1 else {
      throw PluginError(.data, "all rows have the label '\(train.labels.first ?? "")': there is nothing to tell apart")
    }
    let validation = try inputs.first { $0.name == "validation" }.map {
      try file($0.stream, "\(folder)/validation.txt", run)
    }
    if configuration.autotune != nil, validation?.rows ?? 0 == 0 {
      throw PluginError.configuration("autotune needs rows at the input `validation`", at: "/autotune")
    }
    let model = try Classifier()
    try model.train(arguments(train, validation, output: "\(folder)/model"), watch: watch(events, run))
    try run.checkCancelled()
    guard model.wordCount > 0 else {
      throw PluginError.configuration(
        "no word stands in the texts \(configuration.minimum_count ?? 1) times: nothing was learned",
        at: "/minimum_count")
    }
    if configuration.quantize == true { try model.quantize(input: train.path, cutoff: configuration.cutoff ?? 0) }
    return try finished(model, train, validation, folder, events, run)
  }

  private func file(_ stream: ImportedStream, _ path: String, _ run: Run) throws -> TrainingFile {
    try TrainingFile(stream, text: configuration.textColumn, label: configuration.labelColumn, to: path, run)
  }

  /// As the `fasttext` command has them; what the configuration leaves out stays the library's own.
  func arguments(_ train: TrainingFile, _ validation: TrainingFile?, output: String) -> [String] {
    var arguments = [
      "supervised", "-input", train.path, "-output", output, "-verbose", "2", "-thread",
      "\(configuration.threads ?? 1)",
      "-seed", "\(configuration.seed ?? 0)",
    ]
    func add(_ name: String, _ value: Any?) { if let value { arguments += [name, "\(value)"] } }
    add("-epoch", configuration.epochs)
    add("-lr", configuration.learning_rate)
    add("-dim", configuration.dimension)
    add("-wordNgrams", configuration.word_ngrams)
    add("-minn", configuration.min_ngram)
    add("-maxn", configuration.max_ngram)
    add("-minCount", configuration.minimum_count)
    add("-bucket", configuration.bucket)
    add("-loss", configuration.loss?.rawValue)
    if let autotune = configuration.autotune, let validation {
      add("-autotune-validation", validation.path)
      add("-autotune-duration", autotune.seconds)
      add("-autotune-metric", autotune.metric)
      add("-autotune-modelsize", autotune.model_size)
    }
    return arguments
  }

  /// Tells the charts; false to stop. On fastText's watching thread, one call at a time.
  private func watch(_ events: EventSink, _ run: Run) -> (Double?, Double?, Double?, Double?) -> Bool {
    var step = 0
    return { progress, loss, rate, words in
      guard !run.isCancelled else { return false }
      run.progress(UInt64((progress ?? 0) * 1000), of: progress == nil ? nil : 1000, "permille")
      guard let progress else { return true }
      step += 1
      do {
        if let loss { try events.metric("loss", loss, step: step) }
        if let rate { try events.metric("learning_rate", rate, step: step) }
        if let words { try events.metric("words_per_second", words, step: step, unit: "words/s") }
        try events.metric("epoch", progress * Double(self.configuration.epochs ?? 5), step: step)
      } catch { return false }
      return true
    }
  }

  private func finished(
    _ model: Classifier, _ train: TrainingFile, _ validation: TrainingFile?, _ folder: String, _ events: EventSink,
    _ run: Run
  ) throws -> TrainedModel {
    // Autotune with a size quantises by itself.
    let isQuantized = configuration.quantize == true || configuration.autotune?.model_size != nil
    let path = "\(folder)/model.\(isQuantized ? "ftz" : "bin")"
    try model.save(path)
    let tested = try validation.flatMap { $0.rows > 0 ? try model.test($0.path) : nil }
    if let tested { try events.metric("eval_precision", tested.precision, step: 1) }
    let settings = model.settings
    let metadata: JSONValue = [
      "labels": .int(Int64(model.labelCount)), "words": .int(Int64(model.wordCount)), "rows": .int(Int64(train.rows)),
      "seed": .int(Int64(configuration.seed ?? 0)), "threads": .int(Int64(configuration.threads ?? 1)),
      "learning_rate": .double(settings.learning_rate), "dimension": .int(Int64(settings.dimension)),
      "epochs": .int(Int64(settings.epochs)), "word_ngrams": .int(Int64(settings.word_ngrams)),
      "bucket": .int(Int64(settings.bucket)), "min_ngram": .int(Int64(settings.min_ngram)),
      "max_ngram": .int(Int64(settings.max_ngram)), "minimum_count": .int(Int64(settings.minimum_count)),
      "quantized": .bool(isQuantized),
    ]
    var document: [String: JSONValue] = [
      "format": "fasttext", "serve": ["use": "fasttext/model", "with": [:]], "metadata": metadata,
    ]
    document["license"] = configuration.license.map { .string($0) }
    document["name"] = configuration.name.map { .string($0) }
    let receipt = try run.publish(path, kind: "model", metadata: .object(document))
    document["path"] = receipt["path"]
    document["artifact"] = receipt["artifact"] ?? receipt["digest"]
    return TrainedModel(.object(document), report: TrainerReport.json(train, validation, tested, metadata, receipt))
  }
}
