// SHA-256 over files of any size, in pieces, optionally while copying.
import Crypto
import Glibc
package import Model

package enum FileDigest {
  private static let pieceBytes = 1 << 20

  /// 64 hex digits of everything the file holds from its start.
  package static func hex(of file: borrowing OpenFile) throws(Problem) -> String {
    var hash = SHA256()
    try forEachPiece(of: file) { (piece) throws(Problem) in hash.update(bufferPointer: piece) }
    return text(hash.finalize())
  }

  package static func hex(of bytes: [UInt8]) -> String { text(SHA256.hash(data: bytes)) }

  /// Copies the file to `target` and answers the digest of what was written.
  package static func copy(
    _ file: borrowing OpenFile, to target: Int32, named path: String
  ) throws(Problem) -> String {
    var hash = SHA256()
    try forEachPiece(of: file) { (piece) throws(Problem) in
      hash.update(bufferPointer: piece)
      try write(piece, to: target, named: path)
    }
    return text(hash.finalize())
  }

  package static func write(
    _ bytes: UnsafeRawBufferPointer, to target: Int32, named path: String
  ) throws(Problem) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Glibc.write(target, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw Problem.file(.inputOutputFailed, "write", path) }
      rest = rest.dropFirst(written)
    }
  }

  private static func forEachPiece(
    of file: borrowing OpenFile, _ body: (UnsafeRawBufferPointer) throws(Problem) -> Void
  ) throws(Problem) {
    let size = max(4096, min(pieceBytes, Int(file.identity.size) + 1))
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    defer { piece.deallocate() }
    var offset = 0
    while true {
      let count = pread(file.descriptor, piece.baseAddress, size, offset)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Problem.file(.inputOutputFailed, "read", file.path) }
      guard count > 0 else { return }
      try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
      offset += count
    }
  }

  private static func text(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
