// What stays of a run on disk beside its rows in the store: log, failing rows, crash reports.
import FoundationEssentials
import Glibc
import JSONValue
import Model
package import WorkerProtocol

/// `HOME/runs/RUN`: log.jsonl, metrics.jsonl, failing/NODE.csv, crash-ATTEMPT.txt. Append-only while the run lasts.
package final class RunRecord {
  package let folder: String
  private var log: Int32 = -1
  private var metrics: Int32 = -1

  package init(home: String, run: String) { folder = "\(home)/runs/\(run)" }

  deinit { for file in [log, metrics] where file >= 0 { close(file) } }

  package var logPath: String { "\(folder)/log.jsonl" }
  package var metricsPath: String { "\(folder)/metrics.jsonl" }
  package var failingFolder: String { "\(folder)/failing" }

  /// A log that cannot be written must not end the run: the line is lost, the run is not.
  package func append(_ line: LogLine) { append(line, to: &log, at: logPath) }

  /// A trainer's figures, one point a line.
  package func append(_ point: MetricPoint) { append(point, to: &metrics, at: metricsPath) }

  private func append(_ line: some Encodable, to file: inout Int32, at path: String) {
    if file < 0 {
      makeFolder()
      file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }
    guard file >= 0, let data = try? JSONEncoder().encode(line) else { return }
    let bytes = Array(data) + [10]
    _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
  }

  package func keepCrash(_ report: String, attempt: Int) {
    guard !report.isEmpty else { return }
    makeFolder()
    try? report.write(toFile: "\(folder)/crash-\(attempt).txt", atomically: true, encoding: .utf8)
  }

  /// Moves the evidence out of the working folder before that is removed.
  package func keepFailing(from work: String) {
    let source = "\(work)/failing"
    guard access(source, F_OK) == 0 else { return }
    makeFolder()
    try? FileManager.default.createDirectory(atPath: failingFolder, withIntermediateDirectories: true)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: source)) ?? [] {
      try? FileManager.default.removeItem(atPath: "\(failingFolder)/\(name)")
      do {
        try FileManager.default.moveItem(atPath: "\(source)/\(name)", toPath: "\(failingFolder)/\(name)")
      } catch { try? FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(failingFolder)/\(name)") }
    }
  }

  private func makeFolder() {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }
}

/// Held while a run lasts: whoever can take it knows that the run's host is gone.
final class RunLock {
  private let descriptor: Int32

  /// nil while another process holds it.
  init?(folder: String) {
    descriptor = open("\(folder)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      if descriptor >= 0 { close(descriptor) }
      return nil
    }
  }

  deinit { close(descriptor) }
}
