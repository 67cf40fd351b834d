// From the API's events to ours.
import HTTPTransfer
import JSONValue
import ModelTraffic
import PluginKit

/// One answer's, one thread at a time.
final class MessageReader {
  private struct Call {
    let id: String
    let name: String
    var input = ""
  }

  private let events: EventSink
  private var calls: [Int: Call] = [:]
  private var input = 0
  private var cached: Int?
  private var output: Int?
  private var pieces = 0
  private var reason: FinishReason?
  private var hasEnded = false

  init(_ events: EventSink) { self.events = events }

  /// What the API says was used, or about that much where the answer broke off; nothing where none came.
  func used(_ estimate: TokenUsage) -> TokenUsage {
    if let output, input > 0 { return TokenUsage(input: input, output: max(output, pieces), cached: cached) }
    return pieces == 0 ? TokenUsage(input: 0, output: 0) : TokenUsage(input: estimate.input, output: pieces)
  }

  func read(_ event: ServerSentEvent, _ connection: AnthropicConnection) throws {
    guard let json = try? JSONValue(parsing: event.data), json.object != nil else {
      throw PluginError(
        .io, "the server sent an event that is no JSON: it begins with '\(event.data.prefix(60))'", retryable: true,
        details: ["next": "If it happens again, the server's stream is broken"])
    }
    let index = json["index"]?.int.flatMap { Int(exactly: $0) } ?? 0
    switch json["type"]?.string ?? event.type {
    case "error": throw connection.problem(json)
    case "message_start": usage(json["message"]?["usage"])
    case "content_block_start": try begin(json["content_block"] ?? [:], index)
    case "content_block_delta": try piece(json["delta"] ?? [:], index)
    case "content_block_stop": try end(index)
    case "message_delta":
      usage(json["usage"])
      if let word = json["delta"]?["stop_reason"]?.string { reason = Self.reason(word) }
    case "message_stop": hasEnded = true
    // "ping", and what the API may learn yet: its documentation asks to pass over what is not known.
    default: break
    }
  }

  /// An answer that came as one, from a gateway that does not stream.
  func read(whole json: JSONValue) throws {
    usage(json["usage"])
    for (index, block) in (json["content"]?.array ?? []).enumerated() {
      switch block["type"]?.string {
      case "text": try text(block["text"]?.string) { .text($0) }
      case "thinking": try text(block["thinking"]?.string) { .reasoning($0) }
      case "tool_use":
        try begin(block, index)
        calls[index]?.input = block["input"]?.text ?? "{}"
        try end(index)
      default: break
      }
    }
    reason = json["stop_reason"]?.string.map(Self.reason)
    hasEnded = reason != nil
  }

  private func usage(_ json: JSONValue?) {
    func count(_ key: String) -> Int? { json?[key]?.int.flatMap { Int(exactly: $0) } }
    if let told = count("input_tokens") {
      let read = count("cache_read_input_tokens")
      input = told + (count("cache_creation_input_tokens") ?? 0) + (read ?? 0)
      cached = read
    }
    output = count("output_tokens") ?? output
  }

  private func begin(_ block: JSONValue, _ index: Int) throws {
    switch block["type"]?.string {
    case "tool_use": calls[index] = Call(id: block["id"]?.string ?? "", name: block["name"]?.string ?? "")
    case "text": try text(block["text"]?.string) { .text($0) }
    case "thinking": try text(block["thinking"]?.string) { .reasoning($0) }
    default: break
    }
  }

  private func piece(_ delta: JSONValue, _ index: Int) throws {
    switch delta["type"]?.string {
    case "text_delta": try text(delta["text"]?.string) { .text($0) }
    case "thinking_delta": try text(delta["thinking"]?.string) { .reasoning($0) }
    case "input_json_delta":
      pieces += 1
      calls[index]?.input += delta["partial_json"]?.string ?? ""
    // Signatures of thoughts and citations have no event of ours.
    default: break
    }
  }

  private func text(_ text: String?, _ event: (String) -> ModelEvent) throws {
    guard let text, !text.isEmpty else { return }
    pieces += 1
    try events.emit(event(text))
  }

  private func end(_ index: Int) throws {
    guard let call = calls.removeValue(forKey: index) else { return }
    let text = call.input.isEmpty ? "{}" : call.input
    guard let arguments = try? JSONValue(parsing: text) else {
      // An answer that was cut at its length may end within a call, whose end is told before the reason.
      cut = PluginError(
        .data, "the model called the tool '\(call.name)' with arguments that are no JSON: '\(text.prefix(80))'")
      return
    }
    try events.emit(.toolCall(["id": .string(call.id), "name": .string(call.name), "arguments": arguments]))
  }
  private var cut: PluginError?

  private static func reason(_ word: String) -> FinishReason {
    switch word {
    case "max_tokens", "model_context_window_exceeded": .length
    case "tool_use": .toolCalls
    case "refusal": .contentFilter
    // "end_turn", "stop_sequence", "pause_turn", and what the API may learn yet.
    default: .stop
    }
  }

  /// After the stream's end.
  func finish() throws {
    guard let reason, hasEnded else {
      throw PluginError(
        .io, "the answer broke off: the server closed the stream without saying why it ended", retryable: true)
    }
    if let cut, reason != .length { throw cut }
    if let output { try events.emit(.usage(TokenUsage(input: input, output: output, cached: cached))) }
    try events.emit(.finish(reason))
  }
}
