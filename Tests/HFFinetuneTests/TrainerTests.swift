// The trainer as a host drives it: a real Python process behind it, on a model of 0.6 million parameters.
import Foundation
import Glibc
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import HFFinetunePlugin

@Suite(.serialized, .enabled(if: Training.isInstalled, Training.absent)) struct TrainerTests {
  @Test func `a table of chats becomes a published adapter with metrics on the way`() throws {
    let bench = PluginBench(plugin)
    let trainer = try bench.instance("lora", Training.configuration(bench, ["evaluate_every": 3]))
    let (model, report, events) = try trainer.train([
      ("train", Training.chats(20)), ("validation", Training.chats(4)),
    ])
    #expect(model["format"] == "hf-lora")
    let path = try #require(model["path"]?.string)
    #expect(FileManager.default.fileExists(atPath: "\(path)/adapter_model.safetensors"))
    #expect(bench.seen.published.map(\.kind) == ["model"])
    #expect(model["metadata"]?["train"]?["rows"] == 20)
    #expect(model["metadata"]?["versions"]?["peft"]?.string?.isEmpty == false)
    #expect(model["base"]?["path"] == .string(Training.tinyModel))
    let metrics = report?["metrics"]?.array ?? []
    #expect(metrics.first { $0["name"] == "eval_loss" }?["value"]?.double != nil)
    #expect(report?["charts"]?.array?.compactMap { $0["title"]?.string } == ["Loss", "Learning rate"])
    #expect(events.count > 20)
    #expect(bench.seen.progress.contains { $0.done == 6 && $0.total == 6 && $0.phase == "steps" })
  }

  @Test func `a cancelled training ends soon and leaves no process`() throws {
    let bench = PluginBench(plugin)
    let trainer = try bench.instance(
      "lora", Training.configuration(bench, ["max_steps": 100_000, "checkpoint_every": 0]))
    var steps = 0
    let stopped = Mark()
    let error = #expect(throws: PluginError.self) {
      try trainer.train([("train", Training.chats(20))]) { _ in
        steps += 1
        if steps == 10 {
          stopped.set()
          bench.cancel()
        }
        return true
      }
    }
    #expect(error == .cancelled)
    #expect(stopped.seconds < 5)
    #expect(Processes.working(in: bench.folder).isEmpty)
  }

  @Test func `a run that is cancelled before it starts trains nothing`() throws {
    let bench = PluginBench(plugin)
    bench.cancel()
    let trainer = try bench.instance("lora", Training.configuration(bench))
    #expect(throws: PluginError.cancelled) { try trainer.train([("train", Training.chats(4))]) }
    #expect(Processes.working(in: bench.folder).isEmpty)
  }

  @Test func `a receiver of metrics that has had enough ends the training`() throws {
    let bench = PluginBench(plugin)
    let trainer = try bench.instance("lora", Training.configuration(bench, ["max_steps": 100_000]))
    #expect(throws: PluginError.cancelled) { try trainer.train([("train", Training.chats(8))]) { _ in false } }
    #expect(Processes.working(in: bench.folder).isEmpty)
  }

  @Test func `a killed process is told as such, and the next run goes on from its checkpoint`() throws {
    let bench = PluginBench(plugin)
    let settings = Training.configuration(bench, ["max_steps": 30, "checkpoint_every": 5])
    let error = #expect(throws: PluginError.self) {
      try bench.instance("lora", settings).train([("train", Training.chats(20))]) { event in
        if case .metric(_, _, let step, _) = event, step == 12 {
          Processes.working(in: bench.folder).forEach { kill($0, SIGKILL) }
        }
        return true
      }
    }
    #expect(error?.status == .resource)
    #expect(error?.details["checkpoint_step"]?.int.map { $0 >= 10 } == true)
    let again = try bench.instance("lora", settings).train([("train", Training.chats(20))])
    #expect(again.model["metadata"]?["resumed_from"]?.int.map { $0 >= 10 } == true)
    #expect(again.model["metadata"]?["steps"] == 30)
  }

  @Test func `the memory is estimated without rows, and too little of it is refused`() throws {
    let bench = PluginBench(plugin)
    let trainer = try bench.instance("lora", Training.configuration(bench))
    let estimate = try trainer.estimate()
    #expect(estimate["device"] == "cpu")
    #expect((estimate["memory_bytes"]?.int ?? 0) > 100_000_000)
    bench.meta["memory_bytes"] = 200_000_000
    let error = #expect(throws: PluginError.self) { try trainer.train([("train", Training.chats(4))]) }
    #expect(error?.status == .resource)
    #expect(error?.message.contains("0.20 GB") == true)
  }

  @Test func `what the runner finds wrong has a status, a place and a row`() throws {
    let bench = PluginBench(plugin)
    let table = try BatchList([Field("messages", .utf8)], rows: [[#"[{"role": "user", "content": "hello"}]"#]])
    let error = #expect(throws: PluginError.self) {
      try bench.instance("lora", Training.configuration(bench)).train([("train", table)])
    }
    #expect(error?.status == .data)
    #expect(error?.details["row"] == 0)
    #expect(error?.message.contains("assistant") == true)
  }
}

/// Seconds since something happened.
private final class Mark: @unchecked Sendable {
  private var at = Date.distantPast
  func set() { at = Date() }
  var seconds: Double { Date().timeIntervalSince(at) }
}

enum Processes {
  /// Those that work in a folder, by their arguments: other tests have processes too.
  static func working(in folder: String) -> [pid_t] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { pid_t($0) }.filter { pid in
      guard let arguments = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
      return String(decoding: arguments, as: UTF8.self).contains(folder)
    }
  }
}
