// A real model's answers, vectors and verdicts as columns.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

extension RealModel {
  @Suite(.enabled(if: SetUp.hasSmolLM2 && Bench.hasDuckDB, SetUp.noSmolLM2)) struct AnswerTests {
    private func head(_ name: String) throws -> String {
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: \(name)}
      models:
        small: {use: llama-cpp/model, with: \(try SetUp.model())}
      """
    }

    @Test func `answers become columns, and a second run asks nothing`() throws {
      let host = try TestHost("llama-cpp", "counter", "duckdb", "generate")
      let document = """
        \(try head("answers"))
        nodes:
          numbers: {use: counter/numbers, with: {rows: 2}}
          questions: {use: duckdb/sql, in: {n: numbers}, with: {query: "SELECT ['France', 'Italy'][n + 1] AS land FROM n"}}
          answers:
            use: generate/generate
            in: {rows: questions, model: small}
            with: {prompt: "The capital of {{land}} is", max_tokens: 1, temperature: 0}
          out: {use: duckdb/dataset, in: answers, with: {name: answers}}
        """
      let first = try host.run(document)
      #expect(first.status == .succeeded, "\(first.problem?.detail ?? "")")
      #expect(first.node("answers")?.metrics?["calls"] == 2)
      let words = try host.ote("datasets", "show", "answers", "--json").json()["statistics"]?["text"]
      #expect(words?["min"] == " Paris" && words?["max"] == " Rome")
      let second = try host.run(document)
      #expect(second.node("answers")?.metrics?["rows_from_cache"] == 2)
      #expect(second.node("answers")?.metrics?["calls"] == 0)
    }

    @Test func `texts become vectors of the model's width, and equal texts equal ones`() throws {
      let host = try TestHost("llama-cpp", "counter", "duckdb", "generate")
      let result = try host.run(
        """
        \(try head("vectors"))
        nodes:
          numbers: {use: counter/numbers, with: {rows: 3}}
          texts:
            use: duckdb/sql
            in: {n: numbers}
            with: {query: "SELECT n, ['a red apple', 'a red apple', 'quarterly taxes'][n + 1] AS text FROM n"}
          vectors: {use: generate/embed, in: {rows: texts, model: small}, with: {column: text}}
          pairs:
            use: duckdb/sql
            in: {v: vectors}
            with:
              query: >-
                SELECT len(a.embedding) AS width, list_cosine_similarity(a.embedding, b.embedding) AS same,
                       list_cosine_similarity(a.embedding, c.embedding) AS other
                FROM v a, v b, v c WHERE a.n = 0 AND b.n = 1 AND c.n = 2
          out: {use: duckdb/dataset, in: pairs, with: {name: pairs}}
        """)
      #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
      let pairs = try host.ote("datasets", "show", "pairs", "--json").json()["statistics"]
      #expect(pairs?["width"]?["min"] == 576)
      let same = try #require(pairs?["same"]?["min"]?.double)
      let other = try #require(pairs?["other"]?["max"]?.double)
      #expect(same > 0.999 && same > other)
    }

    @Test func `a real model as judge keeps to the scale, and what it does not say is missing`() throws {
      let host = try TestHost("llama-cpp", "counter", "duckdb", "judge")
      let result = try RunResult(
        host.startRun(
          """
          apiVersion: opentrusteval/v1
          kind: Pipeline
          metadata: {name: judges}
          models:
            small: {use: llama-cpp/model, with: \(try SetUp.model(context: 1024))}
          nodes:
            numbers: {use: counter/numbers, with: {rows: 2}}
            answers:
              use: duckdb/sql
              in: {n: numbers}
              with: {query: "SELECT 'What is the capital of France?' AS question, ['Paris', 'Soup'][n + 1] AS answer FROM n"}
            scores:
              use: judge/evaluate
              in: {rows: answers, model: small}
              with: {criteria: [{name: correct, description: Is it true?, low: 1, high: 5}], parallel: 1}
            out: {use: duckdb/dataset, in: scores.rows, with: {name: judged}}
          """
        ).finish(within: 600))
      #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
      let missing = try #require(result.figure("correct_missing_rate", of: "scores")?["value"]?.double)
      let judged = try host.ote("datasets", "show", "judged", "--json").json()["statistics"]?["judge_correct"]
      #expect(judged?["nulls"]?.double == missing * 2)
      if missing < 1 {
        #expect(judged?["min"]?.double ?? .nan >= 1 && judged?["max"]?.double ?? .nan <= 5)
      } else {
        #expect(result.figure("correct_mean", of: "scores")?["value"] == .null)
      }
    }
  }
}
