// What the scripted components of one run did, and what a test wants to happen on the way.
import PluginKit
import Synchronization

final class Recorder: Sendable {
  private static let all = Mutex<[Recorder]>([])
  private static let numbers = Atomic<Int>(0)

  let name: String
  private struct Kept {
    var events: [String] = []
    var numbers: [String: [Int64]] = [:]
    var texts: [String: [[String]]] = [:]
    var opened = 0
    var closed = 0
    var made = 0
    var destroyed = 0
    var onEvent: (@Sendable (String) -> Void)?
  }
  private let kept = Mutex(Kept())

  /// Lives as long as the process: components find it by the name in their configuration.
  init() {
    name = "recorder \(Self.numbers.wrappingAdd(1, ordering: .relaxed).newValue)"
    Self.all.withLock { $0.append(self) }
  }

  static func named(_ name: String) -> Recorder? { all.withLock { $0.last { $0.name == name } } }

  func onEvent(_ body: (@Sendable (String) -> Void)?) { kept.withLock { $0.onEvent = body } }

  func note(_ event: String) {
    let body = kept.withLock { kept in
      kept.events.append(event)
      return kept.onEvent
    }
    body?(event)
  }

  func took(_ batch: RecordBatch, by sink: String) {
    let numbers = batch.column("n").map { column in (0..<batch.rowCount).map { column.int64($0) ?? -1 } } ?? []
    let texts = (0..<batch.rowCount).map { row in (0..<batch.columnCount).map { batch.column($0).text(row) } }
    kept.withLock { kept in
      kept.numbers[sink, default: []] += numbers
      kept.texts[sink, default: []] += texts
    }
  }

  func streamOpened() { kept.withLock { $0.opened += 1 } }
  func streamClosed() { kept.withLock { $0.closed += 1 } }
  func instanceMade() { kept.withLock { $0.made += 1 } }
  func instanceDestroyed() { kept.withLock { $0.destroyed += 1 } }

  var events: [String] { kept.withLock { $0.events } }
  func count(of event: String) -> Int { events.count { $0 == event } }
  /// The column `n` of all rows that a sink took.
  func numbers(at sink: String) -> [Int64] { kept.withLock { $0.numbers[sink] ?? [] } }
  /// All rows that a sink took, as text.
  func texts(at sink: String) -> [[String]] { kept.withLock { $0.texts[sink] ?? [] } }

  /// Streams and instances that nobody let go of, or let go of twice.
  var leaks: [String] {
    kept.withLock { kept in
      (kept.opened == kept.closed ? [] : ["\(kept.opened) streams opened, \(kept.closed) closed"])
        + (kept.made == kept.destroyed ? [] : ["\(kept.made) instances made, \(kept.destroyed) destroyed"])
    }
  }
}
