// Documents that are wrong: every problem has a code and a place, and nothing runs.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct DocumentTests {
  struct Wrong: Sendable, CustomTestStringConvertible {
    let what: String
    let codes: [String]
    let nodes: String
    var rest = ""
    var testDescription: String { what }

    var text: String {
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: wrong}
      \(rest)
      nodes:
      \(nodes)
      """
    }
  }

  static let wrong = [
    Wrong(
      what: "an unknown node", codes: ["OTE-1010"],
      nodes: """
          rows: {use: well-behaved/source}
          out: {use: well-behaved/sink, in: rowz}
        """),
    Wrong(
      what: "a cycle", codes: ["OTE-1011"],
      nodes: """
          one: {use: well-behaved/stage, in: two}
          two: {use: well-behaved/stage, in: one}
          out: {use: well-behaved/sink, in: two}
        """),
    Wrong(
      what: "an unknown plugin", codes: ["OTE-1013", "OTE-1031"],
      nodes: "  rows: {use: nobody/source}"),
    Wrong(
      what: "an unknown component", codes: ["OTE-1013"],
      nodes: "  rows: {use: well-behaved/sauce}"),
    Wrong(
      what: "a wrong type in a configuration", codes: ["OTE-1030"],
      nodes: "  rows: {use: well-behaved/source, with: {rows: many}}"),
    Wrong(
      what: "an unknown field in a configuration", codes: ["OTE-1030"],
      nodes: "  rows: {use: well-behaved/source, with: {rowz: 3}}"),
    Wrong(
      what: "a missing input", codes: ["OTE-1015"],
      nodes: "  out: {use: well-behaved/sink}"),
    Wrong(
      what: "a missing parameter", codes: ["OTE-1020"],
      nodes: "  rows: {use: well-behaved/source, with: {rows: \"${parameters.count}\"}}",
      rest: "parameters: {count: {type: integer}}"),
    Wrong(
      what: "an unknown reference", codes: ["OTE-1023"],
      nodes: "  rows: {use: well-behaved/source, with: {rows: \"${parameters.count}\"}}"),
    Wrong(
      what: "a wrong type in the document", codes: ["OTE-1005"],
      nodes: "  rows: {use: [well-behaved]}"),
    Wrong(
      what: "an unknown key", codes: ["OTE-1003"],
      nodes: "  rows: {use: well-behaved/source, wiht: {rows: 3}}"),
    Wrong(
      what: "a gate on something that is no check", codes: ["OTE-1003", "OTE-1014", "OTE-1030"],
      nodes: "  rows: {use: well-behaved/source, gate: {on: error}}"),
    Wrong(
      what: "an unknown port", codes: ["OTE-1017"],
      nodes: """
          rows: {use: well-behaved/source}
          out: {use: well-behaved/sink, in: rows.nothing}
        """),
    Wrong(
      what: "a plugin that is too old", codes: ["OTE-1031"],
      nodes: "  rows: {use: well-behaved/source}", rest: "requires: {plugins: {well-behaved: \">=2.0\"}}"),
  ]

  @Test(arguments: wrong)
  func `a wrong document is refused with a code, a line and a next step`(_ wrong: Wrong) throws {
    let host = try Bench.host()
    let document = try host.document(wrong.text)
    let checked = try host.ote("pipelines", "validate", document, "--json")
    #expect(checked.code == 1)
    let answer = try checked.json()
    #expect(answer["valid"] == .bool(false))
    let problems = try (answer["problems"]?.array ?? []).map { try $0.decode(Problem.self) }
    let problem = try #require(problems.first)
    #expect(wrong.codes.contains(problem.code.rawValue), "\(problem.code.rawValue) \(problem.detail)")
    #expect(problem.at?.line != nil, "no line: \(problem.detail)")
    #expect(!problem.next.isEmpty)

    let run = try host.ote("run", document)
    #expect(run.code == 1)
    #expect(run.errors.contains(problem.code.rawValue))
    #expect(run.errors.contains("next"))
    #expect(run.output.isEmpty)
  }

  @Test func `all problems of a document are shown at once`() throws {
    let host = try Bench.host()
    let document = try host.document(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: wrong}
      nodes:
        rows: {use: well-behaved/source, with: {rows: many}}
        step: {use: well-behaved/stage, in: nowhere}
        out: {use: well-behaved/zink, in: step}
      """)
    let answer = try host.ote("pipelines", "validate", document, "--json").json()
    let codes = (answer["problems"]?.array ?? []).compactMap { $0["code"]?.string }
    #expect(codes.count >= 3, "\(codes)")
  }

  @Test func `a parameter given by the user is checked`() throws {
    let host = try Bench.host()
    let path = host.unusedPath()
    let document = try host.document(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: given}
      parameters: {count: {type: integer, minimum: 1}}
      nodes:
        rows: {use: well-behaved/source, with: {rows: "${parameters.count}"}}
        out: {use: well-behaved/sink, in: rows, with: {path: \(path)}}
      """)
    for (value, code) in [("count=many", "OTE-1022"), ("count=0", "OTE-1022"), ("amount=3", "OTE-1021")] {
      let refused = try host.ote("run", document, "--param", value)
      #expect(refused.code == 1)
      #expect(refused.errors.contains(code), "\(value): \(refused.errors)")
    }
    let report = try host.ote("run", document, "--param", "count=17", "--json").report()
    #expect(report.parameters["count"] == 17)
    #expect(Bench.rows(at: path) == 17)
  }

  // MARK: hostile documents

  static let hostile: [(what: String, text: String)] = [
    ("empty", ""), ("only a comment", "# nothing\n"), ("a scalar", "42"), ("a list", "[1, 2]"),
    ("unclosed", "{a: [1, 2"), ("a tab", "a:\n\t- b"), ("a control character", "a: \u{1}"),
    ("a tag", "!!python/object/apply:os.system [id]"),
    ("deep lists", String(repeating: "[", count: 100_000)),
    ("deep mappings", "a: " + String(repeating: "{a: ", count: 5000) + "1" + String(repeating: "}", count: 5000)),
    (
      "aliases that multiply",
      (0..<30).reduce("a0: &a0 [x, x, x, x, x, x, x, x, x]\n") { text, n in
        text + "a\(n + 1): &a\(n + 1) [*a\(n), *a\(n), *a\(n), *a\(n), *a\(n), *a\(n), *a\(n), *a\(n), *a\(n)]\n"
      }
    ),
    ("an alias of itself", "a: &a [*a]"), ("two documents", "a: 1\n---\nb: 2\n"),
    ("five megabytes", "a: \"" + String(repeating: "x", count: 5 << 20) + "\""),
    ("the same key twice", "apiVersion: opentrusteval/v1\napiVersion: opentrusteval/v1\nkind: Pipeline\n"),
  ]

  @Test(arguments: hostile.indices)
  func `a hostile document is refused at once`(_ index: Int) throws {
    let host = try Bench.host()
    let (what, text) = Self.hostile[index]
    let document = try host.document(text)
    let began = ContinuousClock.now
    let result = try host.ote("pipelines", "validate", document)
    #expect(result.code == 1, "\(what): \(result.code)")
    #expect(result.errors.contains("OTE-1"), "\(what): \(result.errors.prefix(400))")
    #expect(result.errors.utf8.count < 20_000, "\(what): the answer is long itself")
    #expect(ContinuousClock.now - began < .seconds(20), "\(what)")
  }

  @Test func `a document that is not text is refused`() throws {
    let host = try Bench.host()
    let path = try host.folder.write([0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28] as [UInt8], to: "binary.yaml")
    let result = try host.ote("run", path)
    #expect(result.code == 1)
    #expect(result.errors.contains("OTE-10"), "\(result.errors)")
  }

  @Test func `ten thousand nodes are refused with the bound`() throws {
    let host = try Bench.host()
    var text = "apiVersion: opentrusteval/v1\nkind: Pipeline\nmetadata: {name: many}\nnodes:\n"
    text += "  n0: {use: well-behaved/source}\n"
    for n in 1..<10_000 { text += "  n\(n): {use: well-behaved/stage, in: n\(n - 1)}\n" }
    let result = try host.ote("run", try host.document(text))
    #expect(result.code == 1)
    #expect(result.errors.contains("OTE-1007"), "\(result.errors.prefix(400))")
    #expect(result.errors.contains("2000") || result.errors.contains("2,000"), "\(result.errors.prefix(400))")
  }

  @Test func `a chain of five hundred nodes runs`() throws {
    let host = try Bench.host()
    let path = host.unusedPath()
    var text = "apiVersion: opentrusteval/v1\nkind: Pipeline\nmetadata: {name: chain}\nnodes:\n"
    text += "  n0: {use: well-behaved/source}\n"
    for n in 1..<500 { text += "  n\(n): {use: well-behaved/stage, in: n\(n - 1)}\n" }
    text += "  out: {use: well-behaved/sink, in: n499, with: {path: \(path)}}\n"
    let result = try host.run(text)
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    #expect(Bench.rows(at: path) == 200)
  }

  @Test func `a folder, a missing file and standard input are told apart`() throws {
    let host = try Bench.host()
    for path in [host.folder.path, "\(host.folder.path)/missing.yaml"] {
      let result = try host.ote("run", path)
      #expect(result.code == 1)
      #expect(result.errors.contains("OTE-1001"), "\(result.errors)")
    }
    let path = host.unusedPath()
    let document = try host.document(FourNodes(path: path).text)
    let result = try host.ote("run", "-", "--json", input: document)
    #expect(result.code == 0, "\(result.errors)")
    #expect(Bench.rows(at: path) == 200)
  }
}
