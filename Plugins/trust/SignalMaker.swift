// From rows to signals: texts at once, models in parallel, embeddings all together.
import ModelCalls
import PluginKit

struct SignalMaker {
  let configuration: TrustConfiguration
  let plan: SignalPlan
  let answers: ModelAnswers
  let run: Run

  /// Rows whose samples are embedded together; also how often progress is told at least.
  static let chunk = 256

  /// One list of signals for each row, in the plan's order. `firstRow` numbers the seeds.
  func signals(_ rows: [AnswerRow], firstRow: Int, done: (Int) -> Void) throws -> [[Double?]] {
    var result: [[Double?]] = []
    var start = 0
    while start < rows.count {
      let end = min(start + Self.chunk, rows.count)
      let part = Array(rows[start..<end])
      result += try chunk(part, firstRow: firstRow + start) { done(start + $0) }
      start = end
    }
    return result
  }

  private var width: Int { configuration.parallel ?? 4 }

  private func chunk(_ rows: [AnswerRow], firstRow: Int, done: (Int) -> Void) throws -> [[Double?]] {
    let asked = try Parallel.map(rows.count, width: width, run, done: done) { [plan, configuration, answers] index in
      try Self.completed(rows[index], plan, configuration, answers, number: firstRow + index)
    }
    let entropies = plan.signals.contains(.embeddingClusterEntropy) ? try embeddingEntropies(asked) : []
    return try Parallel.map(rows.count, width: width, run, done: done) { [plan, configuration, answers] index in
      try plan.signals.map { signal in
        signal == .embeddingClusterEntropy
          ? entropies[index] : try Self.value(signal, asked[index], configuration, answers)
      }
    }
  }

  /// The row with what the model adds to it.
  private static func completed(
    _ row: AnswerRow, _ plan: SignalPlan, _ configuration: TrustConfiguration, _ answers: ModelAnswers, number: Int
  ) throws -> AnswerRow {
    var row = row
    if plan.needsScoring(configuration) { row.logProbabilities = try answers.score(row) }
    let lacksSamples = plan.needsSamples && configuration.samples == nil
    if lacksSamples, let drawn = try answers.sample(row, number: number) {
      row.samples = drawn.texts
      if configuration.sample_logprobs == nil { row.sampleLogProbabilities = drawn.logProbabilities }
    }
    return row
  }

  private static func value(
    _ signal: Signal, _ row: AnswerRow, _ configuration: TrustConfiguration, _ answers: ModelAnswers
  ) throws -> Double? {
    func surprise() -> (mean: Double, max: Double)? {
      guard let answer = row.answer, let samples = row.samples else { return nil }
      return NgramConsistency.signals(answer: answer, samples: samples, order: configuration.order)
    }
    switch signal {
    case .tokenLogProbabilityMean:
      return configuration.logprob_mean == nil
        ? row.logProbabilities.flatMap { TokenSignals.mean($0) } : row.meanLogProbability
    case .tokenLogProbabilityMinimum:
      return configuration.logprob_min == nil ? row.logProbabilities?.min() : row.lowestLogProbability
    case .predictiveEntropy: return row.sampleLogProbabilities.flatMap { TokenSignals.predictiveEntropy($0) }
    case .ngramSurpriseMean: return surprise()?.mean
    case .ngramSurpriseMaximum: return surprise()?.max
    case .semanticEntropy:
      guard let samples = row.samples, !samples.isEmpty else { return nil }
      return try answers.semanticEntropy(row, samples)
    case .contextOverlap:
      guard let answer = row.answer, let context = row.context else { return nil }
      return ContextOverlap.share(answer: answer, context: context)
    case .judgeVerdict: return try answers.verdict(row)
    case .embeddingClusterEntropy: return nil
    }
  }

  private func embeddingEntropies(_ rows: [AnswerRow]) throws -> [Double?] {
    let schema = Schema([Field("text", .utf8, nullable: false)])
    var builder = BatchBuilder(schema)
    for row in rows { for sample in row.samples ?? [] { builder[0].append(sample) } }
    guard builder.rowCount > 0 else { return rows.map { _ in nil } }
    let count = builder.rowCount
    let stream = try run.model("embedder").embed(BatchList(schema: schema, batches: [builder.finish()]))
    defer { stream.close() }
    var vectors: [[Float]?] = []
    while let batch = try stream.next() {
      try run.checkCancelled()
      guard let column = batch.column("embedding") else { break }
      for row in 0..<batch.rowCount {
        vectors.append(column.list(row).map { list in (0..<list.count).map { Float(list.double($0) ?? .nan) } })
      }
    }
    guard vectors.count == count else {
      throw PluginError(.internal, "the embedder answered \(vectors.count) embeddings for \(count) texts")
    }
    var next = 0
    return rows.map { row in
      let own = vectors[next..<(next + (row.samples?.count ?? 0))].compactMap { $0 }
      defer { next += row.samples?.count ?? 0 }
      guard own.count == row.samples?.count, !own.isEmpty else { return nil }
      return Clusters.embeddingEntropy(own, similarity: configuration.similarity ?? 0.9)
    }
  }
}
