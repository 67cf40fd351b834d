// The Python side: its own tests, and the whole way with a real small model.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import HFFinetunePlugin

@Suite(.serialized, .enabled(if: Training.isInstalled, Training.absent)) struct RunnerTests {
  @Test(arguments: ["test_rows.py", "test_training.py"]) func `the runner's own tests pass`(file: String) {
    let (status, output) = Training.runPython(["\(Training.scripts)/\(file)"])
    #expect(status == 0, "\(output.suffix(6_000))")
    #expect(output.contains("Ran "))
  }

  @Test(
    .enabled(
      if: Training.smolLM2 != nil && Training.converter != nil,
      "Scripts/setup-smollm2.sh and Scripts/setup-llama.sh have not been run"))
  func `SmolLM2 learns from its GGUF file and comes back as a GGUF adapter`() throws {
    let bench = PluginBench(plugin)
    let base = try #require(Training.smolLM2)
    bench.documents["base"] = ["format": "gguf", "path": .string(base), "license": "apache-2.0"]
    // The de-quantised base is kept between runs of the tests, as it is between trainings.
    let settings: JSONValue = [
      "max_steps": 20, "batch_size": 2, "max_length": 64, "r": 8, "alpha": 16, "learning_rate": 0.001, "dropout": 0,
      "warmup_steps": 0, "checkpoint_every": 0, "gguf": "always", "device": "cpu", "python": .string(Training.python),
      "target_modules": ["q_proj", "v_proj"],
    ]
    let (model, report, events) = try bench.instance("lora", settings).train([("train", Training.chats(40))])
    let losses = events.compactMap { event -> Double? in
      guard case .metric(let name, let value, _, _) = event, name == "loss" else { return nil }
      return value
    }
    #expect(losses.count == 20)
    let (first, last) = (losses.prefix(5).reduce(0, +), losses.suffix(5).reduce(0, +))
    #expect(last < 0.8 * first)
    #expect(model["format"] == "gguf-lora")
    #expect(model["license"] == "apache-2.0")
    #expect(model["metadata"]?["base_is_dequantised"] == true)
    #expect(report?["text"]?.string?.contains("de-quantised") == true)
    let file = try #require(model["files"]?["gguf-lora"]?.string)
    #expect(model["path"]?.string.map { file == "\($0)/adapter.gguf" } == true)
    #expect(model["files"]?["hf"] == model["path"])
    #expect(bench.seen.published.count == 1)
    let script = """
      import sys, gguf
      reader = gguf.GGUFReader(sys.argv[1])
      assert bytes(reader.fields["general.type"].parts[-1]) == b"adapter"
      names = [tensor.name for tensor in reader.tensors]
      assert len(names) == 2 * 2 * 30, names
      assert any(tensor.data.any() for tensor in reader.tensors if tensor.name.endswith("lora_b"))
      """
    let (status, output) = Training.runPython(["-c", script, file])
    #expect(status == 0, "\(output)")
  }
}
