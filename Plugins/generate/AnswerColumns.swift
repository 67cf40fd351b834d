// The columns that answers become.
import JSONValue
import PluginKit

/// Which columns there are, by the configuration alone.
struct AnswerLayout {
  struct Extracted {
    let field: Field
    let pointer: String
    let isFromTools: Bool
    let kind: ValueKind
  }

  let samples: Int
  let hasTools: Bool
  let hasLogs: Bool
  let extracted: [Extracted]
  let fields: [Field]

  init(_ configuration: GenerateConfiguration) throws {
    samples = configuration.samples ?? 1
    hasTools = configuration.tools != nil || configuration.tools_column != nil
    hasLogs = configuration.log_probabilities ?? false
    let prefix = configuration.prefix ?? ""
    extracted = try (configuration.columns ?? []).enumerated().map { index, column in
      let at = "/columns/\(index)"
      let kind = try ValueKind(column.type ?? "string", at: "\(at)/type")
      let pointer = column.pointer ?? "/" + column.name.replacing("~", with: "~0").replacing("/", with: "~1")
      guard pointer.isEmpty || pointer.hasPrefix("/") else {
        throw PluginError.configuration("'\(pointer)' is no JSON pointer: it begins with '/'", at: "\(at)/pointer")
      }
      return Extracted(
        field: Field(prefix + column.name, kind.type), pointer: pointer, isFromTools: column.from == .tool_calls,
        kind: kind)
    }
    guard samples == 1 || extracted.isEmpty else {
      throw PluginError.configuration("structured columns are of one answer: they need samples: 1", at: "/columns")
    }
    let many = samples > 1
    func own(_ name: String, _ type: DataType) -> Field {
      Field(prefix + name, many ? .list(Field("item", type)) : type)
    }
    var fields = [own("text", .utf8), own("finish", .utf8)]
    if hasTools { fields.append(own("tool_calls", .utf8)) }
    fields += [Field(prefix + "input_tokens", .int64), Field(prefix + "output_tokens", .int64)]
    if hasLogs { fields += ["mean", "min", "sum"].map { own("logprob_\($0)", .float64) } }
    fields += extracted.map(\.field)
    fields.append(Field(prefix + "error", .utf8))
    self.fields = fields
    if let twice = Self.firstRepeated(fields.map(\.name)) {
      throw PluginError.configuration("two of the new columns are called '\(twice)'", at: "/columns")
    }
  }

  private static func firstRepeated(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
  }

  /// The table's columns and then the new ones. Throws `PluginError.configuration` where a name is taken.
  func schema(beside input: Schema) throws -> Schema {
    if let taken = fields.first(where: { input.index(of: $0.name) != nil }) {
      throw PluginError.configuration(
        "the table already has a column '\(taken.name)': choose a prefix for the new columns", at: "/prefix")
    }
    return Schema(input.fields + fields, metadata: input.metadata)
  }
}

/// Collects answers, row by row.
struct AnswerColumns {
  private let layout: AnswerLayout
  private var builder: BatchBuilder
  /// Rows whose answer did not hold what a column wanted.
  private(set) var misfits = 0

  init(_ layout: AnswerLayout) {
    self.layout = layout
    builder = BatchBuilder(Schema(layout.fields))
  }

  var rowCount: Int { builder.rowCount }

  mutating func append(_ result: RowResult) throws {
    let choices = result.answer?.choices
    var row: [JSONValue] = [value(choices) { .string($0.text) }, value(choices) { text($0.finish) }]
    if layout.hasTools { row.append(value(choices) { .string(JSONValue.array($0.toolCalls).text) }) }
    row += [number(result.answer?.inputTokens), number(result.answer?.outputTokens)]
    if layout.hasLogs {
      for key in [\RowAnswer.Choice.logMean, \.logMin, \.logSum] {
        row.append(value(choices) { $0[keyPath: key].map { .double($0) } ?? .null })
      }
    }
    var problems = result.error.map { [$0.message] } ?? []
    if let choice = choices?.first {
      let (values, wrong) = Extraction(choice).values(layout.extracted)
      row += values
      problems += wrong
      if !wrong.isEmpty { misfits += 1 }
    } else {
      row += layout.extracted.map { _ in .null }
    }
    row.append(problems.isEmpty ? .null : .string(problems.joined(separator: "; ")))
    try builder.append(row)
  }

  mutating func finish() -> RecordBatch { builder.finish() }

  private func value(_ choices: [RowAnswer.Choice]?, _ one: (RowAnswer.Choice) -> JSONValue) -> JSONValue {
    guard let choices else { return .null }
    return layout.samples > 1 ? .array(choices.map(one)) : choices.first.map(one) ?? .null
  }

  private func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
  private func number(_ value: Int?) -> JSONValue { value.map { .int(Int64($0)) } ?? .null }
}
