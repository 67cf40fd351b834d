// llama.cpp's log of one thread, for the time of a call.
import CLlama
import PluginKit

/// Sends what llama.cpp logs on this thread to the run's log at debug level, and keeps the first complaint.
final class LogCapture {
  private let host: Host
  private let run: Run?
  private(set) var complaint: String?

  private init(host: Host, run: Run?) {
    self.host = host
    self.run = run
  }

  static func around<R>(_ host: Host, _ run: Run?, _ body: (LogCapture) throws -> R) rethrows -> R {
    let capture = LogCapture(host: host, run: run)
    return try withExtendedLifetime(capture) {
      cllama_log_to(
        { context, line in
          guard let context, let line else { return }
          Unmanaged<LogCapture>.fromOpaque(context).takeUnretainedValue().take(String(cString: line))
        }, Unmanaged.passUnretained(capture).toOpaque())
      defer { cllama_log_to(nil, nil) }
      return try body(capture)
    }
  }

  private func take(_ line: String) {
    if complaint == nil, ["error", "failed", "mismatch", "missing", "expect"].contains(where: { line.contains($0) }) {
      complaint = line
    }
    host.log(.debug, "llama.cpp: \(line)", run: run)
  }
}
