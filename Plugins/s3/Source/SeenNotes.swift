// Marks of seen objects in the pipeline's state, by pages.
import PluginKit

struct SeenNotes: Sendable {
  private static let format: UInt8 = 2
  private static let headerBytes = 9
  private static let markBytes = 16
  /// A value of the state has at most 8 MiB.
  private static let marksPerPage = 500_000

  let run: Run
  /// Of the last run that committed; nil where none has.
  let position: Position?

  func read() throws -> Set<SeenObjects.Mark> {
    guard let position else { return try FormerNotes.read(run) }
    var marks: Set<SeenObjects.Mark> = []
    for page in 0..<position.pages {
      guard let value = try run.state(get: position.key(page))?.value else {
        throw Position.refusal("a part is missing")
      }
      marks.formUnion(try Self.marks(in: value, tag: position.tag))
    }
    return marks
  }

  /// Beside those that count; the position that is answered makes them count.
  func write(_ marks: Set<SeenObjects.Mark>) throws -> Position {
    var next = Position.following(position, pages: 0)
    let pages = Self.pages(marks, tag: next.tag)
    next.pages = pages.count
    for (index, page) in pages.enumerated() { try run.state(put: next.key(index), page) }
    return next
  }

  /// Those of before there were positions; only once a position is kept.
  func forgetFormer() throws { if position != nil { try FormerNotes.remove(run) } }

  static func pages(_ marks: Set<SeenObjects.Mark>, tag: UInt64, marksPerPage: Int = marksPerPage) -> [[UInt8]] {
    let all = Array(marks)
    return stride(from: 0, to: all.count, by: marksPerPage).map { start in
      let share = all[start..<min(start + marksPerPage, all.count)]
      var page = [format] + tag.bigEndianBytes
      page.reserveCapacity(headerBytes + share.count * markBytes)
      for mark in share { page += mark.x.bigEndianBytes + mark.y.bigEndianBytes }
      return page
    }
  }

  static func marks(in page: [UInt8], tag: UInt64) throws -> [SeenObjects.Mark] {
    guard page.first == format else { throw Position.refusal("a newer version of this plugin has written it") }
    guard page.count >= headerBytes, (page.count - headerBytes) % markBytes == 0 else {
      throw Position.refusal("a part is damaged")
    }
    guard UInt64(bigEndian: page[1..<headerBytes]) == tag else {
      throw Position.refusal("another run of this pipeline has written over it at the same time")
    }
    return marks(page[headerBytes...])
  }

  fileprivate static func marks(_ bytes: ArraySlice<UInt8>) -> [SeenObjects.Mark] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: markBytes).map { at in
      SeenObjects.Mark(UInt64(bigEndian: bytes[at..<(at + 8)]), UInt64(bigEndian: bytes[(at + 8)..<(at + markBytes)]))
    }
  }
}

/// Notes of this plugin from before it had positions: an object counted as seen once it was handed on. They hold until
/// a run has committed, or all that those who used it have read would come again.
private enum FormerNotes {
  private static let format: UInt8 = 1
  private static let latestRun = "latest-run"
  private static let keys = ["seen", "latest"].flatMap { prefix in (0..<16).map { "\(prefix)/\($0)" } }

  static func read(_ run: Run) throws -> Set<SeenObjects.Mark> {
    // Written last, so without it there is nothing whole.
    guard try run.state(get: latestRun) != nil else { return [] }
    var marks: Set<SeenObjects.Mark> = []
    for key in keys {
      guard let value = try run.state(get: key)?.value else { continue }
      guard value.first == format, (value.count - 1) % 16 == 0 else { throw Position.refusal("a part is damaged") }
      marks.formUnion(SeenNotes.marks(value[1...]))
    }
    return marks
  }

  static func remove(_ run: Run) throws {
    guard try run.state(get: latestRun) != nil else { return }
    for key in keys + [latestRun] { try run.state(remove: key) }
  }
}
