// Rows in, the same rows with their answers out, in order, while several are being asked.
import JSONValue
import PluginKit

final class AnswerStream: BatchStream {
  /// Rows a batch has at most: answers come slowly, and what is done should be seen.
  private static let rowsPerBatch = 256

  let schema: Schema
  private let input: ImportedStream
  private let prompt: BoundPrompt
  private let layout: AnswerLayout
  private let configuration: GenerateConfiguration
  private let run: Run
  private let concurrency: Int

  /// Made by the first `next`: a model may only become callable once data flows.
  private var asking: Asking?
  private var work: OrderedWork<Question, RowResult>?
  private var store: (any AnswerStore)?

  /// Parts of the input whose rows are under way, the oldest first.
  private var parts: [RecordBatch] = []
  /// The batch being read, and its rows that were not asked yet.
  private var reading: (batch: RecordBatch, next: Int)?
  private var isInputOver = false
  private var ordinal = 0
  private var columns: AnswerColumns
  private var tally: AnswerTally

  enum Question: Sendable {
    case ask(GenerateRequest)
    case failed(PluginError)
  }

  init(
    _ input: ImportedStream, schema: Schema, prompt: BoundPrompt, _ layout: AnswerLayout,
    _ configuration: GenerateConfiguration, _ run: Run
  ) {
    self.input = input
    self.schema = schema
    self.prompt = prompt
    self.layout = layout
    self.configuration = configuration
    self.run = run
    concurrency = configuration.concurrency ?? 4
    columns = AnswerColumns(layout)
    tally = AnswerTally(configuration)
  }

  func next() throws -> RecordBatch? {
    do { return try nextBatch() } catch {
      // What runs may be paid for already: it comes to its end and is kept for the next attempt.
      work?.drain { !run.isCancelled && tick() }
      asking?.stop()
      try? store?.flush()
      throw error
    }
  }

  private func nextBatch() throws -> RecordBatch? {
    let work = try started()
    while true {
      try refill(work)
      guard let part = parts.first else {
        try tally.finish(run)
        try store?.finish()
        return nil
      }
      if columns.rowCount == part.rowCount {
        parts.removeFirst()
        tally.report(run, misfits: columns.misfits)
        return part.adding(columnsOf: columns.finish())
      }
      try run.checkCancelled()
      guard let result = work.take(within: 0.1) else {
        tick()
        continue
      }
      try tally.count(result)
      try columns.append(result)
      tick()
    }
  }

  private func started() throws -> OrderedWork<Question, RowResult> {
    if let work { return work }
    let store = try CacheConfiguration.store(configuration.cache, run)
    let asking = try Asking(run.model("model"), run, store, Attempts(configuration.retries))
    let work = OrderedWork<Question, RowResult> { question in
      switch question {
      case .ask(let request): asking.result(of: request)
      case .failed(let error): RowResult(error: error)
      }
    }
    (self.store, self.asking, self.work) = (store, asking, work)
    try work.start(threads: concurrency)
    return work
  }

  /// Keeps the threads busy, and no more rows than that in memory.
  private func refill(_ work: OrderedWork<Question, RowResult>) throws {
    while work.outstanding < concurrency * 4 {
      guard let (batch, row) = try nextRow() else { return }
      let question: Question
      do { question = .ask(try prompt.request(batch, row, ordinal: ordinal)) } catch let error as PluginError {
        question = .failed(error)
      }
      work.submit(question)
      ordinal += 1
    }
  }

  private func nextRow() throws -> (RecordBatch, Int)? {
    while !isInputOver {
      if let (batch, row) = reading, row < batch.rowCount {
        if row % Self.rowsPerBatch == 0 { parts.append(batch.slice(row, Self.rowsPerBatch)) }
        reading = (batch, row + 1)
        return (batch, row)
      }
      reading = try input.next().map { ($0, 0) }
      isInputOver = reading == nil
    }
    return nil
  }

  /// The sign of life.
  @discardableResult
  private func tick() -> Bool {
    tally.tick(run)
    return true
  }

  func close() {
    asking?.stop()
    work?.stop()
    try? store?.flush()
    input.close()
  }
}
