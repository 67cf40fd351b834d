// The columns of a batch as what signals are made from.
import JSONValue
import PluginKit

/// One row before any model was asked.
struct AnswerRow: Sendable {
  var question: String?
  var answer: String?
  var context: String?
  var logProbabilities: [Double]?
  /// Where columns tell the figures themselves.
  var meanLogProbability: Double?
  var lowestLogProbability: Double?
  var samples: [String]?
  var sampleLogProbabilities: [[Double]]?
}

/// Where the columns stand; made once for a table.
struct InputColumns {
  private let configuration: TrustConfiguration
  private let schema: Schema

  /// Throws where a column is missing or holds the wrong type.
  init(_ configuration: TrustConfiguration, _ schema: Schema) throws {
    self.configuration = configuration
    self.schema = schema
    try need(configuration.questionColumn, "/question", "text") { $0.isText }
    try need(configuration.answerColumn, "/answer", "text") { $0.isText }
    try need(configuration.context, "/context", "text") { $0.isText }
    try need(configuration.labelColumn, "/label", "true and false, or 1 and 0") { $0 == .bool || $0.isNumber }
    try need(configuration.split, "/split", "text") { $0.isText }
    try need(configuration.logprobs, "/logprobs", "lists of numbers") { $0.listItem?.type.isNumber == true }
    try need(configuration.logprob_mean, "/logprob_mean", "numbers") { $0.isNumber }
    try need(configuration.logprob_min, "/logprob_min", "numbers") { $0.isNumber }
    try need(configuration.samples, "/samples", "lists of texts") { $0.listItem?.type.isText == true }
    try need(configuration.sample_logprobs, "/sample_logprobs", "lists of lists of numbers") {
      $0.listItem?.type.listItem?.type.isNumber == true
    }
    if let taken = schema.fields.first(where: { $0.name.hasPrefix("trust_") }) {
      throw PluginError.configuration(
        "the table has a column '\(taken.name)' already; rename it, as columns named trust_… are added here", at: "")
    }
  }

  private func need(_ column: String?, _ pointer: String, _ what: String, _ fits: (DataType) -> Bool) throws {
    guard let column else { return }
    guard let field = schema[column] else {
      throw PluginError.configuration(
        "there is no column '\(column)'; the table has \(schema.fields.map(\.name).joined(separator: ", "))",
        at: pointer)
    }
    guard fits(field.type) else {
      throw PluginError.configuration("column '\(column)' holds \(field.type), and has to hold \(what)", at: pointer)
    }
  }

  func rows(_ batch: RecordBatch) -> [AnswerRow] {
    func column(_ name: String?) -> Column? { name.flatMap { batch.column($0) } }
    let (question, answer) = (column(configuration.questionColumn), column(configuration.answerColumn))
    let context = column(configuration.context)
    let (logs, samples) = (column(configuration.logprobs), column(configuration.samples))
    let sampleLogs = column(configuration.sample_logprobs)
    let (means, lowest) = (column(configuration.logprob_mean), column(configuration.logprob_min))
    return (0..<batch.rowCount).map { row in
      AnswerRow(
        question: question?.string(row), answer: answer?.string(row), context: context?.string(row),
        logProbabilities: logs?.list(row).flatMap { numbers($0) }, meanLogProbability: means?.double(row),
        lowestLogProbability: lowest?.double(row),
        samples: samples?.list(row).flatMap { list in everything((0..<list.count).map { list.string($0) }) },
        sampleLogProbabilities: sampleLogs?.list(row).flatMap { list in
          everything((0..<list.count).map { list.list($0).flatMap { numbers($0) } })
        })
    }
  }

  /// nil where one is missing: a figure over the rest would be another figure.
  private func everything<T>(_ values: [T?]) -> [T]? {
    let all = values.compactMap { $0 }
    return all.count == values.count ? all : nil
  }

  private func numbers(_ list: Column) -> [Double]? {
    everything((0..<list.count).map { row in list.double(row).flatMap { $0.isFinite ? $0 : nil } })
  }

  /// Throws for a label that is neither.
  func labels(_ batch: RecordBatch, firstRow: Int) throws -> [Bool?] {
    guard let column = batch.column(configuration.labelColumn) else { return [] }
    return try (0..<batch.rowCount).map { row in
      if column.isNull(row) { return nil }
      if let value = column.bool(row) { return value }
      if let number = column.double(row), number == 0 || number == 1 { return number == 1 }
      throw PluginError.data(
        "column '\(configuration.labelColumn)' holds \(column.text(row)) in row \(firstRow + row + 1): a label is 1 or 0, "
          + "true or false, or null where nobody knows", row: firstRow + row)
    }
  }

  func splits(_ batch: RecordBatch) -> [String?] {
    let column = configuration.split.flatMap { batch.column($0) }
    return (0..<batch.rowCount).map { column?.string($0) }
  }
}

extension DataType {
  var isNumber: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float16, .float32, .float64, .decimal: true
    default: false
    }
  }
}
