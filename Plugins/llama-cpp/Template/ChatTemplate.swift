// Messages into the text a model was trained on.
import Glibc
import JSONValue
import PluginKit

/// The template that the model brings, or one from the configuration.
struct ChatTemplate: Sendable {
  private let nodes: [TemplateNode]
  private let bos: String
  private let eos: String
  private let limits: TemplateLimits
  /// Throws a `PluginError` that names what the template has and this provider does not know.
  init(_ text: String, bos: String, eos: String, limits: TemplateLimits = TemplateLimits()) throws {
    do {
      nodes = try TemplateParser.parse(try TemplateLexer.tokens(of: text))
    } catch let error as TemplateError { throw Self.unusable(error) }
    (self.bos, self.eos, self.limits) = (bos, eos, limits)
  }

  private static func unusable(_ error: TemplateError) -> PluginError {
    PluginError(
      .unsupported,
      "the model's chat template cannot be used: \(error.words)\(error.line.map { " (line \($0))" } ?? ""). Set "
        + "\"chat_template\" to one that this provider knows, or send the finished text as \"prompt\".",
      details: ["path": "/chat_template"])
  }

  /// `now` is in seconds since 1970: some templates write the date.
  func text(of messages: [JSONValue], now: Int = time(nil)) throws -> String {
    try ChatMessages.check(messages)
    let messages = try withCalls(messages)
    if let index = messages.firstIndex(where: { $0["role"] == "tool" }), !shows(ChatMessages.answerProbes) {
      throw GenerateRequest.unsupported(
        "messages/\(index)/role", "the model's chat template knows no tools; write their answers into a user's message")
    }
    do { return try render(messages, now, limits) } catch let error as TemplateError {
      throw Self.unusable(error)
    } catch let refusal as TemplateRenderer.Refusal {
      throw PluginError(
        .data, "the model's chat template refuses these messages: \(refusal.words)",
        details: ["path": "/messages"])
    }
  }

  /// Calls of tools in the first form in which the template writes them down.
  private func withCalls(_ messages: [JSONValue]) throws -> [JSONValue] {
    // One trial for messages that differ in nothing that it looks at.
    var known: [JSONValue: ChatMessages.CallForm] = [:]
    return try messages.enumerated().map { index, message in
      guard ChatMessages.callsTools(message) else { return message }
      let forms = ChatMessages.CallForm.all(of: message)
      let kind = forms[0].kind
      let form = known[kind] ?? forms.first { shows([ChatMessages.probe($0)]) }
      guard var form else {
        throw GenerateRequest.unsupported(
          "messages/\(index)/tool_calls",
          "the model's chat template knows no tools, or none beside a text; write calls into the content")
      }
      known[kind] = form
      if kind == ChatMessages.someText { form.content = forms[0].content }
      return try ChatMessages.shaped(message, index, form)
    }
  }

  private func render(_ messages: [JSONValue], _ now: Int, _ limits: TemplateLimits) throws -> String {
    let variables: [String: TemplateValue] = [
      "messages": try TemplateValue(.array(messages)), "add_generation_prompt": .bool(true),
      "bos_token": .string(bos), "eos_token": .string(eos),
    ]
    let size = messages.reduce(0) { $0 + $1.text.utf8.count }
    return try TemplateRenderer.render(nodes, variables, size: size, now: now, limits: limits)
  }

  /// Many templates leave calls of tools, or what tools answer, out without a word. So both are only passed on where a
  /// word in their place comes out again.
  private func shows(_ probes: [[JSONValue]]) -> Bool {
    let few = TemplateLimits(steps: 100_000, work: 1 << 20)
    return probes.contains { (try? render($0, 0, few).contains(ChatMessages.probeWord)) ?? false }
  }
}
