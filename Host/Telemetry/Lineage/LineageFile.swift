// A file of lineage events, one JSON document a line.
import Glibc
import Model

final class LineageFile: Sendable {
  private let descriptor: Int32

  /// Without O_NONBLOCK a fifo at this place would stop the host.
  init(_ path: String) throws(Problem) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else {
      throw Problem(
        .telemetryInvalid, "cannot write lineage to \(path): \(String(cString: strerror(errno)))",
        at: ProblemLocation(file: path), next: "Name another file with --lineage-file.")
    }
  }

  deinit { close(descriptor) }

  /// One call for a whole line, so that lines of several runs stay whole. False where it was not written.
  func append(_ line: [UInt8]) -> Bool {
    let bytes = line + [10]
    return bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count
  }
}
