// /metrics in Prometheus' text format 0.0.4.
import ControlPlane
import Foundation
import MetadataStore
import Model

enum MetricsPage {
  static let type = "text/plain; version=0.0.4; charset=utf-8"

  static func text(_ plane: ControlPlane, _ figures: RequestFigures) -> String {
    var page = ""
    let load = plane.runs.load
    gauge(&page, "ote_runs_running", "Runs in progress.", Double(load.running))
    gauge(&page, "ote_runs_queued", "Runs that wait for their turn.", Double(load.queued))
    gauge(&page, "ote_runs_limit", "Runs that may be in progress at once.", Double(load.limit))
    gauge(&page, "ote_event_subscribers", "Readers of the event stream.", Double(plane.events.followerCount))
    gauge(&page, "ote_event_last_id", "Id of the newest event.", Double(plane.events.lastID))
    let plugins = plane.plugins.installed()
    gauge(&page, "ote_plugins_usable", "Plugins that runs can use.", Double(plugins.filter(\.isUsable).count))
    gauge(
      &page, "ote_plugins_refused", "Plugins that are named by a manifest and not usable.",
      Double(plugins.filter { !$0.isUsable }.count))
    if let memory = HostFigures.memoryBytes() {
      gauge(&page, "process_resident_memory_bytes", "Resident memory of the host.", Double(memory))
    }
    if let counts = try? plane.metadata.runCounts() {
      head(&page, "ote_runs_last_day", "Runs that began in the last 24 hours, by status.", "gauge")
      for (status, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        page += "ote_runs_last_day{status=\"\(status.rawValue)\"} \(count)\n"
      }
    }
    requests(&page, figures)
    return page
  }

  private static func requests(_ page: inout String, _ figures: RequestFigures) {
    let all = figures.all
    guard !all.isEmpty else { return }
    head(&page, "ote_http_requests_total", "Requests by operation and status.", "counter")
    for (name, series) in all {
      for (status, count) in series.counts.sorted(by: { $0.key < $1.key }) {
        page += "ote_http_requests_total{operation=\"\(name)\",status=\"\(status)\"} \(count)\n"
      }
    }
    head(&page, "ote_http_request_seconds", "Time to the answer's head.", "histogram")
    for (name, series) in all {
      var sum = 0
      for (bound, count) in zip(RequestFigures.bounds, series.buckets) {
        sum += count
        page += "ote_http_request_seconds_bucket{operation=\"\(name)\",le=\"\(bound)\"} \(sum)\n"
      }
      page += "ote_http_request_seconds_bucket{operation=\"\(name)\",le=\"+Inf\"} \(series.total)\n"
      page += "ote_http_request_seconds_sum{operation=\"\(name)\"} \(series.seconds)\n"
      page += "ote_http_request_seconds_count{operation=\"\(name)\"} \(series.total)\n"
    }
  }

  private static func gauge(_ page: inout String, _ name: String, _ help: String, _ value: Double) {
    head(&page, name, help, "gauge")
    page += "\(name) \(value)\n"
  }

  private static func head(_ page: inout String, _ name: String, _ help: String, _ type: String) {
    page += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }
}

enum HostFigures {
  /// Resident bytes of this process.
  static func memoryBytes() -> Int64? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    return text.split(separator: " ").dropFirst().first.flatMap { Int64($0) }.map { $0 * 4096 }
  }
}

enum Readiness {
  /// Ready while the store answers.
  static func answer(_ plane: ControlPlane) -> Answer {
    do throws(Problem) {
      _ = try plane.metadata.lastEventID()
      return Answer(content: .bytes(Array("ready\n".utf8), type: "text/plain"))
    } catch { return ProblemAnswer.answer(error) }
  }
}
