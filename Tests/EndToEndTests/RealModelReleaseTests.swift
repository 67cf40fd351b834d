// Whether a registered model is ready, item by item, and a gate on it.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

extension RealModel {
  @Suite(.enabled(if: SetUp.hasSmolLM2, SetUp.noSmolLM2)) struct ReleaseTests {
    private static let document = """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: ready}
      models:
        small: {model: smol}
      nodes:
        verify:
          use: release/verify
          in: small
          with: {requests: 2, parallel: 2, max_tokens: 8, probes: [asks-plainly], warn: [leak, schema]}
      """

    private func host(_ license: String...) throws -> TestHost {
      let host = try TestHost("llama-cpp", "release")
      let added = try host.start(
        [
          "models", "add", "smol", try #require(SetUp.smolLM2), "--use", "llama-cpp/model", "--with",
          "{\"context\": 512, \"threads\": 1, \"parallel\": 2}",
        ] + license
      ).finish()
      #expect(added.code == 0, "\(added.errors)")
      return host
    }

    private func run(_ host: TestHost) throws -> RunResult {
      try RunResult(host.startRun(Self.document).finish(within: 600))
    }

    @Test func `a registered model is verified item by item, with its latency`() throws {
      let host = try host("--license", "apache-2.0")
      let result = try run(host)
      #expect(result.status == .succeeded, "\(result.problem?.detail ?? "") \(result.report.findings)")
      let items = Dictionary(result.report.findings.map { ($0.rule, $0.passed) }) { first, _ in first }
      for item in ["license", "lineage", "loads", "answers", "deterministic", "load"] {
        #expect(items[item] == true, "\(item)")
      }
      let middle = try #require(result.figure("latency_p50_ms", of: "verify")?["value"]?.double)
      let slowest = try #require(result.figure("latency_p95_ms", of: "verify")?["value"]?.double)
      #expect(middle > 0 && middle <= slowest)
      #expect(try #require(result.figure("tokens_per_second", of: "verify")?["value"]?.double) > 0)
      #expect(result.figure("leak_probes_failed", of: "verify")?["value"] != nil)
      let listed = try host.ote("evals", "list", "--model", "smol@1", "--json").json().array ?? []
      #expect(listed.count == 1 && listed.first?["run"]?.string == result.report.run)
    }

    @Test func `a model without a licence is not ready, and the gate stops the run`() throws {
      let result = try run(host())
      #expect(result.code == 3 && result.status == .stopped)
      #expect(result.report.findings.filter { $0.passed == false }.map(\.rule) == ["license"])
    }
  }
}
