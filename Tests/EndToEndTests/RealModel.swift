// SmolLM2 through llama.cpp, and PyTorch, in pipelines of the real `ote`. ./check runs these suites in a step of their own.
import Foundation
import Testing

/// One after another: threads of ggml wait by spinning, so models that compute at once slow each other down.
@Suite(.serialized) enum RealModel {}

/// What the set-ups have put on this machine.
enum SetUp {
  static let cache: String = {
    let environment = ProcessInfo.processInfo.environment
    return (environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "")/.cache") + "/opentrusteval"
  }()

  static let smolLM2 = find("SmolLM2-135M-Instruct.Q4_1.gguf", below: "\(cache)/models")
  static let hasSmolLM2 = smolLM2 != nil && find("libllama.so", below: "\(cache)/llama") != nil
  static let noSmolLM2: Comment = "Scripts/setup-llama.sh and Scripts/setup-smollm2.sh make it run"

  /// The interpreter that trains.
  static let trainer: String? = {
    let path = "\(cache)/venv-training/bin/python"
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  /// A configuration of llama-cpp/model with the model and one thread.
  static func model(_ more: String = "", path: String? = smolLM2, context: Int = 256) throws -> String {
    "{path: \"\(try #require(path))\", context: \(context), threads: 1\(more.isEmpty ? "" : ", \(more)")}"
  }

  private static func find(_ name: String, below folder: String) -> String? {
    let paths = FileManager.default.enumerator(atPath: folder)
    while let path = paths?.nextObject() as? String {
      if path.hasSuffix("/\(name)") || path == name { return "\(folder)/\(path)" }
    }
    return nil
  }
}
