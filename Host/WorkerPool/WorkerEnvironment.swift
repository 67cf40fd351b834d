// What a worker inherits: a short allow-list, so that secrets in the host's environment stay there.
import Glibc

package enum WorkerEnvironment {
  /// Names that a worker may see. Everything else is left behind.
  static let inherited = [
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_CACHE_HOME", "LIBDUCKDB", "LIBLLAMA",
    "OTE_TRAINING_PYTHON", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH",
    "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS",
  ]

  package static func current() -> [String] {
    var variables = inherited.compactMap { name in value(name).map { "\(name)=\($0)" } }
    variables.append("SWIFT_BACKTRACE=\(backtrace())")
    return variables
  }

  /// Swift's backtracer where the toolchain that holds it is on the PATH; without it a crash still shows C frames.
  private static func backtrace() -> String {
    guard value("OTE_BACKTRACE") != "off", let program = backtracer() else { return "enable=no" }
    return "enable=yes,interactive=no,color=no,registers=none,images=none,threads=crashed,sanitize=yes,"
      + "output-to=stderr,swift-backtrace=\(program)"
  }

  private static func backtracer() -> String? {
    for folder in (value("PATH") ?? "").split(separator: ":") {
      guard let real = realpath("\(folder)/swift", nil) else { continue }
      defer { free(real) }
      let program = String(cString: real).split(separator: "/").dropLast(2).joined(separator: "/")
      let path = "/\(program)/libexec/swift/linux/swift-backtrace-static"
      if access(path, X_OK) == 0 { return path }
    }
    return nil
  }

  private static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
