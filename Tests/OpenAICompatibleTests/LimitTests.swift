// Rates and budgets.
import JSONValue
import PluginKit
import PluginTesting
import Synchronization
import Testing

@testable import ModelTraffic
@testable import OpenAICompatiblePlugin

@Suite struct LimitTests {
  @Test func `a bucket lets ten seconds' worth through and then flows evenly`() {
    var bucket = TokenBucket(perMinute: 60, now: 0)
    for _ in 0..<10 {
      #expect(bucket.wait(0) == 0)
      bucket.take(1, 0)
    }
    #expect(bucket.wait(0) == 1)
    #expect(bucket.wait(0.25) == 0.75)
    #expect(bucket.wait(1) == 0)
    bucket.take(5, 1)
    // A debt is waited off by the next.
    #expect(bucket.wait(1) == 5)
    bucket.giveBack(4)
    #expect(bucket.wait(1) == 1)
  }

  @Test func `a bucket never holds more than ten seconds' worth`() {
    var bucket = TokenBucket(perMinute: 600, now: 0)
    #expect(bucket.wait(1e6) == 0)
    bucket.take(100, 1e6)
    #expect(abs(bucket.wait(1e6) - 0.1) < 1e-6)
  }

  @Test func `a budget counts what is under way, and real figures replace estimates`() throws {
    let limits: Limits = try JSONValue.object(["tokens_per_run": 100]).decode()
    var budget = Budget(limits, nil)
    let estimate = TokenUsage(input: 20, output: 40)
    #expect(budget.judge(estimate) == .fits)
    budget.reserve(estimate)
    #expect(budget.judge(estimate) == .unclear)
    budget.settle(estimate, TokenUsage(input: 20, output: 5))
    #expect(budget.judge(estimate) == .fits)
    budget.reserve(estimate)
    budget.settle(estimate, TokenUsage(input: 20, output: 30))
    guard case .spent(let words, _) = budget.judge(estimate) else { throw PluginError(.internal, "not spent") }
    #expect(words == "the budget of this run is used up: 75 of 100 tokens are used, and the next request may take 60")
  }

  @Test func `money is counted by the prices, cached input by its own`() throws {
    let prices: Prices = try JSONValue.object(["input": 2, "output": 10, "cached_input": 0.5]).decode()
    let budget = Budget(nil, prices)
    #expect(budget.cost(TokenUsage(input: 1_000_000, output: 100_000)) == 3)
    #expect(budget.cost(TokenUsage(input: 1_000_000, output: 0, cached: 500_000)) == 1.25)
  }

  @Test func `a spent budget ends with the figures and what to do, and is heeded by the next attempt`() throws {
    let limits: JSONValue = [
      "limits": ["spend_per_run": 0.001], "prices": ["input": 10, "output": 100, "currency": "EUR"],
    ]
    let (bench, model) = try Hostile.model("plain", limits)
    // 12 tokens in and 3 out: 0.00042.
    try model.generate(GenerateRequest(user: "a", maxTokens: 3))
    try model.generate(GenerateRequest(user: "a", maxTokens: 3))
    #expect(bench.seen.metrics["cost"] == 0.00084)
    let error = try failure { try model.generate(GenerateRequest(user: "a", maxTokens: 3)) }
    #expect(error.status == .resource && !error.retryable)
    #expect(error.message.contains("0.00084 EUR of 0.001 EUR are spent"), "\(error.message)")
    #expect(error.details["path"] == "/limits/spend_per_run" && error.details["next"] != nil)
    let (next, again) = try Hostile.model("plain", limits)
    next.setState(bench.seen.state)
    #expect(try failure { try again.generate(GenerateRequest(user: "a", maxTokens: 3)) }.status == .resource)
    let (other, fresh) = try Hostile.model("plain", limits)
    other.setState(bench.seen.state)
    other.meta["run"] = "run-2"
    try fresh.generate(GenerateRequest(user: "a", maxTokens: 3))
  }

  @Test func `a failed request costs nothing`() throws {
    let (bench, model) = try Hostile.model("denied", ["limits": ["tokens_per_run": 20]])
    for _ in 0..<5 {
      #expect(try failure { try model.generate(GenerateRequest(user: "a", maxTokens: 10)) }.status == .denied)
    }
    #expect(bench.seen.metrics["output_tokens"] == 0)
  }

  @Test func `rates make requests wait, by the clock`() throws {
    let time = Mutex(0.0)
    let limits: Limits = try JSONValue.object(["requests_per_minute": 6000]).decode()
    let settings = try ConnectionSettings(timeouts: nil, limits: limits, prices: nil, attempts: nil)
    // Each look at the clock is 4 ms later; a request a 10 ms is allowed after the first thousand.
    let traffic = Traffic(settings) {
      time.withLock { time in
        time += 0.004
        return time
      }
    }
    let one = TokenUsage(input: 1, output: 1)
    for _ in 0..<2000 {
      try traffic.admit(one, .detached)
      traffic.settle(one, one, .detached)
    }
    #expect(time.withLock { $0 } >= 9.9)
  }

  @Test func `waiting for a rate ends with the run`() throws {
    let (bench, model) = try Hostile.model("plain", ["limits": ["requests_per_minute": 0.001]])
    try model.generate(GenerateRequest(user: "a", maxTokens: 3))
    bench.cancel(afterProgress: bench.seen.progress.count + 1)
    #expect(try failure { try model.generate(GenerateRequest(user: "a", maxTokens: 3)) }.status == .cancelled)
  }
}
