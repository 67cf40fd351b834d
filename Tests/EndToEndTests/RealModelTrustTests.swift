// How far a real model's answers can be trusted, by its own log-probabilities.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

extension RealModel {
  @Suite(.enabled(if: SetUp.hasSmolLM2 && Bench.hasDuckDB, SetUp.noSmolLM2)) struct TrustTests {
    /// Half of the rows ask the same easy question, the others for numbers that one token does not answer.
    private func document() throws -> String {
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: trusts}
      models:
        small: {use: llama-cpp/model, with: \(try SetUp.model())}
      nodes:
        numbers: {use: counter/numbers, with: {rows: 44}}
        questions:
          use: duckdb/sql
          in: {n: numbers}
          with:
            query: >-
              SELECT CASE WHEN n % 2 = 0 THEN 'The capital of France is' ELSE 'The number after ' || n || ' is' END AS question,
                     CASE WHEN n < 40 THEN 'calibration' ELSE 'test' END AS split FROM n
        answers:
          use: generate/generate
          in: {rows: questions, model: small}
          with: {prompt: "{{question}}", max_tokens: 1, temperature: 0, log_probabilities: true}
        labelled:
          use: duckdb/sql
          in: {a: answers}
          with: {query: "SELECT *, text AS answer, text ILIKE '%paris%' AS correct FROM a"}
        trust:
          use: trust/evaluate
          in: {rows: labelled}
          with: {label: correct, split: split, logprob_mean: logprob_mean, logprob_min: logprob_min, risk: 0.2, seed: 7}
        out: {use: duckdb/dataset, in: trust.rows, with: {name: trusted}}
      """
    }

    @Test func `answers get a trust from what the model said of them, and a threshold that holds on its rows`() throws {
      let host = try TestHost("llama-cpp", "counter", "duckdb", "generate", "trust")
      let result = try RunResult(host.startRun(document()).finish(within: 600))
      #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
      for name in ["auroc", "ece", "brier", "coverage"] {
        let figure = try #require(result.figure(name, of: "trust"))
        let value = try #require(figure["value"]?.double, "\(name)")
        #expect(value >= 0 && value <= 1 && figure["interval"]?.array?.count == 2, "\(name)")
      }
      #expect(result.figure("rows", of: "trust")?["value"] == 44)
      #expect(result.figure("rows_lacking_a_signal", of: "trust")?["value"] == 0)
      // What the report says about the calibration rows is what the guarantee allows: (wrong + 1) / (n + 1) <= risk.
      let wrong = try #require(result.figure("wrong_answered_calibration_rows", of: "trust")?["value"]?.double)
      let finding = try #require(result.report.findings.first { $0.rule == "threshold_reaches_risk" })
      #expect(finding.passed == ((wrong + 1) / 21 <= 0.2))
      let trusted = try host.ote("datasets", "show", "trusted", "--json").json()
      #expect(trusted["rows"] == 44)
      #expect(trusted["statistics"]?["trust_score"]?["nulls"] == 0)
    }
  }
}
