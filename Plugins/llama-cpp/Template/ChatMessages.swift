// The messages of a request, checked and in the shape that chat templates are written for.
import JSONValue
import PluginKit

enum ChatMessages {
  /// How templates take a call. Most write its arguments as JSON themselves, some join a text; some write calls only
  /// where the content is none, some only where it is a text.
  struct CallForm {
    var content: JSONValue
    var argumentsAreText = false

    /// What a template can tell about the content without knowing it.
    var kind: JSONValue { content == "" || content.isNull ? content : someText }

    /// What the message can be written as, first as it is.
    static func all(of message: JSONValue) -> [CallForm] {
      let content = message["content"] ?? .null
      let contents: [JSONValue] = content.isNull ? [.null, ""] : content == "" ? ["", .null] : [content]
      return [false, true].flatMap { isText in contents.map { CallForm(content: $0, argumentsAreText: isText) } }
    }
  }

  private static func wrong(_ index: Int, _ words: String) -> PluginError {
    PluginError(.invalidArgument, "message \(index + 1) \(words)", details: ["path": .string("/messages/\(index)")])
  }

  static func callsTools(_ message: JSONValue) -> Bool { message["tool_calls"].map { !$0.isNull } ?? false }

  static func check(_ messages: [JSONValue]) throws {
    guard !messages.isEmpty else {
      throw PluginError(.invalidArgument, "there are no messages", details: ["path": "/messages"])
    }
    for (index, message) in messages.enumerated() {
      guard let role = message["role"]?.string, ["system", "user", "assistant", "tool"].contains(role) else {
        throw wrong(
          index, "has the role \(message["role"]?.text ?? "none"); known are system, user, assistant and tool")
      }
      let calls = callsTools(message)
      guard !calls || role == "assistant" else { throw wrong(index, "calls tools as \(role); only the assistant does") }
      let content = message["content"] ?? .null
      guard content.string != nil || (calls && content.isNull) else { throw wrong(index, "has no text as its content") }
    }
  }

  /// Calls of tools as {"id", "type", "function": {"name", "arguments"}}.
  static func shaped(_ message: JSONValue, _ index: Int, _ form: CallForm) throws -> JSONValue {
    guard callsTools(message), var object = message.object else { return message }
    guard let calls = object["tool_calls"]?.array, !calls.isEmpty else {
      throw wrong(index, "has tool_calls that are no list of calls")
    }
    object["tool_calls"] = .array(
      try calls.map { call in
        let function = call["function"] ?? call
        guard let name = function["name"]?.string else { throw wrong(index, "calls a tool without a name") }
        var arguments = function["arguments"] ?? [:]
        if let text = arguments.string { arguments = (try? JSONValue(parsing: text)) ?? .null }
        guard arguments.object != nil else { throw wrong(index, "calls \(name) with arguments that are no object") }
        if form.argumentsAreText { arguments = .string(arguments.text) }
        var shaped: [String: JSONValue] = [
          "type": "function", "function": ["name": .string(name), "arguments": arguments],
        ]
        shaped["id"] = call["id"]
        return .object(shaped)
      })
    object["content"] = form.content
    return .object(object)
  }

  // ---- what shows whether a template knows tools

  static let someText: JSONValue = "a"
  static let probeWord = "probe0word"

  static func probe(_ form: CallForm) -> [JSONValue] {
    let arguments: JSONValue =
      form.argumentsAreText ? .string("{\"a\": \"\(probeWord)\"}") : ["a": .string(probeWord)]
    return conversation(form.kind, arguments, answer: "a")
  }

  /// Where calls show or not, an answer has to.
  static var answerProbes: [[JSONValue]] {
    let contents: [JSONValue] = [someText, "", .null]
    return contents.flatMap { content in
      [[:], "{}"].map { conversation(content, $0, answer: probeWord) }
    }
  }

  private static func conversation(_ content: JSONValue, _ arguments: JSONValue, answer: String) -> [JSONValue] {
    let function: JSONValue = ["name": "a", "arguments": arguments]
    return [
      ["role": "user", "content": "a"],
      [
        "role": "assistant", "content": content,
        "tool_calls": [["id": "call00001", "type": "function", "function": function]],
      ],
      ["role": "tool", "name": "a", "tool_call_id": "call00001", "content": .string(answer)],
    ]
  }
}
