// Calling a model that the pipeline connected to an input.
internal import CPluginABI
public import JSONValue

/// Everything a call to generate brought.
public struct Generation: Sendable, Hashable {
  /// One answer.
  public struct Choice: Sendable, Hashable {
    public var text = ""
    public var reasoning = ""
    /// {"id", "name", "arguments"}.
    public var toolCalls: [JSONValue] = []
    /// Empty unless they were asked for.
    public var tokens: [TokenLogProbability] = []
    public var finish: FinishReason?

    public init() {}
  }

  public var choices: [Choice] = []
  public var promptTokens: [TokenLogProbability] = []
  /// nil where the provider did not say.
  public var usage: TokenUsage?

  public init() {}

  /// The text of the first answer.
  public var text: String { choices.first?.text ?? "" }

  mutating func take(_ event: ModelEvent, _ choice: Int) throws {
    guard (0..<1024).contains(choice) else { throw PluginError(.internal, "the provider numbers a choice \(choice)") }
    while choices.count <= choice { choices.append(Choice()) }
    switch event {
    case .text(let text): choices[choice].text += text
    case .reasoning(let text): choices[choice].reasoning += text
    case .toolCall(let call): choices[choice].toolCalls.append(call)
    case .logProbabilities(let tokens): choices[choice].tokens += tokens
    case .promptLogProbabilities(let tokens): promptTokens += tokens
    case .usage(let usage): self.usage = usage
    case .finish(let reason): choices[choice].finish = reason
    case .metric, .other: break
    }
  }
}

/// A model behind an input of type `model`. Every function may be called on any thread; as many calls run at once as the
/// provider says, others wait.
public struct ModelClient: Sendable {
  let run: Run
  /// The input's name.
  public let input: String

  /// Blocks until the answer is whole. `onEvent` sees each event as it comes and answers false to stop, which throws
  /// `PluginError.cancelled`. Throws the provider's `PluginError`.
  public func generate(
    _ request: GenerateRequest, onEvent: ((ModelEvent, Int) -> Bool)? = nil
  ) throws -> Generation {
    var generation = Generation()
    let receiver = EventReceiver { event, choice in
      try generation.take(event, choice)
      return onEvent?(event, choice) ?? true
    }
    do {
      _ = try Answers.of("models") { _, error in
        guard let handle = run.handle, let call = run.host.tables.models.generate else { return nil }
        return input.withC { input in
          request.json.text.withC { request in receiver.withSink { call(handle, input, request, $0, error) } }
        }
      }
    } catch { throw receiver.failure ?? error }
    return generation
  }

  /// Embeds the column "text" (utf8) of a stream; answers one column "embedding" (list of float32), as many rows, in
  /// order.
  public func embed(_ input: any BatchStream) throws -> ImportedStream {
    let streams = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 2)
    streams.initialize(repeating: ArrowArrayStream(), count: 2)
    defer { streams.deallocate() }
    export(input, to: streams)
    _ = try Answers.of("models") { _, error in
      guard let handle = run.handle, let call = run.host.tables.models.embed else {
        streams.pointee.release?(streams)
        return nil
      }
      return self.input.withC { call(handle, $0, streams, streams + 1, error) }
    }
    return try ImportedStream(moving: streams + 1)
  }

  public func countTokens(_ request: GenerateRequest) throws -> Int {
    var count: UInt64 = 0
    _ = try Answers.of("token counts") { _, error in
      guard let handle = run.handle, let call = run.host.tables.models.count_tokens else { return nil }
      return input.withC { input in request.json.text.withC { call(handle, input, $0, &count, error) } }
    }
    return Int(clamping: count)
  }

  /// The model's document: what it is and what it was made from.
  public func description() throws -> JSONValue {
    let bytes = try Answers.of("models") { out, error in
      guard let handle = run.handle, let call = run.host.tables.models.describe else { return nil }
      return input.withC { call(handle, $0, out, error) }
    }
    do { return try JSONValue(parsing: bytes) } catch {
      throw PluginError(.internal, "the host's model document is not JSON: \(error)")
    }
  }
}

extension Run {
  /// The model connected to the input of this name.
  public func model(_ input: String) -> ModelClient { ModelClient(run: self, input: input) }
}
