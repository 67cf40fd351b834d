// Against llama.cpp's own server with a real model.
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import OpenAICompatiblePlugin

enum Llama {
  static let server = Result { try ProviderPeers.llamaServer() }
  static let embedder = Result { try ProviderPeers.llamaServer(["--embeddings"]) }

  static func model(
    _ server: Result<PythonServer, any Error> = server, key: String = "a key of the tests"
  ) throws -> (bench: PluginBench, model: BenchInstance) {
    let bench = PluginBench(OpenAICompatiblePlugin.plugin)
    bench.secrets["key"] = key
    let model = try bench.instance(
      "model",
      [
        "base_url": .string("http://127.0.0.1:\(try server.get().port)/v1"), "model": "smollm2",
        "server": "llama.cpp", "api_key": ["$secret": "key"], "attempts": 1,
      ])
    try model.load()
    return (bench, model)
  }
}

@Suite(.serialized) struct LlamaServerTests {
  private func request(_ text: String, _ tokens: Int) -> GenerateRequest {
    var request = GenerateRequest(user: text, maxTokens: tokens)
    request.temperature = 0
    request.seed = 1
    return request
  }

  @Test func `a chat is answered, token by token with its log-probabilities`() throws {
    let (_, model) = try Llama.model()
    var request = request("What is the capital of France?", 12)
    request.wantsLogProbabilities = true
    request.topLogProbabilities = 2
    let events = try model.generate(request)
    let tokens = events.flatMap { event -> [TokenLogProbability] in
      if case .logProbabilities(let tokens) = event { tokens } else { [] }
    }
    #expect(!tokens.isEmpty && tokens.map(\.token).joined() == events.text)
    #expect(tokens.allSatisfy { $0.top.count == 2 && ($0.logProbability ?? 1) <= 0 })
    let usage = events.compactMap { if case .usage(let usage) = $0 { usage } else { nil } }
    #expect(usage.count == 1 && usage[0].input > 20 && usage[0].output <= 12)
    if case .finish = events.last {} else { Issue.record("the last event is \(String(describing: events.last))") }
  }

  @Test func `the same seed and prompt give the same text, raw prompts go without a template`() throws {
    let (_, model) = try Llama.model()
    var raw = GenerateRequest(prompt: "One, two, three, four,", maxTokens: 6)
    raw.temperature = 0
    raw.wantsLogProbabilities = true
    let first = try model.generate(raw)
    #expect(first.text.contains("five"), "\(first.text)")
    #expect(try model.generate(raw).text == first.text)
    #expect(first.contains { if case .logProbabilities(let tokens) = $0 { !tokens.isEmpty } else { false } })
  }

  @Test func `an answer is kept to a schema and to a grammar`() throws {
    let (_, model) = try Llama.model()
    var schema = request("Name a city and its country as JSON.", 60)
    schema.format = [
      "type": "json_schema",
      "schema": [
        "type": "object", "properties": ["city": ["type": "string", "maxLength": 12], "big": ["type": "boolean"]],
        "required": ["city", "big"], "additionalProperties": false,
      ],
    ]
    let answer = try JSONValue(parsing: try model.generate(schema).text)
    #expect(answer["city"]?.string != nil && answer["big"]?.bool != nil)
    var grammar = request("Is the sky blue?", 5)
    grammar.format = ["type": "grammar", "gbnf": #"root ::= "maybe""#]
    #expect(try model.generate(grammar).text == "maybe")
  }

  @Test func `what the server counts is what it uses`() throws {
    let (_, model) = try Llama.model()
    let request = request("Count me.", 1)
    let counted = try model.countTokens(request)
    let usage = try model.generate(request).compactMap { if case .usage(let usage) = $0 { usage.input } else { nil } }
    #expect(usage == [counted])
    #expect(try model.countTokens(GenerateRequest(prompt: "Hello world")) == 2)
  }

  @Test func `models are listed with their context, a wrong key is told without it`() throws {
    let models = try Llama.model().model.models()
    #expect(models.map { $0["id"] } == ["smollm2"] && models[0]["context_length"] == 1024)
    #expect(try Llama.model().model.check()["ok"] == true)
    let error = try failure { _ = try Llama.model(key: "another key").model.models() }
    #expect(error.status == .authentication && !error.message.contains("another key"))
  }

  @Test func `a prompt longer than the context is that row's error`() throws {
    let error = try failure {
      try Llama.model().model.generate(request(String(repeating: "word ", count: 3000), 1))
    }
    #expect(error.status == .data && error.details["vendor_code"] == "exceed_context_size_error")
    #expect(error.message.contains("1024"), "\(error)")
  }

  @Test func `what this server cannot is refused`() throws {
    var scored = GenerateRequest(prompt: "abc", maxTokens: 0)
    scored.wantsPromptLogProbabilities = true
    let error = try failure { try Llama.model().model.generate(scored) }
    #expect(error.status == .unsupported && error.details["path"] == "/prompt_logprobs")
  }

  @Test func `four at once each get their own answer`() throws {
    let (_, model) = try Llama.model()
    let texts = Texts(4)
    let threads = (0..<4).map { index in
      RequestThread {
        let request = request("Repeat the number \(index + 3).", 8)
        texts.set(index, (try? model.generate(request).text) ?? "")
      }
    }
    for thread in threads { thread.join() }
    #expect(texts.all.allSatisfy { !$0.isEmpty }, "\(texts.all)")
  }

  @Test func `embeddings have the model's width, and like texts are alike`() throws {
    let (bench, model) = try Llama.model(Llama.embedder)
    try withExtendedLifetime(bench) {
      let rows = try BatchList([Field("text", .utf8)], rows: [["a cat"], ["a cat"], ["stock markets fell"]])
      let vectors = try model.embed(rows).readRows().map { ($0["embedding"]?.array ?? []).compactMap(\.double) }
      #expect(vectors.map(\.count) == [576, 576, 576])
      func near(_ a: [Double], _ b: [Double]) -> Double {
        let dot = zip(a, b).map(*).reduce(0, +)
        return dot / (a.map { $0 * $0 }.reduce(0, +) * b.map { $0 * $0 }.reduce(0, +)).squareRoot()
      }
      #expect(near(vectors[0], vectors[1]) > 0.999 && near(vectors[0], vectors[2]) < near(vectors[0], vectors[1]))
    }
  }
}
