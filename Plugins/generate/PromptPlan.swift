// How a row becomes a request.
import JSONValue
import PluginKit

/// The configuration's part that makes requests, with its templates read.
struct PromptPlan {
  enum Source {
    case prompt(Template)
    case messages([(role: String, content: Template)])
    case column(String)
  }

  let source: Source
  let nulls: NullPolicy
  let toolsColumn: String?
  private let settings: GenerateRequest
  private let seed: Int?

  init(_ configuration: GenerateConfiguration) throws {
    source = try Self.source(configuration)
    nulls = configuration.nulls ?? .fail
    toolsColumn = configuration.tools_column
    seed = configuration.seed
    if toolsColumn != nil, configuration.tools != nil {
      throw PluginError.configuration("tools come either from the list or from a column", at: "/tools_column")
    }
    var request = GenerateRequest(prompt: "", maxTokens: configuration.max_tokens)
    request.temperature = configuration.temperature
    request.topP = configuration.top_p
    request.topK = configuration.top_k
    request.minP = configuration.min_p
    request.stop = configuration.stop ?? []
    request.choices = configuration.samples ?? 1
    request.tools = configuration.tools ?? []
    request.format = configuration.format
    request.adapter = configuration.adapter
    request.options = configuration.options ?? [:]
    request.wantsLogProbabilities = configuration.log_probabilities ?? false
    settings = request
  }

  private static func source(_ configuration: GenerateConfiguration) throws -> Source {
    let given = [configuration.prompt != nil, configuration.messages != nil, configuration.messages_column != nil]
    guard given.count(where: { $0 }) == 1 else {
      throw PluginError.configuration("give one of prompt, messages and messages_column", at: "")
    }
    if let prompt = configuration.prompt { return .prompt(try Template(prompt, at: "/prompt")) }
    if let column = configuration.messages_column { return .column(column) }
    let messages = configuration.messages ?? []
    guard !messages.isEmpty else { throw PluginError.configuration("there are no messages", at: "/messages") }
    return .messages(
      try messages.enumerated().map { index, message in
        (message.role, try Template(message.content, at: "/messages/\(index)/content"))
      })
  }

  func bound(to schema: Schema) throws -> BoundPrompt {
    let tools = try toolsColumn.map { try schema.position(of: $0, at: "/tools_column") }
    let made: BoundPrompt.Source
    switch source {
    case .prompt(let template): made = .prompt(try BoundTemplate(template, schema, at: "/prompt"))
    case .messages(let list):
      made = .messages(
        try list.enumerated().map { index, message in
          (message.role, try BoundTemplate(message.content, schema, at: "/messages/\(index)/content"))
        })
    case .column(let name):
      let index = try schema.position(of: name, at: "/messages_column")
      guard schema.fields[index].type.canHoldJSON else {
        throw PluginError.configuration(
          "the column '\(name)' holds \(schema.fields[index].type): messages are JSON text, or a list of structs "
            + "with role and content", at: "/messages_column")
      }
      made = .column(index)
    }
    return BoundPrompt(source: made, tools: tools, nulls: nulls, settings: settings, seed: seed)
  }
}

extension DataType {
  /// Text, or a list of structs.
  fileprivate var canHoldJSON: Bool {
    if isText { return true }
    if case .structure = listItem?.type { return true }
    return false
  }
}

struct BoundPrompt {
  enum Source {
    case prompt(BoundTemplate)
    case messages([(role: String, content: BoundTemplate)])
    case column(Int)
  }

  let source: Source
  let tools: Int?
  let nulls: NullPolicy
  let settings: GenerateRequest
  let seed: Int?

  /// Throws `PluginError.data` that names row and column.
  func request(_ batch: RecordBatch, _ row: Int, ordinal: Int) throws -> GenerateRequest {
    var request = settings
    switch source {
    case .prompt(let template):
      request.prompt = try template.fill(batch, row, ordinal: ordinal, nulls: nulls)
    case .messages(let list):
      request.prompt = nil
      request.messages = try list.map { message in
        [
          "role": .string(message.role),
          "content": .string(try message.content.fill(batch, row, ordinal: ordinal, nulls: nulls)),
        ]
      }
    case .column(let index):
      request.prompt = nil
      request.messages = try MessageColumn.messages(batch.column(index), row, ordinal: ordinal)
    }
    if let tools { request.tools = try MessageColumn.tools(batch.column(tools), row, ordinal: ordinal) }
    // From the content, not from the place: the order of the rows does not matter, and equal rows get equal answers.
    if let seed { request.seed = ContentDigest(of: "\(seed)\n\(request.json.text)").seed }
    return request
  }
}
