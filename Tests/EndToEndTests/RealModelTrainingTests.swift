// Trainings that go wrong: a loss that is no number, rows to learn nothing from, and a trainer that is killed and resumed.
import Foundation
import Glibc
import JSONValue
import Model
import TestSupport
import Testing

extension RealModel {
  @Suite(.enabled(if: SetUp.trainer != nil && Bench.hasDuckDB, "Scripts/setup-training.sh makes it run"))
  struct TrainingTests {
    private let host: TestHost

    init() throws { host = try TestHost("hf-finetune", "counter", "duckdb") }

    /// A Llama of 0.6 million parameters; made once.
    private static let base = Result {
      let folder = TemporaryFolder()
      ProcessEnd.removes(folder)
      let script = "\(Products.sources)/Tests/HFFinetuneTests/runner/tiny.py"
      let environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"]
      let made = try RunningProgram(
        try #require(SetUp.trainer), [script, "\(folder.path)/tiny"], environment: environment
      ).finish(within: 300)
      guard made.code == 0 else { throw ServedHost.Unexpected("\(script): \(made.errors)") }
      return "\(folder.path)/tiny"
    }

    private func document(
      _ settings: String...,
      rows: String = "SELECT 'what comes after ' || n AS prompt, ' ' || (n + 1) AS completion FROM n"
    ) throws -> String {
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: tunes}
      nodes:
        numbers: {use: counter/numbers, with: {rows: 20}}
        rows: {use: duckdb/sql, in: {n: numbers}, with: {query: "\(rows)"}}
        tune:
          use: hf-finetune/lora
          in: {train: rows}
          with:
            base_path: "\(try Self.base.get())"
            cache_folder: "\(host.folder.path)/checkpoints"
            batch_size: 2
            max_length: 64
            r: 4
            alpha: 8
            warmup_steps: 0
            device: cpu
            gguf: never
            \(settings.joined(separator: "\n      "))
      """
    }

    @Test func `a loss that is no number is the learning rate's fault, at its line`() throws {
      let result = try RunResult(
        host.startRun(document("max_steps: 12", "learning_rate: 1.0e+38")).finish(within: 600))
      result.expectFailure(
        .configurationRefused, node: "tune", plugin: "hf-finetune", origin: .user, says: "is not a number")
      #expect(result.problem?.at?.pointer == "/nodes/tune/with/learning_rate")
    }

    @Test func `a row that teaches nothing is named`() throws {
      let rows = #"SELECT '[{\"role\": \"user\", \"content\": \"hello\"}]' AS messages FROM n"#
      let result = try RunResult(host.startRun(document("max_steps: 2", rows: rows)).finish(within: 600))
      result.expectFailure(
        .badData, node: "tune", plugin: "hf-finetune", origin: .user, says: "row 0 of train", "assistant")
    }

    @Test func `a trainer that is killed fails its run, which goes on from the checkpoint when it is resumed`() throws {
      let text = try document("max_steps: 40", "checkpoint_every: 5", "learning_rate: 0.005")
      let run = try host.startRun(text)
      #expect(try run.waitForLine(within: 300) { Self.step($0).map { $0 >= 12 } == true } != nil)
      for worker in try run.children() { for trainer in try worker.children() { trainer.signal(SIGKILL) } }
      let killed = try RunResult(run.finish(within: 300))
      killed.expectFailure(
        .resourceExhausted, node: "tune", plugin: "hf-finetune", origin: .external, says: "killed (signal 9)",
        "goes on from there")

      let resumed = try RunResult(host.startRun(text, "--resume", killed.report.run).finish(within: 600))
      #expect(resumed.status == .succeeded, "\(resumed.problem?.detail ?? "")")
      #expect(resumed.report.run == killed.report.run && resumed.report.attempts == 2)
      let steps = resumed.events.compactMap { Self.step($0) }
      #expect((steps.min() ?? 0) > 5 && steps.max() == 40, "it began again at step \(steps.min() ?? 0)")
      #expect(resumed.node("tune")?.metrics?["loss"] != nil)
    }

    private static func step(_ line: String) -> Int64? { (try? JSONValue(parsing: line)).flatMap { step($0) } }
    private static func step(_ event: JSONValue) -> Int64? {
      event["event"] == "metric" ? event["point"]?["step"]?.int : nil
    }
  }
}
