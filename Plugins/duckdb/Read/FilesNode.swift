// Files as the first part of a chain.
import JSONValue
import PluginKit

final class FilesNode: PlanNode {
  let schema: Schema
  private let list: FileList
  private let configuration: ReadConfiguration
  private var plan: ReadPlan
  /// The plan was learned from a sample, and now there is nothing to read.
  private var hasNoFiles = false
  /// Reads the rejected rows instead of the table.
  private let readsRejects: Bool
  /// The pipeline's name for it: a fused query runs as part of another node, an error in a file is still this one's.
  private let name: String

  init(_ plan: ReadPlan, _ list: FileList, _ configuration: ReadConfiguration, name: String, rejects: Bool = false) {
    self.name = name
    self.plan = plan
    self.list = list
    self.configuration = configuration
    readsRejects = rejects
    schema = rejects ? ReadPlan.rejectsSchema : plan.schema
  }

  /// SQL for after FROM, once the table was read; nil where nothing was.
  var rejects: String? { hasNoFiles ? nil : plan.rejects }
  var files: [String] { plan.files.map(\.path) }
  var extensions: Set<String> { plan.extensions }
  // Reading rejects fills tables on the way; two scans would count every bad row twice.
  var rereadable: Bool { plan.rejects == nil }

  /// The plan was learned when the node was bound. Other files now: it is learned anew.
  func resolve() throws {
    let files = try list.entries()
    if files.isEmpty, !plan.files.isEmpty {
      plan.files = []
      hasNoFiles = true
    } else if files != plan.files {
      plan = try ReadPlan.learn(files, configuration)
    }
  }

  func relation(in session: Session) throws -> String {
    if hasNoFiles { return try emptyTable(in: session) }
    return readsRejects ? plan.rejects ?? plan.relation : plan.relation
  }

  /// With the columns that were learned from other files. A table, since a query may name it twice.
  private func emptyTable(in session: Session) throws -> String {
    let name = "\(try session.makeSchema()).nothing"
    let input = try session.database.add(BatchList(schema: schema, batches: []))
    try session.define("CREATE TABLE \(name) AS SELECT * FROM arrow_input(\(input))")
    return name
  }

  func explain(_ error: EngineError, _ run: Run) -> PluginError? {
    guard error.inputErrno == 0, !["INTERRUPT", "Out of Memory", "Permission"].contains(error.category),
      let fault = FileFault(error.text), fault.file == nil || files.contains(fault.file!)
    else { return nil }
    var problem = error.problem(run).about(plan.files)
    problem.details["node"] = .string(name)
    return problem
  }
}
