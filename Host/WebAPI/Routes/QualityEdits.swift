// Proposes a pipeline edit as a new text of the document: comments and the order of everything else stay.
import ControlPlane
import JSONValue
import MetadataStore
import Model
import PipelineDocument

enum QualityEdits {
  static func propose(_ call: Call) throws -> Answer {
    if let run = call.body["run"]?.string, let finding = call.body["finding"]?.int {
      return try remedy(call, run: run, finding: Int(finding))
    }
    guard let dataset = call.body["dataset"]?.string, let rules = call.body["rules"]?.array, !rules.isEmpty else {
      throw Problem(.requestInvalid, "the body names neither a dataset with rules nor a run with a finding")
    }
    let version = try call.plane.metadata.dataset(dataset)
    let (record, document, text) = try pipeline(of: version.run, call)
    guard let sink = document.pipeline.nodes.first(where: { $0.name == version.node }),
      case .unnamed(let sources) = sink.inputs, sources.count == 1
    else { throw Problem(.wrongState, "no node of \(record.name) with a single input publishes \(dataset)") }
    let words = "\(rules.count) rule\(rules.count == 1 ? "" : "s")"
    let before = document.pipeline.nodes.first { $0.name == sources[0].node }
    if let before, isCheck(before), let list = RuleList(of: before.name, in: document, text: text),
      let edited = list.appending(rules)
    {
      return try answer(record, edited, ["Adds \(words) to the check \(before.name)."])
    }
    let name = free("\(sink.name)_rules", document)
    let configuration: JSONValue = ["rules": .array(rules)]
    let edited = try insert(
      text, document, before: sink.name, name: name, use: "expectations/check", input: sources[0].description,
      configuration: configuration)
    return try answer(
      record, edited,
      ["Adds the check \(name) with \(words) before \(sink.name)."])
  }

  /// Rules that the pipeline's checks have now, each as its name and column.
  static func present(in pipeline: String, _ metadata: MetadataStore) -> Set<String> {
    guard let stored = try? metadata.pipeline(pipeline), let document = try? PipelineDocument(parsing: stored.document)
    else { return [] }
    let rules = document.pipeline.nodes.filter(isCheck).flatMap { $0.configuration["rules"]?.array ?? [] }
    return Set(rules.map(key))
  }

  static func key(_ rule: JSONValue) -> String { "\(rule["rule"]?.string ?? "") \(rule["column"]?.string ?? "")" }

  private static func isCheck(_ node: PipelineNode) -> Bool {
    node.use == "expectations/check"
  }

  private static func remedy(_ call: Call, run: String, finding index: Int) throws -> Answer {
    let report = try call.plane.metadata.run(run)
    guard report.findings.indices.contains(index) else { throw Problem(.nothingHere, "there is no such finding") }
    let finding = report.findings[index]
    let (record, document, text) = try pipeline(of: report.run, call)
    guard let check = document.pipeline.nodes.first(where: { $0.name == finding.node }),
      case .unnamed(let sources) = check.inputs, sources.count == 1
    else {
      throw Problem(.wrongState, "the check \(finding.node) of \(record.name) has several inputs; edit it by hand")
    }
    guard let (query, words) = query(for: finding) else {
      throw Problem(.wrongState, "no remedy is known for the rule \(finding.rule)", next: "Edit the pipeline by hand.")
    }
    let name = free("\(check.name)_cleaned", document)
    let edited = try insert(
      text, document, before: check.name, name: name, use: "duckdb/sql", input: nil,
      configuration: ["query": .string(query)], named: "t", source: sources[0].description)
    return try answer(record, edited, ["Adds the query \(name) before \(check.name): \(words)."])
  }

  /// Rows that break the rule are left out before the check sees them.
  private static func query(for finding: FindingReport) -> (String, String)? {
    let column = finding.column.map(RowQuery.quoted) ?? ""
    switch finding.rule {
    case "not_null":
      return ("SELECT * FROM t WHERE \(column) IS NOT NULL", "it leaves out rows without \(finding.column ?? "")")
    case "unique":
      let keys = (finding.columns ?? finding.column.map { [$0] } ?? []).map(RowQuery.quoted).joined(separator: ", ")
      return keys.isEmpty ? nil : ("SELECT DISTINCT ON (\(keys)) * FROM t", "it keeps the first row of each key")
    default: return nil
    }
  }

  private static func pipeline(
    of run: String, _ call: Call
  ) throws -> (PipelineRecord, PipelineDocument, String) {
    let entry = try call.plane.metadata.runEntry(run)
    let name = entry.summary.pipeline.name
    guard let record = try call.plane.metadata.pipelineRecord(name), let stored = try call.plane.metadata.pipeline(name)
    else { throw Problem(.nothingHere, "the pipeline \(name) is gone") }
    return (record, try PipelineDocument(parsing: stored.document), stored.document)
  }

  private static func free(_ name: String, _ document: PipelineDocument) -> String {
    let names = Set(document.pipeline.nodes.map(\.name))
    return names.contains(name) ? free(name + "_2", document) : name
  }

  /// Puts a node above another one and moves that one's input over to it.
  private static func insert(
    _ text: String, _ document: PipelineDocument, before node: String, name: String, use: String, input: String?,
    configuration: JSONValue, named: String? = nil, source: String? = nil
  ) throws(Problem) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let place = document.location(at: "/nodes/\(node)/in")
    let head = document.location(at: "/nodes/\(node)")
    guard let line = place.line, let column = place.column, let headLine = head.line, let headColumn = head.column,
      lines.indices.contains(line - 1), lines.indices.contains(headLine - 1)
    else { throw Problem(.wrongState, "the input of \(node) stands in no place that can be edited") }
    let old = input ?? source ?? ""
    let scalars = Array(lines[line - 1].unicodeScalars)
    let rest = String(String.UnicodeScalarView(scalars[(column - 1)...]))
    guard rest.hasPrefix(old) else {
      throw Problem(.wrongState, "the input of \(node) is not written plainly; edit the pipeline by hand")
    }
    lines[line - 1] = String(String.UnicodeScalarView(scalars[..<(column - 1)])) + name + rest.dropFirst(old.count)
    let wiring = named.map { "{\($0): \(old)}" } ?? old
    let indent = String(repeating: " ", count: headColumn - 1)
    lines.insert(
      "\(indent)\(name): {use: \(use), in: \(wiring), with: \(FlowText.of(configuration))}", at: headLine - 1)
    return lines.joined(separator: "\n")
  }

  private static func answer(_ record: PipelineRecord, _ text: String, _ changes: [String]) throws -> Answer {
    _ = try PipelineDocument(parsing: text)
    return try Answer.json(
      [
        "pipeline": .string(record.name), "version": .int(Int64(record.version)), "document": .string(text),
        "changes": .array(changes.map { .string($0) }),
      ] as JSONValue)
  }
}
