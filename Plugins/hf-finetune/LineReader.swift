// Whole lines out of a non-blocking descriptor.
import Glibc

struct LineReader {
  /// A longer line is cut: no process makes us keep more.
  static let lineBytesMax = 1 << 20

  let descriptor: Int32
  private(set) var isAtEnd = false
  private var rest: [UInt8] = []

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// What has come since the last call; the unfinished line as well once the end was reached.
  mutating func lines() -> [String] {
    var piece = [UInt8](repeating: 0, count: 65_536)
    reading: while true {
      let count = read(descriptor, &piece, piece.count)
      switch count {
      case 1...: rest += piece[..<count]
      case 0:
        isAtEnd = true
        break reading
      default:
        if errno == EINTR { continue }
        isAtEnd = errno != EAGAIN
        break reading
      }
    }
    var found = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let last = found.removeLast()
    if isAtEnd || last.count > Self.lineBytesMax {
      found.append(last)
      rest = []
    } else {
      rest = Array(last)
    }
    return found.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
  }
}
