// Reports are read by people: what is longer than any page is left out, and the log says so.
import JSONValue
import Model
import WorkerProtocol

enum ReportSize {
  private static let longest = 1 << 20

  /// The report, or nil where it is too long to be kept.
  static func kept(_ report: JSONValue, _ node: NodeRun) -> JSONValue? {
    let bytes = report.text.utf8.count
    guard bytes > longest else { return report }
    let text = "the report has \(bytes) bytes, more than the \(longest) that are kept; it is left out"
    node.state.link.send(
      .log(LogLine(at: TimeStamp.now(), level: .warning, node: node.plan.name, from: "host", text: text)))
    return nil
  }
}
