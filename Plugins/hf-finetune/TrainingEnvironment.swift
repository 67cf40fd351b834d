// What the training needs outside the plugin: an interpreter with the packages, llama.cpp's converter.
import CChildProcess
import Glibc
import JSONValue
import PluginKit

struct TrainingEnvironment: Sendable {
  var python: String
  /// Checkpoints and de-quantised bases.
  var cache: String
  /// nil where llama.cpp was not set up.
  var converter: String?

  init(_ settings: Settings) throws {
    let home = Self.variable("XDG_CACHE_HOME") ?? Self.variable("HOME").map { "\($0)/.cache" } ?? "/tmp"
    let shared = "\(home)/opentrusteval"
    python = settings.python ?? Self.variable("OTE_TRAINING_PYTHON") ?? "\(shared)/venv-training/bin/python"
    cache = settings.cacheFolder ?? "\(shared)/training"
    converter = Self.newestConverter(in: "\(shared)/llama")
    guard access(python, X_OK) == 0 else { throw Self.withoutPython(python, settings) }
  }

  private static func withoutPython(_ python: String, _ settings: Settings) -> PluginError {
    var details: [String: JSONValue] = ["file": .string(python), "next": "Scripts/setup-training.sh"]
    if settings.python != nil { details["path"] = "/python" }
    return PluginError(
      .unsupported,
      "there is no Python with PyTorch, Transformers, PEFT and TRL at \(python). Run Scripts/setup-training.sh, which "
        + "installs them (0.7 GB to download on a machine without GPU), or name another interpreter under \"python\"",
      details: details)
  }

  static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Writes the Python program into a folder and answers where it begins.
  func unpackRunner(into work: String) throws -> String {
    let folder = "\(work)/runner"
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw RowFile.failure(folder) }
    var index: UInt32 = 0
    while let file = ote_child_runner_file(index)?.pointee {
      let text = String(decoding: UnsafeBufferPointer(start: file.bytes, count: Int(file.length)), as: UTF8.self)
      try RowFile.write(text, to: "\(folder)/\(String(cString: file.name))")
      index += 1
    }
    return "\(folder)/main.py"
  }

  /// Of several versions the one that sorts last.
  private static func newestConverter(in folder: String) -> String? {
    guard let listing = opendir(folder) else { return nil }
    defer { closedir(listing) }
    var found: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let path = "\(folder)/\(name)/python/convert_lora_to_gguf.py"
      if !name.hasPrefix("."), access(path, R_OK) == 0 { found.append(path) }
    }
    return found.max()
  }

  /// Only what the process needs: no secret of the worker, no proxy, nothing that leads to a network.
  func variables(work: String, threads: Int) -> [String] {
    var list = [
      "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=\(work)", "TMPDIR=\(work)", "LANG=C.UTF-8", "HF_HUB_OFFLINE=1",
      "HF_DATASETS_OFFLINE=1", "HF_HOME=\(work)/hf", "PYTHONNOUSERSITE=1", "PYTHONDONTWRITEBYTECODE=1",
      "PYTHONUNBUFFERED=1", "OMP_NUM_THREADS=\(threads)", "OTE_TRAINER_EVENTS=3", "OTE_TRAINER_CONTROL=4",
      "OTE_TRAINER_PARENT=\(getpid())",
      // Threads that wait leave the cores to others: on a busy machine ten times faster, on an idle one as fast.
      "OMP_WAIT_POLICY=PASSIVE", "GOMP_SPINCOUNT=0",
    ]
    for name in ["CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "TZ"] {
      if let value = Self.variable(name) { list.append("\(name)=\(value)") }
    }
    return list
  }
}
