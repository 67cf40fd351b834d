// From the server's chunks to events. Tool calls are told once they are whole, ends once everything is known.
import HTTPTransfer
import JSONValue
import ModelTraffic
import PluginKit

/// One answer's, one thread at a time.
final class ChunkReader {
  private let events: EventSink
  private let choices: Int
  private var usage: TokenUsage?
  private var ends: [Int: FinishReason] = [:]
  private var calls: [Int: ToolCallParts] = [:]
  private var chunks = 0

  init(_ events: EventSink, choices: Int) {
    self.events = events
    self.choices = choices
  }

  /// What the provider says was used, or about that much where the answer broke off; nothing where none came.
  func used(_ estimate: TokenUsage) -> TokenUsage {
    usage ?? (chunks == 0 ? TokenUsage(input: 0, output: 0) : TokenUsage(input: estimate.input, output: chunks))
  }

  /// One event of the stream.
  func read(_ event: ServerSentEvent, host connection: OpenAIConnection) throws {
    if event.data == "[DONE]" { return }
    guard let chunk = try? JSONValue(parsing: event.data), chunk.object != nil else {
      throw PluginError(
        .io, "the server sent an event that is no JSON: it begins with '\(event.data.prefix(60))'", retryable: true,
        details: ["next": "If it happens again, the server's stream is broken"])
    }
    if event.type == "error" || (chunk["error"].map { !$0.isNull } ?? false) { throw connection.problem(chunk) }
    try read(chunk, part: "delta")
  }

  /// An answer that came whole.
  func read(_ answer: JSONValue, host connection: OpenAIConnection) throws {
    if answer["error"].map({ !$0.isNull }) ?? false { throw connection.problem(answer) }
    try read(answer, part: "message")
  }

  private func read(_ chunk: JSONValue, part: String) throws {
    if let told = TokenUsage(openAI: chunk["usage"]) { usage = told }
    for (place, choice) in (chunk["choices"]?.array ?? []).enumerated() {
      let index = choice["index"]?.int.flatMap { Int(exactly: $0) } ?? place
      guard (0..<choices).contains(index) else {
        throw PluginError(.io, "the server numbers an answer \(index) where \(choices) were asked for")
      }
      try read(choice, choice[part] ?? [:], index)
    }
  }

  private func read(_ choice: JSONValue, _ delta: JSONValue, _ index: Int) throws {
    for key in ["reasoning_content", "reasoning"] {
      guard let text = delta[key]?.string, !text.isEmpty else { continue }
      chunks += 1
      try events.emit(.reasoning(text), choice: index)
      break
    }
    for text in [delta["content"]?.string, delta["refusal"]?.string, choice["text"]?.string] {
      guard let text, !text.isEmpty else { continue }
      chunks += 1
      try events.emit(.text(text), choice: index)
    }
    let tokens = TokenLogProbability.list(openAI: choice["logprobs"])
    if !tokens.isEmpty { try events.emit(.logProbabilities(tokens), choice: index) }
    for call in delta["tool_calls"]?.array ?? [] {
      chunks += 1
      calls[index, default: ToolCallParts()].add(call)
    }
    if let reason = choice["finish_reason"]?.string { ends[index] = try Self.reason(reason) }
  }

  private static func reason(_ word: String) throws -> FinishReason {
    switch word {
    case "length": .length
    case "tool_calls", "function_call": .toolCalls
    case "content_filter": .contentFilter
    case "error": throw PluginError(.io, "the server ended its answer with an error", retryable: true)
    // "stop", and what servers made up beside it.
    default: .stop
    }
  }

  /// After the stream's end.
  func finish() throws {
    guard ends.count == choices else {
      throw PluginError(
        .io, "the answer broke off: the server closed the stream without saying why it ended", retryable: true)
    }
    for (index, parts) in calls.sorted(by: { $0.key < $1.key }) {
      for call in try parts.whole(cut: ends[index] == .length) { try events.emit(.toolCall(call), choice: index) }
    }
    if let usage { try events.emit(.usage(usage)) }
    for index in 0..<choices { try events.emit(.finish(ends[index] ?? .stop), choice: index) }
  }
}

/// Tool calls come in pieces: name and id first, then the text of the arguments.
struct ToolCallParts {
  private struct Part {
    var id = ""
    var name = ""
    var arguments = ""
  }

  private var parts: [Int: Part] = [:]

  mutating func add(_ piece: JSONValue) {
    let index = piece["index"]?.int.flatMap { Int(exactly: $0) } ?? parts.count
    var part = parts[index] ?? Part()
    if let id = piece["id"]?.string, !id.isEmpty { part.id = id }
    if let name = piece["function"]?["name"]?.string { part.name += name }
    if let text = piece["function"]?["arguments"]?.string { part.arguments += text }
    if let whole = piece["function"]?["arguments"], whole.object != nil { part.arguments = whole.text }
    parts[index] = part
  }

  /// `cut`: the answer was cut at its length, and with it perhaps the last call, which is then left out.
  func whole(cut: Bool) throws -> [JSONValue] {
    let ordered = parts.sorted { $0.key < $1.key }.map(\.value)
    return try ordered.enumerated().compactMap { place, part in
      let text = part.arguments.isEmpty ? "{}" : part.arguments
      guard let arguments = try? JSONValue(parsing: text), !part.name.isEmpty else {
        if cut, place == ordered.count - 1 { return nil }
        throw PluginError(
          .data, "the model called the tool '\(part.name)' with arguments that are no JSON: '\(text.prefix(80))'")
      }
      return [
        "id": .string(part.id.isEmpty ? "call_\(place)" : part.id), "name": .string(part.name), "arguments": arguments,
      ]
    }
  }
}
