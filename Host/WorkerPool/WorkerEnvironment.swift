// What a worker inherits: a short allow-list, so that secrets in the host's environment stay there.
import Glibc

package enum WorkerEnvironment {
  /// Names that a worker may see. Everything else is left behind.
  static let inherited = [
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_CACHE_HOME", "LIBDUCKDB", "LIBLLAMA",
    "OTE_TRAINING_PYTHON", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH",
    "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS",
    // Where the network is reached, and whom to trust there.
    "http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE",
    // Where AWS keeps things; its keys are not among them.
    "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_CA_BUNDLE",
  ]

  /// More names, by the admin's wish: OTE_WORKER_ENV=AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY.
  static var wished: [String] {
    (value("OTE_WORKER_ENV") ?? "").split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
      .filter { !inherited.contains($0) && $0 != "SWIFT_BACKTRACE" }
  }

  package static func current() -> [String] {
    var variables = (inherited + wished).compactMap { name in value(name).map { "\(name)=\($0)" } }
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
