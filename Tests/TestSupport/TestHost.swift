// An installation of its own for a test: store, manifests, and a folder for documents and for what sinks write.
import Foundation
package import JSONValue
package import Model
import Synchronization

package final class TestHost: Sendable {
  /// Documents, manifests and, unless it lies elsewhere, the store. Removed with the host.
  package let folder: TemporaryFolder
  package let store: String
  package var manifests: String { "\(folder.path)/manifests" }
  private let enabled = Mutex<Set<String>>([])

  /// `store` names a folder elsewhere, for one on a disk of its own.
  package init(store: String? = nil) {
    folder = TemporaryFolder()
    self.store = store ?? "\(folder.path)/store"
  }

  package convenience init(_ plugins: String..., store: String? = nil) throws {
    self.init(store: store)
    try enable(plugins)
  }

  /// Enables plugins by name, each once.
  package func enable(_ names: [String]) throws {
    try enabled.withLock { enabled in
      for name in names where !enabled.contains(name) {
        let result = try ote("plugins", "enable", try Products.plugin(name))
        guard result.code == 0 else { throw NotEnabled(plugin: name, errors: result.errors) }
        enabled.insert(name)
      }
    }
  }

  package struct NotEnabled: Error, CustomStringConvertible {
    package let plugin: String
    package let errors: String
    package var description: String { "plugin \(plugin) was not enabled:\n\(errors)" }
  }

  // MARK: commands

  /// Runs `ote` to its end.
  package func ote(
    _ arguments: String..., environment: [String: String] = [:], input: String = "/dev/null"
  ) throws -> ProgramResult {
    try start(arguments, environment: environment, input: input).finish()
  }

  /// Starts `ote` with this installation's store and manifests.
  package func start(
    _ arguments: [String], environment: [String: String] = [:], input: String = "/dev/null"
  ) throws -> RunningProgram {
    try RunningProgram(Products.program("ote"), arguments, environment: self.environment(environment), input: input)
  }

  /// What a process of this installation is started with.
  package func environment(_ more: [String: String]) -> [String: String] {
    var all = ProcessInfo.processInfo.environment
    all["OTE_HOME"] = store
    all["OTE_MANIFESTS"] = manifests
    all["OTE_WORKER"] = nil
    all["OTE_DEV"] = nil
    // A crash prints its C frames in any case; Swift's own report takes seconds more each time.
    all["OTE_BACKTRACE"] = "off"
    all.merge(more) { $1 }
    return all
  }

  /// Writes a document; its name in the folder is its own, as tests of one host may go on at the same time.
  package func document(_ text: String) throws -> String {
    try folder.write(text, to: "documents/\(UUID().uuidString).yaml")
  }

  /// Runs a document with --json.
  package func run(_ text: String, _ arguments: String...) throws -> RunResult {
    try RunResult(start(["run", try document(text), "--json"] + arguments).finish())
  }

  /// Starts to run a document with --json.
  package func startRun(_ text: String, _ arguments: String...) throws -> RunningProgram {
    try start(["run", try document(text), "--json"] + arguments)
  }

  /// A path below the host's folder that no other test uses.
  package func unusedPath() -> String { "\(folder.path)/\(UUID().uuidString)" }
}

/// What `ote run --json` answered.
package struct RunResult {
  package let code: Int32
  package let report: RunReport
  /// The events on stderr, one JSON object each.
  package let events: [JSONValue]

  package init(_ result: ProgramResult) throws {
    code = result.code
    guard !result.output.isEmpty else { throw NoReport(errors: result.errors, code: result.code) }
    report = try result.report()
    events = result.errors.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
  }

  package var status: RunStatus { report.status }
  package var problem: Problem? { report.problems.first }
  package func node(_ name: String) -> NodeReport? { report.nodes.first { $0.name == name } }

  package struct NoReport: Error, CustomStringConvertible {
    package let errors: String
    package let code: Int32
    package var description: String { "no report, exit code \(code):\n\(errors)" }
  }
}
