// A server of models that fails in the middle of a pipeline: its provider is blamed, not the stage that asked.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct ProviderFailureTests {
  struct Failure: Sendable, CustomTestStringConvertible {
    var mode: String
    var code: ProblemCode
    var origin = ProblemOrigin.user
    var words: String
    var testDescription: String { mode }
  }

  private static let document = """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: asks}
    models:
      far: {connection: far}
    nodes:
      numbers: {use: counter/numbers, with: {rows: 3}}
      answers:
        use: generate/generate
        in: {rows: numbers, model: far}
        with: {prompt: "{{s}}", concurrency: 1, retries: {attempts: 1}}
      out: {use: counter/null, in: answers}
    """

  @Test(
    arguments: [
      Failure(mode: "unauthorized", code: .authenticationFailed, words: "answered 401"),
      Failure(mode: "missing", code: .notFound, words: "The model `m` does not exist"),
      Failure(mode: "quota", code: .resourceExhausted, origin: .external, words: "exceeded your current quota"),
      Failure(mode: "context", code: .badData, words: "row 0"),
      Failure(mode: "wrong", code: .requestRefused, words: "Unrecognized request argument supplied: mood"),
      Failure(mode: "down", code: .inputOutputFailed, origin: .external, words: "answered 503"),
    ])
  func `a provider's failure is the provider's, with its words, and without its key`(_ failure: Failure) throws {
    let host = try FarModel.host(failure.mode, "counter", "generate")
    let ended = try host.startRun(Self.document).finish()
    let result = try RunResult(ended)
    result.expectFailure(
      failure.code, node: "far", plugin: "openai-compatible", origin: failure.origin, says: failure.words)
    #expect(!(ended.output + ended.errors).contains(FarModel.key))
  }

  @Test func `texts that the server takes for no vectors are the request's fault, too`() throws {
    let document = Self.document
      .replacing("generate/generate", with: "generate/embed")
      .replacing(#"{prompt: "{{s}}", concurrency: 1, retries: {attempts: 1}}"#, with: "{column: s}")
    let host = try FarModel.host("wrong", "counter", "generate")
    let result = try RunResult(host.startRun(document).finish())
    result.expectFailure(
      .requestRefused, node: "far", plugin: "openai-compatible", origin: .user,
      says: "Unrecognized request argument supplied: mood")
  }

  @Test func `without the grant of its key nothing is asked`() throws {
    let host = try FarModel.host("plain", "counter", "generate")
    try host.permit("openai-compatible", secrets: [])
    let problem = try host.refusal(of: Self.document)
    #expect(problem.code == .unknownReference && problem.detail.contains("the secret 'KEY'"), "\(problem.detail)")
    #expect(problem.next.contains("spec.permissions.secrets"))
  }
}
