// Which objects earlier runs have handed on: digests of key and ETag in the pipeline's state.
import Crypto
import PluginKit

/// Used by one thread at a time. What the latest run handed on is kept apart, so that another attempt of it gets that again.
final class SeenObjects: @unchecked Sendable {
  private typealias Mark = SIMD2<UInt64>

  private static let format: UInt8 = 1
  private static let shards = 16
  private static let latestRun = "latest-run"
  private static let latestPrefix = "latest/"
  private static let seenPrefix = "seen/"
  private var seen: Set<Mark>
  /// What is still in the bucket: the rest is forgotten.
  private var present: Set<Mark> = []
  private var new: Set<Mark> = []

  init(_ run: Run) throws {
    seen = try Self.load(Self.seenPrefix, run)
    let latest = try run.state(get: Self.latestRun).map { String(decoding: $0.value, as: UTF8.self) }
    if latest != nil, latest != run.meta.run { seen.formUnion(try Self.load(Self.latestPrefix, run)) }
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
  func store(_ run: Run, isAtEnd: Bool) throws {
    try Self.store(isAtEnd ? present : seen, Self.seenPrefix, run)
    try Self.store(new, Self.latestPrefix, run)
    try run.state(put: Self.latestRun, Array(run.meta.run.utf8))
  }

  private static func mark(_ object: ListedObject) -> Mark {
    let digest = Array(SHA256.hash(data: Array("\(object.key)\0\(object.etag)".utf8)))
    func word(_ start: Int) -> UInt64 { digest[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
    return Mark(word(0), word(8))
  }

  /// A value of the state has at most 8 MiB: sixteen of them hold eight million objects.
  private static func store(_ marks: Set<Mark>, _ prefix: String, _ run: Run) throws {
    var bytes = [[UInt8]](repeating: [format], count: shards)
    for mark in marks {
      for word in [mark.x, mark.y] {
        withUnsafeBytes(of: word.bigEndian) { bytes[Int(mark.x % UInt64(shards))].append(contentsOf: $0) }
      }
    }
    for (index, value) in bytes.enumerated() { try run.state(put: "\(prefix)\(index)", value) }
  }

  private static func load(_ prefix: String, _ run: Run) throws -> Set<Mark> {
    var marks: Set<Mark> = []
    for index in 0..<shards {
      guard let value = try run.state(get: "\(prefix)\(index)")?.value else { continue }
      guard value.first == format, (value.count - 1) % 16 == 0 else {
        throw PluginError(
          .state,
          "what earlier runs have noted about seen objects cannot be read. A newer version of this plugin may have "
            + "written it")
      }
      var at = 1
      while at < value.count {
        func word(_ start: Int) -> UInt64 { value[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
        marks.insert(Mark(word(at), word(at + 8)))
        at += 16
      }
    }
    return marks
  }
}
