// What the host tells those who watch it: its log, its figures, and where they are wanted, traces and lineage.
package import Logging

package struct Telemetry: Sendable {
  /// What is still waiting when the host ends is sent within this time, or lost.
  private static let closingSeconds = 3.0

  package let log: Logger
  package let requests = RequestFigures()
  package let runs = RunFigures()
  package let traces: Traces?
  package let lineage: LineageFeed?
  private let sink: LogSink?

  package init(log: Logger, sink: LogSink?, lineage: LineageFeed?, traces: Traces?) {
    self.log = log
    self.sink = sink
    self.traces = traces
    self.lineage = lineage
  }

  private var outboxes: [Outbox] { [traces?.outbox, lineage?.outbox].compactMap { $0 } }

  package func write(to page: inout MetricsText) {
    requests.write(to: &page)
    runs.write(to: &page)
    page.add(
      "ote_log_lines_dropped_total", .counter, "Lines of the log that nobody read in time.",
      (sink?.dropped).map(Double.init))
    let figures = outboxes.map(\.figures)
    page.add(
      "ote_telemetry_waiting", .gauge, "Spans and lineage events that wait for their receiver.",
      figures.map { ([("signal", $0.signal)], Double($0.waiting)) })
    page.add(
      "ote_telemetry_sent_total", .counter, "Spans and lineage events that a receiver has taken.",
      figures.map { ([("signal", $0.signal)], Double($0.sent)) })
    page.add(
      "ote_telemetry_dropped_total", .counter, "Spans and lineage events that no receiver has taken, by reason.",
      figures.flatMap { box in
        box.lost.map { ([("signal", box.signal), ("reason", $0.reason)], Double($0.count)) }
      })
  }

  /// Sends and writes out what is still waiting, within a limit.
  package func close() async {
    await withTaskGroup { group in
      for outbox in outboxes { group.addTask { await outbox.close(within: Self.closingSeconds) } }
    }
    sink?.flush(within: 1)
  }
}
