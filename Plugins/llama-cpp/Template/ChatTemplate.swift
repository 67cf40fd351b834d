// Messages into the text a model was trained on.
import JSONValue
import PluginKit

/// The template that the model brings, or one from the configuration.
struct ChatTemplate: Sendable {
  private let nodes: [TemplateNode]
  private let bos: String
  private let eos: String

  /// Throws a `PluginError` that names what the template has and this provider does not know.
  init(_ text: String, bos: String, eos: String) throws {
    do { nodes = try TemplateParser.parse(text) } catch let error as TemplateError { throw Self.unusable(error) }
    (self.bos, self.eos) = (bos, eos)
  }

  private static func unusable(_ error: TemplateError) -> PluginError {
    PluginError(
      .unsupported,
      "the model's chat template cannot be used: \(error.words). Set \"chat_template\" to one that this provider knows, "
        + "or send the finished text as \"prompt\".", details: ["path": "/chat_template"])
  }

  func text(of messages: [JSONValue]) throws -> String {
    try Self.check(messages)
    let variables: [String: JSONValue] = [
      "messages": .array(messages), "add_generation_prompt": true, "bos_token": .string(bos), "eos_token": .string(eos),
    ]
    do { return try TemplateRenderer.render(nodes, variables) } catch let error as TemplateError {
      throw Self.unusable(error)
    } catch let refusal as TemplateRenderer.Refusal {
      throw PluginError(
        .data, "the model's chat template refuses these messages: \(refusal.words)",
        details: ["path": "/messages"])
    }
  }

  private static func check(_ messages: [JSONValue]) throws {
    func wrong(_ index: Int, _ words: String) -> PluginError {
      PluginError(.invalidArgument, "message \(index + 1) \(words)", details: ["path": .string("/messages/\(index)")])
    }
    guard !messages.isEmpty else {
      throw PluginError(.invalidArgument, "there are no messages", details: ["path": "/messages"])
    }
    for (index, message) in messages.enumerated() {
      guard let role = message["role"]?.string, ["system", "user", "assistant"].contains(role) else {
        throw wrong(index, "has the role \(message["role"]?.text ?? "none"); known are system, user and assistant")
      }
      guard message["content"]?.string != nil else { throw wrong(index, "has no text as its content") }
      if message["tool_calls"].map({ !$0.isNull }) ?? false {
        throw GenerateRequest.unsupported("messages/\(index)/tool_calls", "write calls of tools into the content")
      }
    }
  }
}
