// Log-probabilities of given text.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import LlamaCppPlugin

extension LlamaCpp {
  @Suite(.serialized) struct ScoringTests {
    @Test func `prompt log-probabilities equal those of asking token by token`() throws {
      let model = try LocalModel.shared()
      let text = "The capital of France is Paris, and the capital of Italy is Rome."
      let scored = try model.ask(.with(text, maxTokens: 0) { $0.wantsPromptLogProbabilities = true })
      #expect(scored.texts.isEmpty)
      #expect(scored.usage == TokenUsage(input: scored.prompt.count, output: 0))
      #expect(scored.prompt.map(\.token).joined() == text)
      #expect(scored.prompt[0].logProbability == nil)
      // A second computation of another kind: the prompt up to a token is asked for what comes next.
      for index in [1, 4, 5, 9, scored.prompt.count - 1] {
        let before = scored.prompt[..<index].map(\.token).joined()
        let next = try model.ask(.with(before, maxTokens: 1) { $0.topLogProbabilities = 100 })
        let token = scored.prompt[index]
        if let found = next.tokens.first?.top.first(where: { $0.token == token.token }) {
          #expect(abs(found.logProbability - (token.logProbability ?? 99)) < 0.03)
        }
        #expect(token.isGreedy == (next.tokens.first?.top.first?.token == token.token))
      }
    }

    @Test func `a continuation is scored as it would be generated`() throws {
      let model = try LocalModel.shared()
      let prompt = "The capital of France is"
      let generated = try model.ask(.with(prompt, maxTokens: 5) { $0.wantsLogProbabilities = true })
      let scored = try model.ask(.with(prompt) { $0.continuation = generated.text })
      #expect(scored.prompt.map(\.id) == generated.tokens.map(\.id))
      #expect(scored.prompt.allSatisfy { $0.isContinuation && $0.isGreedy == true })
      for (own, other) in zip(scored.prompt, generated.tokens) {
        #expect(abs((own.logProbability ?? 99) - (other.logProbability ?? -99)) < 0.03)
      }
      let other = try model.ask(.with(prompt) { $0.continuation = " Helsinki" })
      #expect(other.prompt.contains { $0.isGreedy == false })
      let sum: (Answer) -> Double = { $0.prompt.reduce(0) { $0 + ($1.logProbability ?? 0) } }
      #expect(sum(other) < sum(scored))
    }

    @Test func `prompt and continuation are split together, as lm-evaluation-harness does`() throws {
      let model = try LocalModel.shared()
      // The blank belongs to the continuation's first token, wherever it was written.
      let first = try model.ask(.with("Question: 2+2? Answer:") { $0.continuation = " four" })
      let second = try model.ask(.with("Question: 2+2? Answer: ") { $0.continuation = "four" })
      #expect(first.prompt == second.prompt)
      #expect(first.prompt.map(\.token).joined() == " four")
      let empty = try model.ask(.with("") { $0.continuation = "Hello there" })
      #expect(empty.prompt.map(\.token).joined() == "Hello there")
      #expect(empty.prompt.allSatisfy { $0.logProbability != nil })
      let both = try model.ask(
        .with("One two") {
          ($0.continuation, $0.wantsPromptLogProbabilities) = (" three", true)
        })
      #expect(both.prompt.filter(\.isContinuation).map(\.token).joined() == " three")
      #expect(both.prompt.filter { !$0.isContinuation }.map(\.token).joined() == "One two")
    }

    @Test func `a long prompt is scored over several batches`() throws {
      let model = try LocalModel.shared()
      let text = (1...150).map { "\($0)" }.joined(separator: ", ")
      let scored = try model.ask(.with(text, maxTokens: 0) { $0.wantsPromptLogProbabilities = true })
      #expect(scored.prompt.count > 256)
      #expect(scored.prompt.map(\.token).joined() == text)
      #expect(scored.prompt.dropFirst().allSatisfy { ($0.logProbability ?? 1) <= 0 })
    }

    @Test func `what cannot be scored is refused`() throws {
      let model = try LocalModel.shared()
      let generating = failure {
        _ = try model.ask(.with("a", maxTokens: 3) { $0.continuation = " b" })
      }
      #expect(generating?.status == .unsupported && generating?.details["path"] == "/max_tokens")
      #expect(failure { _ = try model.ask(.with("a") { $0.continuation = "" }) }?.status == .invalidArgument)
    }
  }
}
