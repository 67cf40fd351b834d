// The published schema and the parser agree, and the examples of the repository please both.
import FoundationEssentials
import JSONValue
import Model
import PipelineDocument
import Testing

struct ExampleTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../Examples")

  static var examples: [URL] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        .filter { $0.hasSuffix(".yaml") }.map { folder.appending(path: $0) }
    }
  }

  @Test func `every example parses and fits the published schema`() throws {
    let schema = ConfigSchema(try JSONValue(parsing: PipelineDocument.documentSchema))
    for file in try Self.examples {
      do throws(Problems) {
        let document = try PipelineDocument.read(path: file.path)
        #expect(schema.validate(document.json).isEmpty, "\(file.lastPathComponent)")
      } catch {
        Issue.record("\(file.lastPathComponent): \(error.all.text)")
      }
    }
  }

  @Test func `the document of the design page fits the published schema`() throws {
    let schema = ConfigSchema(try JSONValue(parsing: PipelineDocument.documentSchema))
    #expect(schema.validate(try PipelineDocument(parsing: Sample.flights).json).isEmpty)
  }

  @Test(arguments: [
    "a: {use: x/y, wth: {}}", "a: {use: xy}", "a: {in: b}", "a: {use: x/y, gate: {on: info}}", "a: {use: x/y, in: 3}",
    "a: {use: x/y, in: a.b.c}", "a: {use: x/y, materialize: 1}", "1a: {use: x/y}", "a: {use: x/y, isolation: process}",
    "a: {use: x/y, retry: {attempts: 0}}", "a: {use: x/y, retry: {backoff: {first: 1}}}", "a: {use: x/y, with: 3}",
  ])
  func `what the schema refuses, the parser refuses`(_ node: String) throws {
    let text = Sample.document(node)
    #expect(!problems(parsing: text).isEmpty)
    let schema = ConfigSchema(try JSONValue(parsing: PipelineDocument.documentSchema))
    let value: JSONValue = [
      "apiVersion": "opentrusteval/v1", "kind": "Pipeline", "metadata": ["name": "test"], "nodes": try nodes(text),
    ]
    #expect(!schema.validate(value).isEmpty)
  }

  /// The nodes as JSON, by way of a parameter: the one place where any value may stand.
  private func nodes(_ text: String) throws -> JSONValue {
    let node = text.split(separator: "\n").last.map(String.init) ?? ""
    let holder = Sample.document("h: {use: x/y, with: {v: {\(node)}}}")
    return try PipelineDocument(parsing: holder).pipeline.nodes[0].configuration["v"] ?? .null
  }
}

extension ExampleTests {
  @Test func `the document in Docs pipeline_md resolves`() throws {
    let page = Self.folder.appending(path: "../Docs/pipeline.md")
    let text = String(decoding: try Data(contentsOf: page), as: UTF8.self)
    let parts = text.split(separator: "```")
    let document = try #require(parts.first { $0.hasPrefix("yaml\n") }).dropFirst(5)
    #expect(problems(resolving: String(document)).isEmpty, "\(problems(resolving: String(document)).text)")
  }
}
