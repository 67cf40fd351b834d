// Where libduckdb and its extensions are found at run time.
import CDuckDB
import Glibc
import PluginKit

/// Finds and opens libduckdb: `$LIBDUCKDB`, the system's loader, then the cache that Scripts/setup-duckdb.sh fills.
enum Library {
  static let version = "1.5.5"

  /// Opens the library once per process. Throws `notFound` with every place that was tried and why it would not do.
  static func load() throws {
    if cduck_library_version() != nil { return }
    var reasons: [String] = []
    for path in candidates {
      var error = cduck_error()
      if cduck_load(path, &error) == 0 { return }
      reasons.append("\(path): \(error.message.map { String(cString: $0) } ?? "unknown")")
      cduck_error_clear(&error)
    }
    throw PluginError(
      .notFound,
      "DuckDB's library was not found. Run Scripts/setup-duckdb.sh, or set LIBDUCKDB to the path of a libduckdb.so "
        + "of version 1.4 or later. Tried: \(reasons.joined(separator: "; "))")
  }

  private static var candidates: [String] {
    if let chosen = environment("LIBDUCKDB") { return [chosen] }
    return ["libduckdb.so"] + (cacheFolder.map { ["\($0)/libduckdb.so"] } ?? [])
  }

  /// The file of a loadable extension. Throws `notFound` with the way to get it.
  static func path(ofExtension name: String) throws -> String {
    let loaded: String? = cduck_library_folder().map { String(cString: $0) }
    let folders = [loaded, cacheFolder].compactMap { $0 }
    for folder in folders {
      let path = "\(folder)/\(name).duckdb_extension"
      if access(path, R_OK) == 0 { return path }
    }
    throw PluginError(
      .notFound,
      "DuckDB's extension \"\(name)\" was not found in \(folders.joined(separator: " or ")). "
        + "Run Scripts/setup-duckdb.sh to fetch it.")
  }

  private static var cacheFolder: String? {
    let cache = environment("XDG_CACHE_HOME") ?? homeFolder.map { "\($0)/.cache" }
    return cache.map { "\($0)/opentrusteval/duckdb/\(version)" }
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
