// The installation that most tests share: runs of many tests meet in one store, as they do in life.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

enum Bench {
  private static let shared = Result {
    let host = try TestHost("well-behaved", "slow-source")
    ProcessEnd.removes(host.folder)
    return host
  }

  static func host(_ plugins: String...) throws -> TestHost {
    let host = try shared.get()
    try host.enable(plugins)
    return host
  }

  /// The plugin looks for its library in these places too.
  static let hasDuckDB: Bool = {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"] ?? ""
    let cache = "\(environment["XDG_CACHE_HOME"] ?? "\(home)/.cache")/opentrusteval/duckdb"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []
    return ([environment["LIBDUCKDB"] ?? ""] + versions.map { "\(cache)/\($0)/libduckdb.so" }).contains {
      !$0.isEmpty && FileManager.default.fileExists(atPath: $0)
    }
  }()

  /// What the fixtures' sink has published: the number of rows.
  static func rows(at path: String) -> Int? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8), text.hasPrefix("rows ") else { return nil }
    return Int(text.dropFirst(5).trimmingCharacters(in: .whitespacesAndNewlines))
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// A healthy pipeline, to show that the installation still works.
  static func expectHealthy(
    _ host: TestHost, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path).text)
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")", sourceLocation: sourceLocation)
    #expect(rows(at: path) == 200, sourceLocation: sourceLocation)
  }

  /// The run failed, the right one is blamed, and nobody sees anything of it.
  static func expectBlame(
    _ result: RunResult, _ expected: Misbehaviour, host: TestHost, path: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let problem = result.problem
    let words = "\(problem?.detail ?? "no problem")"
    #expect(result.code == 1, sourceLocation: sourceLocation)
    #expect(result.status == .failed, sourceLocation: sourceLocation)
    #expect(problem?.code == expected.code, "\(words)", sourceLocation: sourceLocation)
    #expect(problem?.origin == expected.origin, "\(words)", sourceLocation: sourceLocation)
    #expect(problem?.plugin == expected.plugin, "\(words)", sourceLocation: sourceLocation)
    #expect(problem?.node == expected.role.node, "\(words)", sourceLocation: sourceLocation)
    #expect(result.node(expected.role.node)?.status == .failed, sourceLocation: sourceLocation)
    #expect(result.report.outputs.isEmpty, sourceLocation: sourceLocation)
    expectNothing(of: result.report.run, host: host, path: path, sourceLocation: sourceLocation)
  }

  /// No published file, and nothing left where the run did its work.
  static func expectNothing(
    of run: String, host: TestHost, path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(!exists(path), "the sink's file is there", sourceLocation: sourceLocation)
    #expect(!exists("\(host.store)/artifacts/runs/\(run)"), "staged files are left", sourceLocation: sourceLocation)
  }
}
