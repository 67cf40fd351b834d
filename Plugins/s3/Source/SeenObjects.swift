// Which objects committed runs have handed on: by digests of key and ETag.
import Crypto
import PluginKit

/// What one stream finds seen, and what the next run begins from if this one commits. Used by one thread at a time.
final class SeenObjects: @unchecked Sendable {
  typealias Mark = SIMD2<UInt64>

  private let notes: SeenNotes
  private let seen: Set<Mark>
  /// What is still in the bucket: the rest is forgotten.
  private var present: Set<Mark> = []
  private var new: Set<Mark> = []
  /// nil until all were handed on.
  private var next: Set<Mark>?
  /// Answered again when it is asked for again: writing twice would end what the first answer names.
  private var kept: Position?

  init(_ notes: SeenNotes) throws {
    self.notes = notes
    seen = try notes.read()
  }

  /// Also notes that it is there.
  func isSeen(_ object: ListedObject) -> Bool {
    let mark = Self.mark(object)
    if seen.contains(mark) {
      present.insert(mark)
      return true
    }
    new.insert(mark)
    return false
  }

  /// Once all of them were handed on. With `isAtEnd` what is no longer in the bucket is forgotten.
  func finish(isAtEnd: Bool) { next = (isAtEnd ? present : seen).union(new) }

  /// Where the next run begins. A stream that was not read to its end moves nothing.
  func keep() throws -> Position? {
    if let kept { return kept }
    try notes.forgetFormer()
    guard let next, next != seen || notes.position == nil else { return notes.position }
    kept = try notes.write(next)
    return kept
  }

  private static func mark(_ object: ListedObject) -> Mark {
    let digest = Array(SHA256.hash(data: Array("\(object.key)\0\(object.etag)".utf8)))
    return Mark(UInt64(bigEndian: digest[0..<8]), UInt64(bigEndian: digest[8..<16]))
  }
}

extension UInt64 {
  init(bigEndian bytes: ArraySlice<UInt8>) { self = bytes.reduce(0) { $0 << 8 | UInt64($1) } }

  var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
