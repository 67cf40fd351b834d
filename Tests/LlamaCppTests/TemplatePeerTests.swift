// Chat templates of real models, by jinja2 as transformers uses it and by us.
import Foundation
import JSONValue
import PluginKit
import Testing

@testable import LlamaCppPlugin

@Suite(.enabled(if: TemplatePeer.isInstalled, TemplatePeer.absent)) struct TemplatePeerTests {
  private enum Outcome: Equatable {
    case equal, bothRefuse, knowsNoTools
    case differs(String)
  }

  /// `answers` are jinja2's for the conversation as it is and in the other forms that calls of tools are written in.
  private func outcome(_ template: String, _ messages: [JSONValue], _ answers: [JSONValue]) -> Outcome {
    do {
      let own = try ChatTemplate(template, bos: TemplatePeer.bos, eos: TemplatePeer.eos)
        .text(of: messages, now: TemplatePeer.now)
      let texts = answers.compactMap { $0["text"]?.string }
      if texts.contains(where: { own.utf8.elementsEqual($0.utf8) }) { return .equal }
      return .differs(
        "only begins as jinja2's: \(texts.first.map { own.commonPrefix(with: $0).suffix(60) } ?? "\(answers)")")
    } catch let error as PluginError {
      if error.message.contains("knows no tools") { return .knowsNoTools }
      guard let refused = answers.first?["refused"]?.string else { return .differs(error.message) }
      // What the template itself says against the messages has to arrive.
      let words = refused.hasPrefix("TemplateError: ") ? String(refused.dropFirst(15)) : ""
      return words.isEmpty || error.message.contains(words) ? .bothRefuse : .differs("\(error.message), not \(words)")
    } catch { return .differs("\(error)") }
  }

  @Test func `templates of real models give what jinja2 gives, or both refuse`() throws {
    let corpus = try TemplatePeer.corpus()
    let peers = try TemplatePeer.render(corpus, TemplatePeer.conversations.merging(TemplatePeer.otherForms) { $1 })
    var equal: [String: Int] = [:]
    var withoutTools: Set<String> = []
    for (name, template) in corpus {
      for (conversation, messages) in TemplatePeer.conversations {
        let keys = [conversation] + TemplatePeer.forms.map { "\(conversation), \($0.name)" }
        let answers = keys.compactMap { peers[name]?[$0] }
        switch outcome(template, messages, answers) {
        case .equal: equal[name, default: 0] += 1
        case .bothRefuse: break
        case .knowsNoTools:
          withoutTools.insert(name)
          // Then jinja2 leaves the call out, whatever its form.
          #expect(conversation.hasPrefix("tools"))
          #expect(!answers.contains { $0["text"]?.string?.contains("Zanzibar") ?? false }, "\(name), \(conversation)")
        case .differs(let words): Issue.record("\(name), \(conversation): \(words)")
        }
      }
    }
    #expect(equal.count == corpus.count && equal.count >= 50)
    #expect(withoutTools == TemplatePeer.withoutTools.intersection(corpus.keys))
  }

  @Test func `pieces of templates give what jinja2 gives, or both refuse`() throws {
    var pieces = try #require(try TemplatePeer.pieces().object)
    let messages = try #require(pieces.removeValue(forKey: "messages")?.array)
    let all = pieces.mapValues { $0.array?.compactMap(\.string) ?? [] }
    let names = all.values.joined().map { ($0, $0) }
    let peers = try TemplatePeer.render(Dictionary(names) { $1 }, ["all": messages])
    var equal = 0
    for (kind, texts) in all {
      for text in texts {
        let answer = try #require(peers[text]?["all"])
        switch outcome(text, messages, [answer]) {
        case .equal where kind != "refused": equal += 1
        case .bothRefuse where kind != "refused": break
        // jinja2 renders them; we refuse by name rather than guess.
        case .differs(let words) where kind == "refused": #expect(words.contains("cannot be used"), "\(text)")
        case let other: Issue.record("\(kind), \(text): \(other), \(answer.text)")
        }
      }
    }
    #expect(equal >= 110)
  }
}

/// The environment for training has jinja2, transformers and TRL, which brings templates of many models.
enum TemplatePeer {
  private static let cache = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? "\(NSHomeDirectory())/.cache"
  private static let environment = "\(cache)/opentrusteval/venv-training"
  static let isInstalled = FileManager.default.isExecutableFile(atPath: "\(environment)/bin/python")
  static let absent: Comment = "Scripts/setup-training.sh has not been run"

  static let (bos, eos) = ("<s>", "</s>")
  static let now = 1_750_000_000

  static func corpus() throws -> [String: String] {
    let paths = FileManager.default.enumerator(atPath: "\(environment)/lib")?.compactMap { $0 as? String } ?? []
    var corpus: [String: String] = [:]
    for path in paths where path.hasSuffix(".jinja") && path.contains("/trl/chat_templates/") {
      let url = URL(filePath: "\(environment)/lib/\(path)")
      corpus[url.deletingPathExtension().lastPathComponent] = try String(contentsOf: url, encoding: .utf8)
    }
    return corpus
  }

  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fixtures/templates").standardized

  /// Where Jinja has rules that are easily missed.
  static func pieces() throws -> JSONValue {
    try JSONValue(parsing: Array(Data(contentsOf: fixtures.appending(path: "pieces.json"))))
  }

  /// One process for all: starting it takes longer than what it does.
  static func render(_ templates: [String: String], _ cases: [String: [JSONValue]]) throws -> JSONValue {
    let asked: JSONValue = [
      "templates": .object(templates.mapValues { .string($0) }),
      "cases": .object(cases.mapValues { .array($0) }), "bos": .string(bos), "eos": .string(eos),
      "now": .int(Int64(now)),
    ]
    let questions = FileManager.default.temporaryDirectory.appending(path: "templates-\(UUID().uuidString).json")
    try Data(asked.text.utf8).write(to: questions)
    defer { try? FileManager.default.removeItem(at: questions) }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "\(environment)/bin/python")
    process.arguments = [fixtures.appending(path: "render.py").path]
    process.environment = ["PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1", "HOME": "/tmp"]
    process.standardInput = try FileHandle(forReadingFrom: questions)
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONValue(parsing: Array(bytes))
  }

  /// Their templates leave calls of tools out without a word, always or beside a text, or refuse all but user and
  /// assistant.
  static let withoutTools: Set<String> = [
    "cohere", "cohere2", "cohere2_training", "cohere_training", "deepseek_r1_distill", "deepseek_r1_distill_training",
    "gemma", "gemma3", "gemma3_training", "gemma_training", "idefics3", "idefics3_training", "lfm2", "lfm2_training",
    "llama3", "llama3_training", "llava_next", "llava_next_training", "phi3", "phi3_5", "phi3_5_training",
    "phi3_training", "qwen2_5_vl", "qwen2_5_vl_training", "smolvlm", "smolvlm_training",
  ]

  private static func said(_ role: String, _ content: String) -> JSONValue {
    ["role": .string(role), "content": .string(content)]
  }

  private static let arguments: JSONValue = [
    "city": "Zanzibar", "in": "Köln", "days": 2, "exact": true, "limit": nil, "scale": 1.5, "tags": ["a", "b's"],
    "where": ["lat": 50.9, "note": "\"<x>\"\n"],
  ]

  private static func call(_ content: JSONValue, _ arguments: JSONValue = arguments) -> JSONValue {
    [
      "role": "assistant", "content": content,
      "tool_calls": [
        ["id": "call00001", "type": "function", "function": ["name": "weather", "arguments": arguments]]
      ],
    ]
  }

  private static let answer: JSONValue = [
    "role": "tool", "name": "weather", "tool_call_id": "call00001", "content": "{\"sky\": \"grey\"}",
  ]

  static let conversations: [String: [JSONValue]] = [
    "user": [said("user", "Hi")],
    "system": [said("system", "  Be kind.\n"), said("user", " What now? \n\n")],
    "empty": [said("system", ""), said("user", "")],
    "turns": [
      said("system", "Be brief."), said("user", "One"), said("assistant", "Two\n"), said("user", "Three"),
      said("assistant", " <think>\nhm\n</think>\n\nFour "), said("user", "Five"),
    ],
    "without a system": [said("user", "One"), said("assistant", "Two"), said("user", "Three")],
    "out of turn": [said("user", "One"), said("user", "Two")],
    "a late system": [said("user", "One"), said("assistant", "Two"), said("system", "Three"), said("user", "Four")],
    "ending with the assistant": [said("user", "One"), said("assistant", "Two")],
    "unicode": [
      said("user", "\u{2003}Grüße 🚀👩‍👩‍👧 e\u{301}\u{a0}\r\nنص\u{3000}"), said("assistant", "é"), said("user", "\u{301}x"),
    ],
    "like a template": [
      said("system", "{{ x }} {% if %}"), said("user", "{# {{ messages }} #} <|im_end|> {%- raw %} '\"\\n"),
      said("assistant", "</think>{{ eos_token }}"), said("user", "<tool_response>}}"),
    ],
    "tools": [said("user", "Rain?"), call(""), answer, said("assistant", "No."), said("user", "Sure?")],
    "tools at the end": [said("system", "Use tools."), said("user", "Rain?"), call("I look."), answer],
    "tools, no content": [said("user", "Rain?"), call(nil), answer],
    "tools, two calls": [said("user", "Rain?"), call("", ["a": "Zanzibar"]), answer, call("", [:]), answer],
  ]

  static let forms: [(name: String, form: ChatMessages.CallForm)] = [
    ("arguments as text", .init(content: "", argumentsAreText: true)), ("content is empty", .init(content: "")),
    ("content is none", .init(content: nil)),
    ("content is none and arguments are text", .init(content: nil, argumentsAreText: true)),
  ]

  /// The conversations with calls of tools, in the forms that some templates need.
  static let otherForms: [String: [JSONValue]] = {
    var other: [String: [JSONValue]] = [:]
    for (name, messages) in conversations where name.hasPrefix("tools") {
      for (suffix, form) in forms {
        other["\(name), \(suffix)"] = messages.enumerated().compactMap { index, message in
          var form = form
          if let text = message["content"]?.string, !text.isEmpty { form.content = .string(text) }
          return try? ChatMessages.shaped(message, index, form)
        }
      }
    }
    return other
  }()
}
