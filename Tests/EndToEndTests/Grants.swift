// What an admin does so that a plugin gets secrets, and what a person is owed where something failed.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

extension TestHost {
  /// Writes into the plugin's manifest which secrets it may be given; again: others.
  func permit(_ plugin: String, secrets: [String]) throws {
    let manifest = "\(manifests)/\(plugin).yaml"
    let lines = try String(contentsOfFile: manifest, encoding: .utf8).split(separator: "\n")
    let kept = lines.filter { !$0.hasPrefix("  permissions:") }.joined(separator: "\n")
    let names = secrets.map { "\"\($0)\"" }.joined(separator: ", ")
    try Data("\(kept)\n  permissions: {secrets: [\(names)]}\n".utf8).write(to: URL(fileURLWithPath: manifest))
  }

  func setSecret(_ name: String, _ value: String) throws {
    let file = TemporaryFolder()
    let set = try ote("secrets", "set", name, input: try file.write(value, to: "value"))
    withExtendedLifetime(file) {}
    #expect(set.code == 0, "\(set.errors)")
  }

  /// The problem that kept a document from being run at all.
  func refusal(of document: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Problem {
    let result = try ote("run", try self.document(document), "--json")
    #expect(result.code == 1, sourceLocation: sourceLocation)
    let first = try #require(try result.json()["problems"]?[0], "\(result.errors)", sourceLocation: sourceLocation)
    return try first.decode(Problem.self)
  }
}

extension RunResult {
  /// The run failed for this one reason, blames who is to blame, says what to do, and published nothing.
  func expectFailure(
    _ code: ProblemCode, node: String, plugin: String, origin: ProblemOrigin, says words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let detail = "\(problem?.node ?? "no node"): \(problem?.detail ?? "no problem")"
    #expect(status == .failed && self.code == 1, "\(detail)", sourceLocation: sourceLocation)
    #expect(problem?.code == code, "\(detail)", sourceLocation: sourceLocation)
    #expect(problem?.node == node, "\(detail)", sourceLocation: sourceLocation)
    #expect(problem?.plugin == plugin, "\(detail)", sourceLocation: sourceLocation)
    #expect(problem?.origin == origin, "\(detail)", sourceLocation: sourceLocation)
    #expect(problem?.next.isEmpty == false, sourceLocation: sourceLocation)
    for word in words { #expect(problem?.detail.contains(word) == true, "\(detail)", sourceLocation: sourceLocation) }
    #expect(report.outputs.isEmpty, sourceLocation: sourceLocation)
  }

  /// A figure of a node's report.
  func figure(_ name: String, of node: String) -> JSONValue? {
    self.node(node)?.report?["metrics"]?.array?.first { $0["name"]?.string == name }
  }
}
