// What the tests train with: the packages, a tiny model made from nothing, and tables.
import Foundation
import Glibc
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import HFFinetunePlugin

enum Training {
  private static let cache =
    ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? "\(NSHomeDirectory())/.cache"

  static let python = "\(cache)/opentrusteval/venv-training/bin/python"
  static let isInstalled = access(python, X_OK) == 0
  static let absent: Comment = "Scripts/setup-training.sh has not been run"

  static let smolLM2 = newest("\(cache)/opentrusteval/models/smollm2", ".gguf")
  static let converter = newest("\(cache)/opentrusteval/llama", "convert_lora_to_gguf.py")

  private static func newest(_ folder: String, _ ending: String) -> String? {
    FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }.filter { $0.hasSuffix(ending) }.max()
      .map { "\(folder)/\($0)" }
  }

  static let scripts = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "runner").path

  /// A Llama of 0.6 million parameters; made once.
  static let tinyModel: String = {
    let folder = "\(FileManager.default.temporaryDirectory.path)/tiny-model-\(getpid())"
    let (status, output) = runPython(["\(scripts)/tiny.py", folder])
    precondition(status == 0, "cannot make the tiny model: \(output)")
    return folder
  }()

  static func runPython(_ arguments: [String]) -> (status: Int32, output: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: python)
    process.arguments = arguments
    process.environment = ["PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "HOME": "/tmp"]
    process.standardOutput = output
    process.standardError = output
    do { try process.run() } catch { return (127, "\(error)") }
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }

  static let message = Field("item", .structure([Field("role", .utf8), Field("content", .utf8)]))

  static func chats(_ count: Int) throws -> BatchList {
    let rows = (0..<count).map { number -> [JSONValue] in
      let question: JSONValue = ["role": "user", "content": .string("what comes after \(number)")]
      let answer: JSONValue = ["role": "assistant", "content": .string("\(number + 1)")]
      return [[question, answer], "counting"]
    }
    return try BatchList([Field("messages", .list(message)), Field("topic", .utf8)], rows: rows)
  }

  static func configuration(_ bench: PluginBench, _ more: [String: JSONValue] = [:]) -> JSONValue {
    let common: [String: JSONValue] = [
      "base_path": .string(tinyModel), "cache_folder": .string("\(bench.folder)/cache"), "python": .string(python),
      "max_steps": 6, "batch_size": 2, "max_length": 64, "learning_rate": 0.005, "r": 4, "alpha": 8, "device": "cpu",
      "warmup_steps": 0, "gguf": "never",
    ]
    return .object(common.merging(more) { _, new in new })
  }
}
