// The columns of a batch as what the judge sees and what people said.
import PluginKit

struct JudgeInputs {
  private let configuration: JudgeConfiguration

  /// Throws where a column is missing or holds the wrong type.
  init(_ configuration: JudgeConfiguration, _ schema: Schema) throws {
    self.configuration = configuration
    func need(_ column: String?, _ pointer: String, numbers: Bool = false) throws {
      guard let column else { return }
      guard let field = schema[column] else {
        throw PluginError.configuration(
          "there is no column '\(column)'; the table has \(schema.fields.map(\.name).joined(separator: ", "))",
          at: pointer)
      }
      guard numbers ? field.type.isNumber : field.type.isText else {
        throw PluginError.configuration(
          "column '\(column)' holds \(field.type), and has to hold \(numbers ? "numbers" : "text")", at: pointer)
      }
    }
    try need(configuration.questionColumn, "/question")
    try need(configuration.answerColumn, "/answer")
    try need(configuration.reference, "/reference")
    if configuration.isPairwise {
      try need(configuration.otherColumn, "/other")
      try need(configuration.label, "/label")
    }
    for (index, criterion) in (configuration.criteria ?? []).enumerated() {
      try need(criterion.label, "/criteria/\(index)/label", numbers: true)
    }
    if let taken = schema.fields.first(where: { $0.name.hasPrefix("judge_") }) {
      throw PluginError.configuration(
        "the table has a column '\(taken.name)' already; rename it, as columns named judge_… are added here", at: "")
    }
  }

  /// nil for a row without question or answer: nothing is judged there.
  func rows(_ batch: RecordBatch) -> [JudgedRow?] {
    func column(_ name: String?) -> Column? { name.flatMap { batch.column($0) } }
    let (question, answer) = (column(configuration.questionColumn), column(configuration.answerColumn))
    let other = configuration.isPairwise ? column(configuration.otherColumn) : nil
    let reference = column(configuration.reference)
    return (0..<batch.rowCount).map { row in
      guard let asked = question?.string(row), let answered = answer?.string(row) else { return nil }
      if configuration.isPairwise, other?.string(row) == nil { return nil }
      return JudgedRow(
        question: asked, answer: answered, other: other?.string(row), reference: reference?.string(row))
    }
  }

  /// What people scored: one number for each criterion, nil where nobody did.
  func humanScores(_ batch: RecordBatch) -> [[Double?]] {
    let columns = (configuration.criteria ?? []).map { $0.label.flatMap { batch.column($0) } }
    return (0..<batch.rowCount).map { row in columns.map { $0?.double(row) } }
  }

  /// What people found better. Throws for another word.
  func humanPreferences(_ batch: RecordBatch, firstRow: Int) throws -> [Preference?] {
    let column = configuration.label.flatMap { batch.column($0) }
    return try (0..<batch.rowCount).map { row in
      guard let word = column?.string(row) else { return nil }
      guard let preference = Preference(rawValue: word.lowercased()) else {
        throw PluginError.data(
          "column '\(configuration.label ?? "")' holds '\(word)' in row \(firstRow + row + 1): people's verdicts are a, b or tie",
          row: firstRow + row)
      }
      return preference
    }
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
