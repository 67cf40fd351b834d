// Reads a document from a file, or from standard input, without reading more than a document may have.
import Glibc
package import Model

extension PipelineDocument {
  /// `-` reads standard input.
  package static func read(path: String) throws(Problems) -> PipelineDocument {
    let file = path == "-" ? "standard input" : path
    let bytes: [UInt8]
    do throws(Problem) {
      bytes = try contents(ofFile: path, named: file)
    } catch {
      throw Problems([error])
    }
    return try PipelineDocument(parsing: bytes, file: file)
  }

  static func contents(ofFile path: String, named file: String) throws(Problem) -> [UInt8] {
    guard path != "-" else { return try contents(of: STDIN_FILENO, named: file) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(file, errno) }
    defer { close(descriptor) }
    return try contents(of: descriptor, named: file)
  }

  /// One byte more than allowed is enough to know that a document is too large.
  private static func contents(of descriptor: Int32, named file: String) throws(Problem) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= DocumentLimits.bytes {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { break }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw unreadable(file, errno) }
      bytes += chunk[..<count]
    }
    return bytes
  }

  private static func unreadable(_ file: String, _ code: Int32) -> Problem {
    let reason = String(cString: strerror(code))
    return Problem(.documentUnreadable, "\(file): \(reason).", at: ProblemLocation(file: file))
  }
}
