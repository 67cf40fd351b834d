// What a document may say, key by key.
import JSONValue
import Model
import PipelineDocument
import Testing

struct ShapeTests {
  @Test func `the document of the design page parses whole`() throws {
    let pipeline = try PipelineDocument(parsing: Sample.flights).pipeline
    #expect(pipeline.name == "flights")
    #expect(pipeline.labels == ["team": "examples"])
    #expect(pipeline.requiredPlugins.map(\.name) == ["duckdb", "expectations", "local-files"])
    #expect(pipeline.parameters.map(\.name) == ["folder", "max_null"])
    #expect(pipeline.nodes.map(\.name) == ["files", "flights", "airlines", "joined", "rules", "publish"])
    #expect(
      pipeline.nodes[3].inputs
        == .named([
          NamedInput(name: "f", source: OutputReference(node: "flights")),
          NamedInput(name: "a", source: OutputReference(node: "airlines")),
        ]))
    #expect(pipeline.nodes[4].gate == Gate(on: .error, action: .stop))
    #expect(pipeline.limits.memoryBytes == 1 << 30)
    #expect(pipeline.limits.wallSeconds == 1800)
    #expect(
      pipeline.retry
        == RetryPolicy(attempts: 2, causes: [.external], firstDelaySeconds: 1, factor: 2, maxDelaySeconds: 60))
    #expect(pipeline.schedule?["cron"] == "0 6 * * *")
    let rule = try #require(pipeline.notify.first)
    #expect(
      rule.events == [.failed, .gate] && rule.node.use == "webhook/notify" && rule.node.connection == "team-hook")
  }

  @Test func `a notifier that is not there is a warning, and the run goes on`() throws {
    let resolved = try resolve(Sample.flights)
    #expect(resolved.notifications.isEmpty)
    #expect(resolved.warnings.map { $0.at?.pointer } == ["/notify/0/connection"])
    #expect(resolved.warnings.first?.message.hasPrefix("Notification 1: there is no connection 'team-hook'") == true)
  }

  @Test func `an unknown key is reported at its line with the nearest known one`() {
    let found = problems(parsing: Sample.document("a:\n  use: x/y\n  wth: {}", before: "limit: {}"))
    #expect(found.codes == [.unknownKey, .unknownKey])
    #expect(found.lines == [4, 8])
    #expect(found[0].detail.contains("did you mean 'limits'"), "\(found.text)")
    #expect(found[1].detail.contains("did you mean 'with'"), "\(found.text)")
    #expect(found[1].at?.pointer == "/nodes/a/wth")
    #expect(found[1].node == "a")
  }

  @Test func `all problems of a document are reported, in its order`() {
    let found = problems(
      parsing: """
        apiVersion: opentrusteval/v2
        kind: Pipelines
        metadata: {nam: x}
        nodes:
          a: {use: nothing}
          b: {in: [a]}
          1c: {use: x/y, materialize: 1}
        limits: {memory: lots, wall: 10, threads: 0}
        retry: {attempts: 0, on: [user]}
        """)
    #expect(
      found.codes == [
        .unsupportedVersion, .unsupportedVersion, .missingKey, .unknownKey, .invalidName, .missingKey, .invalidName,
        .wrongType, .wrongType, .wrongType, .wrongType, .wrongType, .wrongType,
      ], "\(found.text)")
    #expect(found.lines == [1, 2, 3, 3, 5, 6, 7, 7, 8, 8, 8, 9, 9])
  }

  @Test func `required keys are named`() {
    let found = problems(parsing: "{}")
    #expect(found.codes == [.missingKey, .missingKey, .missingKey, .missingKey])
    #expect(found.text.contains("'apiVersion'") && found.text.contains("'nodes'"))
    #expect(problems(parsing: Sample.document("").replacing("nodes:", with: "nodes: {}")).codes == [.missingKey])
  }

  @Test(arguments: [
    ("a: 3", ProblemCode.wrongType), ("a: {use: 3}", .wrongType), ("a: {use: duckdb}", .invalidName),
    ("a: {use: a/b/c}", .invalidName), ("a: {use: a/b@}", .wrongType), ("a: {use: a/b@one}", .wrongType),
    ("a: {use: a/b, in: 3}", .wrongType), ("a: {use: a/b, in: x.y.z}", .invalidName),
    ("a: {use: a/b, in: [3]}", .wrongType), ("a: {use: a/b, in: {t: [x]}}", .wrongType),
    ("a: {use: a/b, with: []}", .wrongType), ("a: {use: a/b, gate: stop}", .wrongType),
    ("a: {use: a/b, gate: {on: info}}", .wrongType), ("a: {use: a/b, gate: {action: halt}}", .wrongType),
    ("a: {use: a/b, gate: {do: stop}}", .unknownKey), ("a: {use: a/b, materialize: 'yes'}", .wrongType),
    ("a: {use: a/b, connection: 3}", .wrongType), ("a: {use: a/b, isolation: process}", .notAvailable),
    ("a: {use: a/b, isolation: thread}", .wrongType), ("a: {use: a/b, retry: {attempts: 1000}}", .wrongType),
    ("'a b': {use: a/b}", .invalidName), ("a.b: {use: a/b}", .invalidName), ("é: {use: a/b}", .invalidName),
    ("a: {use: a/b, limits: {memory: 1MiB}}", .wrongType), ("a: {use: a/b, limits: {memory: 1 Gib}}", .wrongType),
  ])
  func `a value of the wrong shape is refused`(_ node: String, _ code: ProblemCode) {
    let found = problems(parsing: Sample.document(node))
    #expect(found.codes == [code], "\(found.text)")
    #expect(found.lines == [6])
    #expect(found.first?.next.isEmpty == false)
  }

  @Test(arguments: [
    ("schedule: {cron: '0 6 * *'}", ProblemCode.wrongType), ("schedule: {}", .missingKey),
    ("schedule: {cron: '0 6 * * *', catchup: all}", .unknownKey), ("notify: {}", .wrongType),
    ("notify: [{on: [late], use: a/b}]", .wrongType), ("notify: [{use: a/b}]", .missingKey),
    ("models: {judge: 3}", .wrongType), ("requires: {plugins: {duckdb: new}}", .wrongType),
    ("requires: {plugin: {}}", .unknownKey), ("isolation: process", .notAvailable),
    ("parameters: {a: string}", .wrongType), ("parameters: {a: {type: text}}", .wrongType),
    ("parameters: {a: {typ: string}}", .unknownKey), ("parameters: {a: {minimum: low}}", .wrongType),
    ("parameters: {a: {pattern: '('}}", .wrongType), ("parameters: {'a b': {}}", .invalidName),
    ("parameters: {a: {items: {type: strin}}}", .wrongType),
  ])
  func `the other parts of a document are checked as well`(_ part: String, _ code: ProblemCode) {
    let found = problems(parsing: Sample.document("a: {use: x/y}", before: part))
    #expect(found.codes == [code], "\(found.text)")
    #expect(found.lines == [4])
  }

  @Test func `more than 2000 nodes are refused with the limit named`() {
    let nodes = (0..<10_000).map { "n\($0): {use: x/y}" }.joined(separator: "\n")
    let found = problems(parsing: Sample.document(nodes))
    #expect(found.codes == [.documentTooLarge])
    #expect(found[0].detail.contains("10000 nodes; at most 2000"))
  }

  @Test func `a flood of problems is cut, and the rest is counted`() {
    let nodes = (0..<1_500).map { "n\($0): {use: bad}" }.joined(separator: "\n")
    let found = problems(parsing: Sample.document(nodes))
    #expect(found.count == 100)
    #expect(found.last?.detail.contains("1400 more problems") ?? false)
  }

  @Test func `comments, order and style do not change the canonical text, values do`() throws {
    let one = try PipelineDocument(parsing: Sample.document("a: {use: x/y, with: {p: 1, q: [a]}}"))
    let two = try PipelineDocument(
      parsing: """
        {"nodes": {"a": {"with": {"q": ["a"], "p": 1}, "use": "x/y"}}, "kind": "Pipeline",
         "metadata": {"name": "test"}, "apiVersion": "opentrusteval/v1"}
        """)
    let three = try PipelineDocument(parsing: Sample.document("a: {use: x/y, with: {p: 2, q: [a]}}"))
    #expect(one.canonicalText == two.canonicalText)
    #expect(one.canonicalText != three.canonicalText)
  }

  @Test(arguments: [
    ("30s", 30.0), ("1h30m", 5400), ("250ms", 0.25), ("1.5h", 5400), ("2d", 172_800), ("10", nil), ("", nil),
    ("-1s", nil),
    ("1 h", nil), ("s", nil), ("1y", nil), ("1.s", 1),
  ])
  func `durations need a unit`(_ text: String, _ seconds: Double?) { #expect(Quantity.seconds(text) == seconds) }

  @Test(arguments: [
    ("1GiB", Int64(1 << 30)), ("1.5 MiB", 1_572_864), ("10MB", 10_000_000), ("512B", 512), ("1kB", 1000), ("10", nil),
    ("GiB", nil), ("1 gib", nil), ("99999999TiB", nil),
  ])
  func `sizes need a unit`(_ text: String, _ bytes: Int64?) { #expect(Quantity.bytes(text) == bytes) }
}
