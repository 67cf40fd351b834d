// The parts of a run report, one table each, in the order of the report.
import GRDB
import JSONValue
import Model

enum RunPartRows {
  static func insert(_ report: RunReport, in database: Database) throws {
    for (position, node) in report.nodes.enumerated() { try insert(node, report.run, position, database) }
    for (position, finding) in report.findings.enumerated() { try insert(finding, report.run, position, database) }
    for (position, gate) in report.gates.enumerated() {
      try database.perform(
        "INSERT INTO gate VALUES (?, ?, ?, ?, ?, ?)",
        [report.run, position, gate.node, gate.action, gate.tripped, gate.quarantinedRows])
    }
    for (position, input) in report.inputs.enumerated() {
      try database.perform(
        "INSERT INTO run_input VALUES (?, ?, ?, ?, ?, ?)",
        [report.run, position, input.node, input.dataset, input.version, input.digest])
    }
    for (position, model) in (report.models ?? []).enumerated() {
      try database.perform(
        "INSERT INTO run_model VALUES (?, ?, ?, ?, ?, ?, ?)",
        [report.run, position, model.node, model.model, model.version, model.digest, model.reference])
    }
    for (position, receipt) in report.outputs.enumerated() {
      try database.perform("INSERT INTO run_output VALUES (?, ?, ?)", [report.run, position, receipt.text])
    }
    for (position, problem) in report.problems.enumerated() {
      try database.perform(
        "INSERT INTO problem VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
          report.run, position, problem.code.rawValue, problem.origin.rawValue, problem.node, problem.plugin,
          try JSONValue(encoding: problem).text,
        ])
    }
  }

  private static func insert(_ node: NodeReport, _ run: String, _ position: Int, _ database: Database) throws {
    try database.perform(
      "INSERT INTO run_node VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        run, position, node.name, node.use, node.status.rawValue, node.rowsIn, node.rowsOut, node.bytesOut,
        node.batches, node.seconds, node.attempts, node.pluginDigest, node.fusedInto,
        try node.progress.map { try JSONValue(encoding: $0).text },
        node.metrics.map { JSONValue.object($0.mapValues(JSONValue.double)).text },
        try node.waits.map { try JSONValue(encoding: $0).text },
      ])
    guard let report = node.report else { return }
    try database.perform("INSERT INTO run_report VALUES (?, ?, ?)", [run, node.name, report.text])
  }

  private static func insert(
    _ finding: FindingReport, _ run: String, _ position: Int, _ database: Database
  ) throws {
    try database.perform(
      "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        run, position, finding.node, finding.rule, finding.column,
        finding.columns.map { JSONValue.array($0.map(JSONValue.string)).text }, finding.severity, finding.passed,
        finding.observed?.text, finding.limit?.text, finding.unit, finding.failingRows, finding.message,
      ])
  }

  static func load(into report: inout RunReport, from database: Database) throws {
    func part<Value>(_ table: String, _ make: (Row) throws -> Value) throws -> [Value] {
      try database.rows("SELECT * FROM \(table) WHERE run = ? ORDER BY position", [report.run], make)
    }
    var nodes = try part("run_node", node)
    let reports = try database.rows("SELECT node, report FROM run_report WHERE run = ?", [report.run]) {
      (node: $0["node"] as String, report: try JSONValue(parsing: $0["report"] as String))
    }
    for (node, report) in reports {
      for index in nodes.indices where nodes[index].name == node { nodes[index].report = report }
    }
    let findings = try part("finding", finding)
    let gates = try part("gate") {
      GateReport(
        node: $0["node"], action: $0["action"], tripped: $0["tripped"], quarantinedRows: $0["quarantined_rows"])
    }
    let inputs = try part("run_input") {
      InputReport(node: $0["node"], dataset: $0["dataset"], version: $0["version"], digest: $0["digest"])
    }
    let models = try part("run_model") {
      ModelInput(
        node: $0["node"], model: $0["model"], version: $0["version"], digest: $0["digest"], reference: $0["reference"])
    }
    let outputs = try part("run_output") { try JSONValue(parsing: $0["receipt"] as String) }
    let problems = try part("problem") { try JSONValue(parsing: $0["document"] as String).decode(Problem.self) }
    report.nodes = nodes
    report.findings = findings
    report.gates = gates
    report.inputs = inputs
    report.models = models.isEmpty ? nil : models
    report.outputs = outputs
    report.problems = problems
  }

  private static func node(_ row: Row) throws -> NodeReport {
    guard let status = NodeStatus(rawValue: row["status"]) else { throw RunRows.unknownWord(row["status"]) }
    var node = NodeReport(
      name: row["name"], use: row["use"], status: status, attempts: row["attempts"],
      pluginDigest: row["plugin_digest"])
    node.rowsIn = row["rows_in"]
    node.rowsOut = row["rows_out"]
    node.bytesOut = row["bytes_out"]
    node.batches = row["batches"]
    node.seconds = row["seconds"]
    node.fusedInto = row["fused_into"]
    node.progress = try json(row["progress"])?.decode(NodeProgress.self)
    node.metrics = try json(row["metrics"])?.object?.compactMapValues(\.double)
    node.waits = try json(row["waits"])?.decode([EdgeWait].self)
    return node
  }

  private static func finding(_ row: Row) throws -> FindingReport {
    var finding = FindingReport(
      node: row["node"], rule: row["rule"], severity: row["severity"], passed: row["passed"])
    finding.column = row["column_name"]
    finding.columns = try json(row["columns"])?.array?.compactMap(\.string)
    finding.observed = try json(row["observed"])
    finding.limit = try json(row["bound"])
    finding.unit = row["unit"]
    finding.failingRows = row["failing_rows"]
    finding.message = row["message"]
    return finding
  }

  private static func json(_ text: String?) throws -> JSONValue? { try text.map { try JSONValue(parsing: $0) } }
}
