// Counts requests by operation and status, and how long they took, for /metrics.
import Synchronization

final class RequestFigures: Sendable {
  static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

  struct Series: Sendable {
    var counts: [Int: Int] = [:]
    var buckets = [Int](repeating: 0, count: RequestFigures.bounds.count)
    var seconds = 0.0
    var total: Int { counts.values.reduce(0, +) }
  }

  private let series = Mutex<[String: Series]>([:])

  func note(operation: String, status: Int, seconds: Double) {
    series.withLock { all in
      all[operation, default: Series()].counts[status, default: 0] += 1
      all[operation]?.seconds += seconds
      if let index = Self.bounds.firstIndex(where: { seconds <= $0 }) { all[operation]?.buckets[index] += 1 }
    }
  }

  var all: [(String, Series)] { series.withLock { $0.sorted { $0.key < $1.key } } }
}
