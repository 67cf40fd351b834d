// Counts requests by route, method and status, and how long they took until the head of their answer.
import Synchronization

package final class RequestFigures: Sendable {
  private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
  /// Everything else is `other`: whoever asks must not be able to make series.
  private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  private struct Route: Hashable {
    var template: String
    var method: String
  }
  private struct Series {
    var counts: [Int: Int] = [:]
    var durations = Histogram(bounds: RequestFigures.bounds)
  }

  private let series = Mutex<[Route: Series]>([:])

  package init() {}

  /// `template` is one of a fixed set: a path of the API document, or a word for what is no part of it.
  package func note(template: String, method: String, status: Int, seconds: Double) {
    let route = Route(template: template, method: Self.methods.contains(method) ? method : "other")
    series.withLock { all in
      all[route, default: Series()].counts[status, default: 0] += 1
      all[route]?.durations.note(seconds)
    }
  }

  package func write(to page: inout MetricsText) {
    let all = series.withLock { $0 }.sorted { ($0.key.template, $0.key.method) < ($1.key.template, $1.key.method) }
    page.add(
      "ote_http_requests_total", .counter, "Requests by route, method and status.",
      all.flatMap { route, series in
        series.counts.sorted { $0.key < $1.key }.map { status, count in
          (Self.labels(route) + [("status", String(status))], Double(count))
        }
      })
    page.add(
      "ote_http_request_duration_seconds", "Time from a request to the head of its answer.",
      all.map { (Self.labels($0.key), $0.value.durations) })
  }

  private static func labels(_ route: Route) -> MetricsText.Labels {
    [("route", route.template), ("method", route.method)]
  }
}
