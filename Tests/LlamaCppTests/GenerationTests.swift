// Answers: alone and together, whole, stopped, refused and cancelled.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import Synchronization
import Testing

@testable import LlamaCppPlugin

extension LlamaCpp {
  @Suite(.serialized) struct GenerationTests {
    private static let prompts = [
      "The capital of France is", "2 + 2 =", "The opposite of hot is", "A cat says", "The first month is",
      "The sun rises in the", "Roses are red, violets are", "Hello, my name is",
    ]

    /// Answers of requests that run at once, in their order.
    private func together(_ requests: [GenerateRequest], _ model: LocalModel.Loaded) throws -> [Answer] {
      let answers = Mutex<[Int: Result<Answer, any Error>]>([:])
      DispatchQueue.concurrentPerform(iterations: requests.count) { index in
        let answer = Result { try model.ask(requests[index]) }
        answers.withLock { $0[index] = answer }
      }
      return try requests.indices.map { index in try #require(answers.withLock { $0[index] }).get() }
    }

    @Test func `eight requests at once answer as they do one after another`() throws {
      let model = try LocalModel.shared()
      let requests = Self.prompts.map {
        GenerateRequest.with($0, maxTokens: 6) { ($0.wantsLogProbabilities, $0.topLogProbabilities) = (true, 2) }
      }
      let alone = try requests.map { try model.ask($0) }
      let beside = try together(requests, model)
      var equal = 0
      for (one, other) in zip(alone, beside) {
        #expect(!one.tokens.isEmpty && !other.tokens.isEmpty)
        for (a, b) in zip(one.tokens, other.tokens) {
          // Sums come in another order in a larger batch: where two tokens are nearly as likely, the other may win, and
          // the answers go their ways from there.
          guard a.token == b.token else {
            #expect(a.top.count == 2 && a.top[0].logProbability - a.top[1].logProbability < 2 * Self.tolerance)
            break
          }
          #expect(abs((a.logProbability ?? 99) - (b.logProbability ?? -99)) < Self.tolerance)
          equal += 1
        }
      }
      #expect(equal >= 24, "at least half of all tokens are beyond doubt")
    }

    /// Of a token's log-probability, alone and in a batch: weights of 4 bits, and threads that add in their own order.
    private static let tolerance = 0.25

    @Test func `many requests with little room all come to their end`() throws {
      let model = try LocalModel.loaded(["context": 256, "cache": 256, "parallel": 4])
      let requests = (0..<24).map { index in
        GenerateRequest.with("\(index) and \(index + 1) and", maxTokens: 60 + index)
      }
      for (request, answer) in zip(requests, try together(requests, model)) {
        #expect(answer.finish == .stop || answer.usage?.output == request.maxTokens)
      }
    }

    @Test func `the same seed gives the same answer, choices differ by theirs`() throws {
      let model = try LocalModel.loaded(["parallel": 1])
      let request = GenerateRequest.with("Once upon a time", maxTokens: 12) {
        ($0.temperature, $0.seed, $0.wantsLogProbabilities) = (1, 11, true)
      }
      #expect(try model.ask(request) == model.ask(request))
      var three = request
      three.choices = 3
      var texts = ["", "", ""]
      var finished = 0
      let events = try model.model.generate(three) { event, choice in
        if case .text(let text) = event { texts[choice] += text }
        if case .finish = event { finished += 1 }
        return true
      }
      #expect(finished == 3 && Set(texts).count > 1)
      #expect(events.count { if case .usage = $0 { true } else { false } } == 1)
      var second = request
      second.seed = 12
      #expect(try [model.ask(request).text, model.ask(second).text] == [texts[0], texts[1]])
    }

    @Test func `a stop text over the border of tokens is never told`() throws {
      let model = try LocalModel.shared()
      let whole = try model.ask(.with("One, two, three, four,", maxTokens: 24)).text
      let stop = String(whole.dropFirst(7).prefix(5))
      let answer = try model.ask(
        .with("One, two, three, four,", maxTokens: 24) { ($0.stop, $0.wantsLogProbabilities) = ([stop, "@@"], true) })
      #expect(answer.finish == .stop)
      #expect(answer.text == String(whole.prefix(upTo: try #require(whole.range(of: stop)).lowerBound)))
    }

    @Test func `text comes in whole code points, with the log-probabilities of what was told`() throws {
      let model = try LocalModel.shared()
      let answer = try model.ask(
        .with("🚀🎉🐶🚀🎉🐶🚀🎉🐶🚀🎉", maxTokens: 40) { $0.wantsLogProbabilities = true })
      #expect(answer.texts.count > 1)
      #expect(answer.texts.dropLast().allSatisfy { !$0.contains("\u{FFFD}") })
      #expect(answer.text.unicodeScalars.contains { $0.value > 0xFFFF })
      #expect(answer.tokens.count >= 40 || answer.finish == .stop)
    }

    @Test func `what does not fit the context is refused with the counts, before anything is computed`() throws {
      let model = try LocalModel.loaded(["context": 64])
      let long = String(repeating: "word ", count: 200)
      let refused = failure { _ = try model.ask(.with(long, maxTokens: 4)) }
      #expect(refused?.status == .data && refused?.details["context"] == 64)
      #expect((refused?.details["prompt_tokens"]?.int ?? 0) >= 200)
      #expect(failure { _ = try model.ask(.with("Hi", maxTokens: 64)) }?.details["max_tokens"] == 64)
      // Without a wish for its length an answer takes what is free.
      let free = try model.ask(.with("Count: 1, 2, 3,"))
      #expect((free.usage?.output ?? 99) <= 64)
    }

    @Test func `keys that cannot be honoured are refused by name`() throws {
      let model = try LocalModel.shared()
      let changes: [(String, (inout GenerateRequest) -> Void)] = [
        ("/tools", { $0.tools = [["name": "f"]] }), ("/options/mirostat", { $0.options = ["mirostat": 2] }),
        ("/temperature", { $0.temperature = -1 }), ("/top_p", { $0.topP = 0 }), ("/min_p", { $0.minP = 2 }),
        ("/n", { $0.choices = 0 }), ("/stop", { $0.stop = [""] }), ("/top_logprobs", { $0.topLogProbabilities = 101 }),
        ("/adapter", { $0.adapter = "x" }), ("/prompt", { $0.prompt = "" }),
      ]
      for (pointer, change) in changes {
        #expect(failure { _ = try model.ask(.with("Hi", maxTokens: 1, change)) }?.details["path"] == .string(pointer))
      }
    }

    @Test func `a cancelled run stops within a token, and the model goes on for others`() throws {
      let model = try LocalModel.loaded()
      var tokens = 0
      let stopped = failure {
        _ = try model.model.generate(.with("Tell a long story.", maxTokens: 400)) { event, _ in
          if case .text = event {
            tokens += 1
            if tokens == 5 { model.bench.cancel() }
          }
          return true
        }
      }
      #expect(stopped?.status == .cancelled && tokens < 40)
      let other = try LocalModel.loaded()
      var told = 0
      let left = failure {
        _ = try other.model.generate(.with("Tell a long story.", maxTokens: 400)) { _, _ in
          told += 1
          return told < 3
        }
      }
      #expect(left?.status == .cancelled && told == 3)
      #expect(try other.ask(.with("The capital of France is", maxTokens: 1)).text == " Paris")
    }

    @Test func `an answer that nobody wants any more ends without its next word`() throws {
      let model = try LocalModel.shared()
      var told = 0
      let left = failure {
        _ = try model.model.generate(
          .with("Tell a long story.", maxTokens: 400),
          onEvent: { _, _ in
            told += 1
            return true
          }, isWanted: { told == 0 })
      }
      #expect(left?.status == .cancelled && told < 400)
      #expect(try model.ask(.with("The capital of France is", maxTokens: 1)).text == " Paris")
    }

    @Test func `a cancelled load stops, and the model can be loaded again`() throws {
      let bench = PluginBench(plugin)
      bench.cancel(afterProgress: 2)
      let model = try bench.instance("model", ["path": .string(LocalModel.path())])
      #expect(failure { try model.load() }?.status == .cancelled)
      #expect(failure { _ = try model.generate(.with("Hi", maxTokens: 1)) }?.status == .state)
      #expect(try LocalModel.loaded().ask(.with("Hi", maxTokens: 1)).usage?.output == 1)
    }

    @Test func `llama.cpp's log goes to the run's log`() throws {
      #expect(try LocalModel.shared().bench.seen.logs.contains { $0.contains("llama.cpp:") })
    }

    @Test func `an answer knows stop texts and code points by their bytes`() {
      var text = AnswerText(stops: ["</s>", "\n\n"])
      let rocket = Array("🚀".utf8)
      #expect(text.add(Array("a<".utf8), nil)?.text == "a")
      #expect(text.add(Array("/b\n".utf8), nil)?.text == "</b")
      #expect(text.add(Array(rocket.prefix(2)), nil)?.text == "\n")
      #expect(text.add(Array(rocket.suffix(2)), nil)?.text == "🚀")
      #expect(text.add(Array("z</s>y".utf8), nil)?.text == "z")
      #expect(text.isStopped && text.finish() == nil)
      var broken = AnswerText(stops: [])
      #expect(broken.add([0xF0, 0x9F], nil) == nil)
      #expect(broken.finish()?.text == "\u{FFFD}")
    }
  }
}
