// Multiple choice by the log-probabilities of a registered model, from questions to a listed evaluation.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

extension RealModel {
  @Suite(.enabled(if: SetUp.hasSmolLM2 && Bench.hasDuckDB, SetUp.noSmolLM2)) struct ScoreTests {
    private let host: TestHost

    init() throws {
      host = try TestHost("llama-cpp", "counter", "duckdb", "likelihood")
      let added = try host.ote(
        "models", "add", "smol", try #require(SetUp.smolLM2), "--use", "llama-cpp/model", "--with",
        "{\"context\": 256, \"threads\": 1}", "--alias", "good")
      #expect(added.code == 0, "\(added.errors)")
    }

    /// Six questions that any model of English answers; `right` is the choice that is said to be right.
    private func document(right: String) -> String {
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: knows}
      models:
        small: {model: smol@good}
      nodes:
        numbers: {use: counter/numbers, with: {rows: 6}}
        questions:
          use: duckdb/sql
          in: {n: numbers}
          with:
            query: >-
              SELECT ['The capital of France is', 'Two plus two is', 'The sun rises in the', 'The opposite of hot is',
                      'Water is made of hydrogen and', 'A dog has four'][n + 1] AS question,
                     ['Paris', 'four', 'east', 'cold', 'oxygen', 'legs'][n + 1] AS a,
                     ['banana', 'moon', 'soup', 'window', 'trousers', 'parliaments'][n + 1] AS b, \(right) AS answer FROM n
        scores:
          use: likelihood/evaluate
          in: {rows: questions, model: small}
          with: {task: multiple_choice, prompt: question, choices: [a, b], answer: answer}
        seen:
          use: duckdb/sql
          in: {s: scores.rows}
          with: {query: "SELECT log_likelihoods[1] AS first, log_likelihoods[2] AS second, acc FROM s"}
        out: {use: duckdb/dataset, in: seen, with: {name: scored}}
      """
    }

    @Test func `what a registered model knows has a figure with its error, and is listed under its name`() throws {
      let result = try host.run(document(right: "0"))
      #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
      let accuracy = try #require(result.figure("acc", of: "scores")?["value"]?.double)
      #expect(accuracy > 0.5 && accuracy <= 1)
      #expect(try #require(result.figure("acc_stderr", of: "scores")?["value"]?.double) >= 0)
      #expect(result.figure("acc", of: "scores")?["n"] == 6)
      #expect(result.node("small")?.metrics?["requests"] == 12)

      // Log-probabilities of real tokens: below zero, and the sensible choice is the likelier one.
      let seen = try host.ote("datasets", "show", "scored", "--json").json()["statistics"]
      let first = try #require(seen?["first"])
      let second = try #require(seen?["second"])
      let (likely, unlikely) = (first["min"]?.double ?? .nan, second["min"]?.double ?? .nan)
      #expect(first["max"]?.double ?? .nan < 0 && second["max"]?.double ?? .nan < 0)
      #expect(likely > unlikely)

      let listed = try host.ote("evals", "list", "--model", "smol@good", "--json").json().array ?? []
      #expect(listed.map { $0["models"] } == [[["node": "small", "model": "smol", "version": 1]]])
      #expect(try host.ote("evals", "list").output.contains("smol@1"))
    }

    @Test func `a wrong key to the answers turns the figure round`() throws {
      let result = try host.run(document(right: "1"))
      #expect(try #require(result.figure("acc", of: "scores")?["value"]?.double) < 0.5)
    }
  }
}
