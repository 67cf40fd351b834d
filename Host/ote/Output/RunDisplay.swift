// A run while it goes on: one live block on a terminal, plain lines elsewhere, JSON lines with --json.
import Glibc
import JSONValue
import Model
import Supervisor
import WorkerProtocol

final class RunDisplay {
  enum Mode { case live, lines, json, quiet }

  private let mode: Mode
  private var drawn = 0
  private var latest: [NodeReport] = []
  private var before: [String: (rows: Int64, at: Double)] = [:]
  private var rates: [String: Double] = [:]
  private var lastLine = 0.0
  private let started = RunDisplay.clock()

  init(_ mode: Mode) { self.mode = mode }

  func show(_ event: RunEvent) {
    switch mode {
    case .quiet: break
    case .json: printJSON(event)
    case .live, .lines: printText(event)
    }
  }

  private func printText(_ event: RunEvent) {
    switch event {
    case .started(let report, _): Standard.error("\(report.pipeline.name)  run \(report.run)")
    case .progress(let nodes): progress(nodes)
    case .log(let line) where line.level != .debug:
      erase()
      Standard.error(Style.error.dim("  \(line.node ?? "host") | ") + line.text)
      draw()
    case .retrying(let problem, let attempt, let delay):
      erase()
      Standard.error(ProblemText.text(problem))
      Standard.error("  attempt \(attempt) in \(Figures.seconds(delay))")
    case .finished: erase()
    case .bound, .log, .metric, .used, .attempting, .attempted: break
    }
  }

  private func progress(_ nodes: [NodeReport]) {
    latest = nodes
    measure(nodes)
    if mode == .live {
      erase()
      draw()
    } else if Self.clock() - lastLine >= 5, Self.clock() - started >= 2 {
      lastLine = Self.clock()
      for node in moving(nodes) { Standard.error("  \(summary(node))") }
    }
  }

  /// Nodes worth a line: running, and not part of another's query.
  private func moving(_ nodes: [NodeReport]) -> [NodeReport] {
    nodes.filter { $0.status == .running && $0.fusedInto == nil }
  }

  private func measure(_ nodes: [NodeReport]) {
    let now = Self.clock()
    for node in nodes {
      let rows = node.rowsOut ?? node.rowsIn ?? 0
      if let last = before[node.name], now - last.at >= 0.5 {
        rates[node.name] = Double(rows - last.rows) / (now - last.at)
        before[node.name] = (rows, now)
      } else if before[node.name] == nil {
        before[node.name] = (rows, now)
      }
    }
  }

  private func summary(_ node: NodeReport) -> String {
    var parts = [node.name]
    if let rows = node.rowsOut ?? node.rowsIn, rows > 0 { parts.append("\(Figures.count(rows)) rows") }
    if let rate = rates[node.name], rate > 0 { parts.append("\(Figures.count(Int64(rate))) rows/s") }
    if let bytes = node.bytesOut, bytes > 0 { parts.append(Figures.bytes(bytes)) }
    if let progress = node.progress { parts.append(words(progress, seconds: node.seconds)) }
    return parts.joined(separator: "  ")
  }

  private func words(_ progress: NodeProgress, seconds: Double?) -> String {
    guard let total = progress.total, total > 0, progress.done <= total else {
      return "\(Figures.count(Int64(clamping: progress.done))) \(progress.phase)"
    }
    let share = Double(progress.done) / Double(total)
    var text = progress.phase == "percent" ? "\(Int(share * 100)) %" : "\(Int(share * 100)) % of \(progress.phase)"
    if share > 0.02, share < 1, let seconds { text += ", \(Figures.seconds(seconds / share - seconds)) left" }
    return text
  }

  private func draw() {
    guard mode == .live else { return }
    let running = moving(latest)
    let lines = running.map { String("  \(summary($0))".prefix(Standard.columns - 1)) }
    guard !lines.isEmpty else { return }
    Standard.raw(lines.map { $0 + "\n" }.joined())
    drawn = lines.count
  }

  private func erase() {
    guard drawn > 0 else { return }
    Standard.raw("\u{1B}[\(drawn)A\u{1B}[0J")
    drawn = 0
  }

  /// Events on stderr, one JSON object a line; the report itself goes to stdout.
  private func printJSON(_ event: RunEvent) {
    let object: [String: JSONValue]
    switch event {
    case .started(let report, let inserted):
      object = ["event": "started", "run": .string(report.run), "inserted": .array(inserted.map { .string($0) })]
    case .bound(let nodes): object = ["event": "bound", "nodes": encoded(nodes)]
    case .progress(let nodes): object = ["event": "progress", "nodes": encoded(nodes)]
    case .used(let sample): object = ["event": "used", "sample": encoded(sample)]
    case .log(let line): object = ["event": "log", "line": encoded(line)]
    case .metric(let point): object = ["event": "metric", "point": encoded(point)]
    case .retrying(let problem, let attempt, let delay):
      object = [
        "event": "retrying", "attempt": .int(Int64(attempt)), "delay_seconds": .double(delay),
        "problem": encoded(problem),
      ]
    case .attempting, .attempted: return
    case .finished(let report): object = ["event": "finished", "status": .string(report.status.rawValue)]
    }
    Standard.error(JSONValue.object(object).text)
  }

  private func encoded(_ value: some Encodable) -> JSONValue { (try? JSONValue(encoding: value)) ?? .null }

  private static func clock() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
