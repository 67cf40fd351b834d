// A finished run for a terminal: nodes, findings, gates, what was published and where it lies.
import ArtifactStore
import JSONValue
import Model

struct ReportText {
  let report: RunReport
  let artifacts: ArtifactStore
  private let style = Style.output

  init(_ report: RunReport, artifacts: ArtifactStore) {
    self.report = report
    self.artifacts = artifacts
  }

  func print() {
    Swift.print(headline)
    Swift.print("\n" + nodes)
    if let reported { Swift.print("\n" + reported) }
    if !report.findings.isEmpty { Swift.print("\n" + findings) }
    for gate in report.gates { Swift.print("  gate of \(gate.node): \(words(gate))") }
    if !report.outputs.isEmpty { Swift.print("\n" + outputs) }
    for problem in report.problems { Swift.print("\n" + ProblemText.text(problem, style: style)) }
  }

  private var headline: String {
    let status: String
    switch report.status {
    case .succeeded: status = style.green("succeeded")
    case .stopped: status = style.yellow("stopped by a gate")
    default: status = style.red(report.status.rawValue)
    }
    let attempts = report.attempts > 1 ? ", \(report.attempts) attempts" : ""
    return "\(style.bold(report.pipeline.name)) \(status) in \(Figures.seconds(report.seconds))\(attempts)"
      + "   run \(report.run)"
  }

  private var nodes: String {
    var table = Table("node", "component", "status", ">rows in", ">rows out", ">bytes out", ">time")
    for node in report.nodes {
      let status = node.fusedInto.map { "one query with \($0)" } ?? node.status.rawValue
      table.add(
        node.name, node.use, status, Figures.count(node.rowsIn), Figures.count(node.rowsOut),
        Figures.bytes(node.bytesOut), Figures.seconds(node.seconds))
    }
    return table.text(indent: "  ")
  }

  /// More of a node's figures are in `ote runs show --json` and on the page of the run.
  private static let figuresMax = 12

  /// The figures that nodes report, and what models were used for.
  private var reported: String? {
    var table = Table("node", "figure", ">value", "interval", ">rows")
    for node in report.nodes {
      let metrics = node.report?["metrics"]?.array ?? []
      for metric in metrics.prefix(Self.figuresMax) {
        let ends = metric["interval"]?.array?.compactMap(\.double) ?? []
        let interval = ends.count == 2 ? "[\(Figures.short(ends[0])), \(Figures.short(ends[1]))]" : ""
        table.add(
          node.name, metric["name"]?.string ?? "", metric["value"]?.double.map(Figures.short) ?? Figures.missing,
          interval, metric["n"]?.int.map { Figures.count($0) } ?? "")
      }
      for name in ["requests", "input_tokens", "output_tokens"] where node.report == nil {
        if let value = node.metrics?[name] { table.add(node.name, name, Figures.short(value)) }
      }
    }
    return table.isEmpty ? nil : table.text(indent: "  ")
  }

  private var findings: String {
    var table = Table("", "rule", "column", ">observed", ">limit", ">failing rows", "")
    for finding in report.findings {
      let mark = finding.passed ? "ok" : finding.severity == "warn" ? "warn" : "FAIL"
      let columns = finding.column ?? finding.columns?.joined(separator: ", ") ?? ""
      table.add(
        mark, finding.rule, String(columns.prefix(40)), value(finding.observed), value(finding.limit),
        Figures.count(finding.failingRows), finding.passed ? "" : String((finding.message ?? "").prefix(100)))
    }
    return table.text(indent: "  ")
  }

  private func value(_ json: JSONValue?) -> String {
    guard let json, !json.isNull else { return "" }
    if let number = json.double { return Figures.short(number) }
    return String((json.string ?? json.text).prefix(24))
  }

  private func words(_ gate: GateReport) -> String {
    guard gate.tripped else { return "passed" }
    switch gate.action {
    case "stop": return "stopped the run; nothing was published"
    case "quarantine": return "set \(Figures.count(gate.quarantinedRows)) rows aside"
    default: return "tripped, warning only"
    }
  }

  private var outputs: String {
    report.outputs.map { output in
      if let model = output["model"]?.string, let version = output["version"]?.int {
        let aliases = (output["aliases"]?.array ?? []).compactMap(\.string)
        let words = aliases.isEmpty ? "" : " as \(aliases.joined(separator: ", "))"
        return "  registered \(style.bold("\(model)@\(version)"))\(words)"
      }
      guard let dataset = output["dataset"]?.string else { return "  \(receipt(output))" }
      let version = output["version"]?.int.map { " version \($0)" } ?? ""
      let rows = output["rows"]?.int.map { "  \(Figures.count($0)) rows" } ?? ""
      let bytes = output["bytes"]?.int.map { "  \(Figures.bytes($0))" } ?? ""
      var lines = ["  published \(style.bold(dataset))\(version)\(rows)\(bytes)"]
      if let digest = output["digest"]?.string, let path = try? artifacts.path(of: digest) {
        lines.append("            \(path)")
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private func receipt(_ output: JSONValue) -> String {
    let node = output["node"]?.string ?? ""
    if let files = output["files"]?.array {
      let folder = output["folder"]?.string.map { " in \($0)" } ?? ""
      return "\(node): \(Figures.count(Int64(files.count))) files\(folder)"
    }
    if let rows = output["rows"]?.int { return "\(node): \(Figures.count(rows)) rows" }
    return "\(node): \(output.text)"
  }
}
