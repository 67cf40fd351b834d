// The rows a check says failed: kept as evidence on disk, and used to set rows aside.
import CPluginABI
import FoundationEssentials
import Glibc
import JSONValue
import Model
import PluginKit

enum FailingRows {
  /// Columns that the `failing` port adds to the table's own.
  static let rowColumn = "ote_row"
  static let rulesColumn = "ote_rules"

  /// A check's failing stream must not count as rows of the node: a twin of the node takes the figures.
  static func owner(of node: NodeRun) -> NodeRun {
    let twin = NodeRun(index: Int(node.index), plan: node.plan, state: node.state, pluginDigest: node.pluginDigest)
    twin.instance = node.instance
    twin.streamErrors = node.streamErrors
    return twin
  }

  /// Writes every ordinal to the run's evidence file; answers them by finding when `keeps`.
  static func read(
    _ stream: PluginStream, node: NodeRun, findings: [FindingReport], rows: Int64, keeps: Bool
  ) throws(Problem) -> [[Int64]] {
    guard stream.schema.fields.map(\.type) == [.int32, .int64] else {
      throw node.problem(.contractBroken, "the failing stream is not {rule: int32, row: int64}")
    }
    let evidence = try EvidenceFile(node: node)
    var kept = [[Int64]](repeating: [], count: findings.count)
    var last = [Int64](repeating: -1, count: findings.count)
    while true {
      let batch: RecordBatch?
      do { batch = try stream.next() } catch { throw error as? Problem ?? node.problem(.invalidArrow, "\(error)") }
      guard let batch else { break }
      let rules = batch.column(0)
      let ordinals = batch.column(1)
      for index in 0..<batch.rowCount {
        guard let rule = rules.int64(index).map({ Int($0) }), let row = ordinals.int64(index),
          findings.indices.contains(rule), row >= 0, row < rows, row > last[rule]
        else {
          throw node.problem(
            .contractBroken, "the failing stream names a rule or row that is not there, or not in ascending order")
        }
        last[rule] = row
        if keeps { kept[rule].append(row) }
        evidence.add(findings[rule], index: rule, row: row)
      }
    }
    try evidence.finish()
    return kept
  }

  /// Merges ascending lists into one, each value once.
  static func union(_ lists: [[Int64]]) -> [Int64] {
    let filled = lists.filter { !$0.isEmpty }
    if filled.count <= 1 { return filled.first ?? [] }
    var merged = filled.flatMap { $0 }
    merged.sort()
    var last: Int64 = -1
    merged.removeAll { value in
      defer { last = value }
      return value == last
    }
    return merged
  }
}

/// `failing/NODE.csv` in the run's folder: finding number, rule, column, row ordinal.
private final class EvidenceFile {
  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = Array("finding,rule,column,row\n".utf8)
  private var prefixes: [Int: [UInt8]] = [:]
  private var failure: Problem?

  init(node: NodeRun) throws(Problem) {
    let folder = "\(node.state.plan.folder)/failing"
    path = "\(folder)/\(node.plan.name).csv"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BatchFileError.io("create", path) }
  }

  deinit { close(descriptor) }

  func add(_ finding: FindingReport, index: Int, row: Int64) {
    let prefix = prefixes[index] ?? Self.prefix(finding, index: index)
    prefixes[index] = prefix
    buffer += prefix
    buffer += Array(String(row).utf8)
    buffer.append(10)
    if buffer.count > 1 << 16 { flush() }
  }

  private static func prefix(_ finding: FindingReport, index: Int) -> [UInt8] {
    func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
    let column = finding.column ?? finding.columns?.joined(separator: ", ") ?? ""
    return Array("\(index),\(quoted(finding.rule)),\(quoted(column)),".utf8)
  }

  private func flush() {
    var offset = 0
    while offset < buffer.count, failure == nil {
      let n = buffer.withUnsafeBytes { write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
      if n < 0, errno != EINTR { failure = BatchFileError.io("write", path) }
      if n > 0 { offset += n }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  func finish() throws(Problem) {
    flush()
    if let failure { throw failure }
  }
}
