// What the configured columns hold in each row.
import Glibc
import PluginKit
import Statistics

struct RowReader {
  struct Row {
    /// From 0, over the whole table.
    var number: Int
    /// nil for perplexity.
    var prompt: String?
    /// What is scored: the text, or each choice as it follows the prompt.
    var texts: [String] = []
    /// Choices without what stands before them.
    var choices: [String] = []
    var right = 0
    /// Where nobody has to be asked.
    var given: [Likelihood]?
    var group: String??
    var cluster: String??
    /// It has all that judging needs.
    var isComplete = false
  }

  private let settings: LikelihoodSettings
  private let text: Int?
  private let prompt: Int?
  private let choices: [Int]
  private let answer: Int?
  private let given: Int?
  private let tokens: Int?
  private let group: Int?
  private let cluster: Int?

  init(_ settings: LikelihoodSettings, _ schema: Schema) throws {
    self.settings = settings
    let isChoice = settings.task == .multipleChoice
    func find(_ name: String?, _ pointer: String) throws -> Int? {
      try name.map { try TableColumns.index($0, in: schema, at: pointer) }
    }
    text = isChoice ? nil : try find(settings.text, "/text")
    prompt = isChoice ? try find(settings.prompt, "/prompt") : nil
    choices =
      isChoice
      ? try settings.choices.enumerated().map { try TableColumns.index($1, in: schema, at: "/choices/\($0)") } : []
    answer = isChoice ? try find(settings.answer, "/answer") : nil
    given = try find(settings.logLikelihood, "/log_likelihood")
    tokens = isChoice ? nil : try settings.tokens.map { try TableColumns.number($0, in: schema, at: "/tokens") }
    group = try find(settings.groupBy, "/group_by")
    cluster = try find(settings.cluster, "/cluster")
    if let given {
      let type = schema.fields[given].type
      guard isChoice ? type.isList : type.isNumber else {
        throw PluginError.configuration(
          "column '\(schema.fields[given].name)' holds \(type), where \(isChoice ? "lists of numbers" : "numbers") are needed",
          at: "/log_likelihood")
      }
    }
  }

  /// `first` is the number of the first row.
  func rows(_ batch: RecordBatch, first: Int) -> [Row] {
    let columns = (0..<batch.columnCount).map { batch.column($0) }
    return (0..<batch.rowCount).map { index in
      var row = Row(number: first + index)
      row.group = group.map { Self.text(columns[$0], index) }
      row.cluster = cluster.map { Self.text(columns[$0], index) }
      switch settings.task {
      case .perplexity: readText(columns, index, &row)
      case .multipleChoice: readChoices(columns, index, &row)
      }
      return row
    }
  }

  private static func text(_ column: Column, _ row: Int) -> String? { column.isNull(row) ? nil : column.text(row) }

  private func readText(_ columns: [Column], _ index: Int, _ row: inout Row) {
    guard let text = text.flatMap({ Self.text(columns[$0], index) }), !text.isEmpty else { return }
    row.texts = [text]
    if let given {
      guard let value = columns[given].double(index), !value.isNaN else { return }
      let tokens = tokens.flatMap { columns[$0].int64(index) }
      row.given = [Likelihood(logLikelihood: value, tokens: Int(clamping: tokens ?? 0), isGreedy: nil)]
    }
    row.isComplete = true
  }

  private func readChoices(_ columns: [Column], _ index: Int, _ row: inout Row) {
    guard let choices = choiceTexts(columns, index), choices.count >= 2, !choices.contains(""),
      let answer, let right = rightChoice(columns[answer], index, choices)
    else { return }
    row.choices = choices
    row.right = right
    if let given {
      guard let list = columns[given].list(index), list.count == choices.count else { return }
      let values = (0..<list.count).compactMap { list.double($0) }
      guard values.count == choices.count, !values.contains(where: \.isNaN) else { return }
      row.given = values.map { Likelihood(logLikelihood: $0, tokens: 0, isGreedy: nil) }
    } else {
      guard let prompt = prompt.flatMap({ Self.text(columns[$0], index) }), !prompt.isEmpty else { return }
      let (question, space) = TextSize.splitTrailingSpace(prompt)
      row.prompt = question
      row.texts = choices.map { space + settings.delimiter + $0 }
    }
    row.isComplete = true
  }

  /// nil where one is missing.
  private func choiceTexts(_ columns: [Column], _ index: Int) -> [String]? {
    if choices.count == 1, columns[choices[0]].type.isList {
      guard let list = columns[choices[0]].list(index) else { return nil }
      let texts = (0..<list.count).compactMap { Self.text(list, $0) }
      return texts.count == list.count ? texts : nil
    }
    let texts = choices.compactMap { Self.text(columns[$0], index) }
    return texts.count == choices.count ? texts : nil
  }

  /// A number, the text of a choice, or a letter; in a column of text the text counts first.
  private func rightChoice(_ column: Column, _ index: Int, _ choices: [String]) -> Int? {
    func within(_ place: Int) -> Int? { choices.indices.contains(place) ? place : nil }
    if column.type.isNumber { return column.int64(index).flatMap { within(Int(clamping: $0) - settings.answerFrom) } }
    guard let text = Self.text(column, index) else { return nil }
    if let place = choices.firstIndex(of: text) { return place }
    if text.utf8.count == 1, let letter = text.uppercased().utf8.first, letter >= 0x41, letter <= 0x5A {
      return within(Int(letter) - 0x41)
    }
    return Int(text).flatMap { within($0 - settings.answerFrom) }
  }
}

enum Perplexity {
  static func perToken(_ logLikelihood: Double, _ tokens: Int) -> Double { exp(-logLikelihood / Double(tokens)) }
}
