// What is wrong with a model's file, its adapter, its template or a prompt is the model's failure, not that of who asked it.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

extension RealModel {
  @Suite(.enabled(if: SetUp.hasSmolLM2, SetUp.noSmolLM2)) struct FailureTests {
    private let host: TestHost

    init() throws { host = try TestHost("llama-cpp", "counter", "generate") }

    /// Asks the model for a word about each of three rows.
    private func run(model: String, asking: String = "prompt: \"{{s}}\"") throws -> RunResult {
      try host.run(
        """
        apiVersion: opentrusteval/v1
        kind: Pipeline
        metadata: {name: asks}
        models:
          small: {use: llama-cpp/model, with: \(model)}
        nodes:
          numbers: {use: counter/numbers, with: {rows: 3}}
          answers:
            use: generate/generate
            in: {rows: numbers, model: small}
            with: {\(asking), max_tokens: 2, temperature: 0}
          out: {use: counter/null, in: answers}
        """)
    }

    @Test func `a file that is cut off is told with its size and its name`() throws {
      let whole = try Data(contentsOf: URL(fileURLWithPath: try #require(SetUp.smolLM2)), options: .alwaysMapped)
      let file = try host.folder.write(whole.prefix(4_000_000), to: "cut.gguf")
      let result = try run(model: SetUp.model(path: file))
      result.expectFailure(
        .badData, node: "small", plugin: "llama-cpp", origin: .user, says: "cut off", "4000000 bytes")
      #expect(result.problem?.at?.file == file)
    }

    @Test func `an adapter of another base is refused with what does not fit`() throws {
      let adapter = GGUFWriter.adapter(seed: 1, strength: 0.1, width: 640)
      let file = try host.folder.write(adapter.bytes, to: "other.gguf")
      let result = try run(model: SetUp.model("adapter: \"\(file)\""))
      result.expectFailure(
        .badData, node: "small", plugin: "llama-cpp", origin: .user, says: "another base", "[640, 4]", "[576, 576]")
    }

    @Test func `a template that refuses a row's messages is told with the row`() throws {
      let template = "{{ raise_exception('nobody may speak here') }}"
      let result = try run(
        model: SetUp.model("chat_template: \"\(template)\""), asking: "messages: [{role: user, content: \"{{s}}\"}]")
      result.expectFailure(
        .badData, node: "small", plugin: "llama-cpp", origin: .user, says: "row 0", "nobody may speak here")
    }

    @Test func `a prompt that does not fit is told with the row and the counts`() throws {
      let long = Array(repeating: "word", count: 100).joined(separator: " ")
      let result = try run(model: SetUp.model(context: 64), asking: "prompt: \"{{s}} \(long)\"")
      result.expectFailure(
        .badData, node: "small", plugin: "llama-cpp", origin: .user, says: "row 0", "the context holds 64")
    }

    @Test func `a conversation with a broken file is refused in the same words`() throws {
      let file = try host.folder.write("GGUF and nothing else", to: "nothing.gguf")
      let result = try host.ote(
        "models", "chat", "--use", "llama-cpp/model", "--with", "{\"path\": \"\(file)\"}", "--prompt", "hello")
      #expect(result.code == 1)
      #expect(result.errors.contains("OTE-3012") && result.errors.contains(file), "\(result.errors)")
    }
  }
}
