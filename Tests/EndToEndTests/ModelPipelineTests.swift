// Models in pipelines: asked, scored, judged by gates; a provider written in C by a stranger, everything else ours.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct ModelPipelineTests {

  private static func document(prompt: String = "{{s}}", voice: String = "", gate: String, rows: Int = 20) -> String {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: parrots}
    nodes:
      numbers: {use: counter/numbers, with: {rows: \(rows)}}
      bird: {use: parrot/model, with: {voice: "\(voice)"}}
      answers: {use: generate/generate, in: {rows: numbers, model: bird}, with: {prompt: "\(prompt)", concurrency: 4, cache: {use: off}}}
      scores:
        use: text-metrics/evaluate
        in: answers
        with: {prediction: text, references: [s], metrics: [normalized_exact_match, f1]}
        gate: \(gate)
      out: {use: counter/null, in: scores.rows}
    """
  }

  private static func host() throws -> TestHost { try Bench.host("counter", "parrot", "generate", "text-metrics") }

  @Test func `a table goes through a model, its answers are scored, and the gate lets it pass`() throws {
    let result = try Self.host().run(
      Self.document(
        gate: "{require: [{metric: normalized_exact_match, at_least: 1}, {metric: f1, bound: low, at_least: 1}]}"))
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    #expect(result.node("out")?.rowsIn == 20)
    #expect(result.node("bird")?.metrics?["requests"] == 20)
    #expect(result.node("scores")?.report?["title"] != nil)
    #expect(result.report.gates.map(\.tripped) == [false])
    #expect(result.report.findings.map(\.rule) == ["require", "require"])
  }

  @Test func `a figure that is not reached stops the run, and says which`() throws {
    let result = try Self.host().run(
      Self.document(voice: "Polly says: ", gate: "{require: [{metric: normalized_exact_match, at_least: 0.5}]}"))
    #expect(result.code == 3)
    #expect(result.status == .stopped)
    #expect(result.report.findings.first?.message?.contains("normalized_exact_match is 0") == true)
    #expect(result.report.outputs.isEmpty)
  }

  @Test func `a figure that nobody reports does not pass`() throws {
    let result = try Self.host().run(Self.document(gate: "{require: [{metric: accuracy, at_least: 0}]}"))
    #expect(result.status == .stopped)
    #expect(result.report.findings.first?.message?.contains("is not in the report") == true)
  }

  @Test func `a model that crashes fails its run, is named, and leaves the host alone`() throws {
    let host = try Self.host()
    let result = try host.run(Self.document(prompt: "die", gate: "{action: stop}"))
    #expect(result.status == .failed)
    #expect(result.problem?.plugin == "parrot")
    #expect(result.problem?.node == "bird")
    #expect(try host.run(Self.document(gate: "{action: stop}")).status == .succeeded)
  }

  @Test func `a stage that wants more than a model can is told at its own field`() throws {
    let host = try Self.host()
    let tools = "tools: [{name: fly, description: Fly away., parameters: {type: object}}], concurrency: 4"
    let result = try host.run(Self.document(gate: "{action: stop}").replacing("concurrency: 4", with: tools))
    #expect(result.problem?.code == .unsupported, "\(result.problem?.detail ?? "")")
    #expect(result.problem?.node == "answers" && result.problem?.plugin == "generate")
    #expect(result.problem?.at?.pointer == "/nodes/answers/with/tools")
  }

  @Test func `what cannot be judged row by row cannot be quarantined`() throws {
    let host = try Self.host()
    let result = try host.ote("pipelines", "validate", try host.document(Self.document(gate: "{action: quarantine}")))
    #expect(result.code != 0)
    #expect(result.errors.contains("only a check names single rows"))
  }

  @Test func `a requirement without a limit is refused at its line`() throws {
    let host = try Self.host()
    let document = try host.document(Self.document(gate: "{require: [{metric: f1}]}"))
    let result = try host.ote("pipelines", "validate", document)
    #expect(result.errors.contains("says neither at_least nor at_most"))
    #expect(result.errors.contains(":12:"), "\(result.errors)")
  }

  @Test func `a model does not go where rows are wanted`() throws {
    let host = try Self.host()
    let document = try host.document(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: wrong}
      nodes:
        bird: {use: parrot/model}
        out: {use: counter/null, in: bird}
      """)
    let result = try host.ote("pipelines", "validate", document)
    #expect(result.code != 0)
    #expect(result.errors.contains("gives a model"))
  }
}
