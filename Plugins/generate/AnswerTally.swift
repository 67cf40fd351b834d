// How many rows went how: for metrics, progress, and the share that may fail.
import JSONValue
import ModelCalls
import PluginKit

struct AnswerTally {
  /// So many rows one after another that failed for the same kind of reason are no accident.
  private static let failuresInARow = 25

  private let endsAtFirst: Bool
  private let share: Double
  private var rows = 0
  private var failed = 0
  private var inARow = 0
  private var firstFailure: PluginError?
  private var cached = 0
  private var calls = 0
  private var inputTokens = 0
  private var outputTokens = 0
  private var toldAt = 0.0

  init(_ configuration: GenerateConfiguration) {
    endsAtFirst = (configuration.on_error ?? .fail) == .fail
    share = configuration.at_most ?? 0.1
  }

  /// Throws the row's error where the run cannot go on after it.
  mutating func count(_ result: RowResult) throws {
    let row = rows
    rows += 1
    calls += result.calls
    if result.isCached { cached += 1 }
    if !result.isCached {
      inputTokens += result.answer?.inputTokens ?? 0
      outputTokens += result.answer?.outputTokens ?? 0
    }
    guard let error = result.error else {
      inARow = 0
      return
    }
    failed += 1
    if error.status == .cancelled { throw error }
    let told = Self.named(error, row)
    firstFailure = firstFailure ?? told
    if endsAtFirst || !error.concernsOneRow { throw told }
    inARow = error.retryable ? inARow + 1 : 0
    if inARow == Self.failuresInARow {
      throw PluginError(
        error.status, "\(inARow) rows one after another got no answer. The last: \(told.message)", retryable: true,
        details: told.details)
    }
  }

  private static func named(_ error: PluginError, _ row: Int) -> PluginError {
    // What every row would have met is not this row's.
    if error.details["row"] != nil || !error.concernsOneRow { return error }
    var told = error
    told.message = "row \(row): \(error.message)"
    told.details["row"] = .int(Int64(row))
    return told
  }

  func finish(_ run: Run) throws {
    guard failed > 0, Double(failed) > share * Double(rows), let firstFailure else { return }
    throw PluginError(
      firstFailure.status,
      "\(failed) of \(rows) rows got no answer, more than the \(share * 100) % that may. The first: "
        + firstFailure.message, details: firstFailure.details)
  }

  mutating func tick(_ run: Run) {
    let now = Clock.now
    guard now - toldAt >= 0.5 else { return }
    toldAt = now
    run.progress(UInt64(rows), "rows")
  }

  func report(_ run: Run, misfits: Int) {
    run.progress(UInt64(rows), "rows")
    run.metric("rows", Double(rows), unit: "rows")
    run.metric("rows_failed", Double(failed), unit: "rows")
    run.metric("rows_from_cache", Double(cached), unit: "rows")
    run.metric("rows_misfit", Double(misfits), unit: "rows")
    run.metric("calls", Double(calls), unit: "calls")
    run.metric("input_tokens", Double(inputTokens), unit: "tokens")
    run.metric("output_tokens", Double(outputTokens), unit: "tokens")
  }
}
