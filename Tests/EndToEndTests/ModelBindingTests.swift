// Registered models and connections in pipelines that ask them: who answered, how well, and what it took.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct ModelBindingTests {
  private func host() throws -> TestHost {
    try TestHost("counter", "parrot", "generate", "text-metrics")
  }

  private func document(_ models: String, atOnce: Int = 4) -> String {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: parrots}
    models:
      bird: \(models)
    nodes:
      numbers: {use: counter/numbers, with: {rows: 20}}
      answers: {use: generate/generate, in: {rows: numbers, model: bird}, with: {prompt: "{{s}}", concurrency: \(atOnce)}}
      scores:
        use: text-metrics/evaluate
        in: answers
        with: {prediction: text, references: [s], metrics: [normalized_exact_match]}
      out: {use: counter/null, in: scores.rows}
    """
  }

  /// Two versions: one repeats what it hears, one adds to it.
  private func register(_ host: TestHost) throws {
    for (voice, alias) in [("", "good"), ("Polly says: ", "bad")] {
      let file = try host.folder.write("GGUF \(alias)", to: "\(alias).gguf")
      let added = try host.ote(
        "models", "add", "bird", file, "--use", "parrot/model", "--with", "{\"voice\": \"\(voice)\"}", "--alias", alias)
      #expect(added.code == 0, "\(added.errors)")
    }
  }

  @Test func `a bound version answers, is noted, and its figures are its own`() throws {
    let host = try host()
    try register(host)
    for alias in ["good", "bad"] {
      let result = try host.run(document("{model: bird@\(alias)}"))
      #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
      #expect(result.report.models?.map(\.reference) == ["bird@\(alias)"])
      #expect(result.report.models?.map(\.version) == [alias == "good" ? 1 : 2])
    }
    let good = try host.ote("models", "show", "bird@good", "--json").json()
    #expect(good["figures"]?.array?.first?["value"] == 1)
    let evaluations = try host.ote("evals", "list", "--model", "bird@bad", "--json").json().array ?? []
    #expect(evaluations.count == 1)
    #expect(evaluations.first?["models"] == [["node": "bird", "model": "bird", "version": 2]])
    let compared = try host.ote("models", "compare", "bird@bad", "bird@good", "--json").json()
    let pair = try #require(compared["figures"]?.array?.first { $0["name"] == "normalized_exact_match" })
    #expect(pair["first"]?["value"] == 0 && pair["second"]?["value"] == 1 && pair["verdict"] == "better")
    let text = try host.ote("models", "compare", "bird@bad", "bird@good")
    #expect(text.output.contains("bird@2") && text.output.contains("better"))
  }

  @Test func `a connection to a provider counts what goes through it`() throws {
    let host = try host()
    let added = try host.ote(
      "connections", "add", "polly", "--use", "parrot/model", "--set", "voice=", "--json")
    #expect(added.code == 0, "\(added.errors)")
    for _ in 0..<2 {
      let result = try host.run(document("{connection: polly}"))
      #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    }
    let usage = try host.ote("connections", "show", "polly", "--json").json()["usage"]?[0]
    // The second run found its answers in the cache of generate: nothing went through.
    #expect(usage?["requests"] == 20)
    #expect((usage?["output_tokens"]?.int ?? 0) > 0 && usage?["cost"] == nil)
  }

  @Test func `a connection's budget ends a run, which goes on where it stopped once there is room`() throws {
    let host = try host()
    try #require(host.ote("connections", "add", "polly", "--use", "parrot/model", "--set", "voice=").code == 0)
    let limited = try host.ote("connections", "budget", "polly", "--requests", "7")
    #expect(limited.code == 0 && limited.output.contains("7 requests a day"), "\(limited.errors)")
    let stopped = try host.run(document("{connection: polly}", atOnce: 1))
    let problem = try #require(stopped.problem)
    #expect(stopped.status == .failed && problem.code == .budgetSpent && problem.node == "bird")
    #expect(problem.detail == "the connection 'polly' may use 7 requests a day, and 7 are used today (UTC)")
    #expect(problem.next.contains("ote connections budget polly --requests N"))
    func requests() throws -> JSONValue? {
      try host.ote("connections", "show", "polly", "--json").json()["usage"]?[0]?["requests"]
    }
    #expect(try requests() == 7)
    // A limit that is hardly one is told as it is.
    let tiny = try host.ote("connections", "budget", "polly", "--cost", "0.0000000025").output
    #expect(tiny.contains("7 requests, 2.5e-9 cost a day"), "\(tiny)")
    // A question by hand finds no room either.
    let asked = try host.ote("models", "chat", "--connection", "polly", "--prompt", "hello")
    #expect(asked.code == 1 && asked.errors.contains("OTE-3024"))
    #expect(try host.ote("connections", "budget", "polly", "--none").code == 0)
    let resumed = try host.run(document("{connection: polly}", atOnce: 1), "--resume", stopped.report.run)
    #expect(resumed.status == .succeeded, "\(resumed.problem?.detail ?? "")")
    // Nothing was asked twice.
    #expect(try requests() == 20)
    #expect(try host.ote("models", "chat", "--connection", "polly", "--prompt", "hello").output.hasPrefix("hello"))
    #expect(try requests() == 21)
  }

  @Test func `a budget is for what asks models, and says so`() throws {
    let host = try host()
    try #require(host.ote("connections", "add", "here", "--use", "counter/numbers", "--no-check").code == 0)
    let refused = try host.ote("connections", "budget", "here", "--tokens", "5")
    #expect(refused.code == 1 && refused.errors.contains("only a provider counts what is used"))
    #expect(try host.ote("connections", "budget", "polly", "--tokens", "5").errors.contains("OTE-4009"))
    #expect(try host.ote("connections", "budget", "here").code == 2)
  }
}
