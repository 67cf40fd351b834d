// Names looked up: components, ports, edges, order.
import JSONValue
import Model
import PipelineDocument
import Testing

struct ResolveTests {
  @Test func `the document of the design page becomes a plan`() throws {
    let resolved = try resolve(Sample.flights)
    #expect(
      resolved.nodes.map(\.name) == [
        "files", "flights", "airlines", "airlines.joined.read", "joined", "rules", "publish",
      ])
    #expect(resolved.plugins.map(\.name) == ["duckdb", "expectations", "local-files"])
    #expect(resolved.parameters == ["folder": "data/nycflights13", "max_null": 0.03])
    let byName = Dictionary(uniqueKeysWithValues: resolved.nodes.map { ($0.name, $0) })
    #expect(byName["files"]?.configuration == ["path": "data/nycflights13", "include": ["flights.csv"]])
    #expect(byName["airlines.joined.read"]?.inserted == true)
    #expect(byName["airlines.joined.read"]?.configuration == ["format": "auto"])
    #expect(
      byName["airlines.joined.read"]?.inputs == [
        PlanInput(port: "files", name: "files", node: "airlines", output: "files")
      ])
    #expect(
      byName["joined"]?.inputs == [
        PlanInput(port: "tables", name: "f", node: "flights", output: "table"),
        PlanInput(port: "tables", name: "a", node: "airlines.joined.read", output: "table"),
      ])
    #expect(byName["rules"]?.configuration["rules"]?[1]?["at_most"] == 0.03)
    #expect(byName["rules"]?.gate == Gate(on: .error, action: .stop))
    #expect(byName["publish"]?.inputs == [PlanInput(port: "table", name: "table", node: "rules", output: "table")])
    #expect(resolved.limits.memoryBytes == 1 << 30 && resolved.limits.wallSeconds == 1800)
    #expect(resolved.limits.stallSeconds == RunLimits().stallSeconds)
    #expect(resolved.retry.attempts == 2)
  }

  @Test func `an unknown node, port or component is reported with the nearest name`() {
    let found = problems(
      resolving: Sample.document(
        """
        \(Sample.source)
        rows: {use: duckdb/read, in: file}
        bad: {use: duckdb/reed, in: files}
        far: {use: dukdb/read, in: files}
        other: {use: duckdb/sql, in: {t: rows.reject}, with: {query: x}}
        rest: {use: duckdb/diff, in: {base: rows, chnged: rows}}
        """))
    #expect(
      found.codes == [.unknownNode, .unknownComponent, .unknownComponent, .unknownPort, .unknownPort], "\(found.text)")
    #expect(found.lines == [7, 8, 9, 10, 11])
    for (problem, near) in zip(found, ["files", "read", "duckdb", "rejects", "changed"]) {
      #expect(problem.detail.contains("did you mean '\(near)'"), "\(problem.detail)")
    }
  }

  @Test func `a plugin that cannot be used says why`() {
    let found = problems(resolving: Sample.document("a: {use: broken/x}\nb: {use: asleep/x}"))
    #expect(found.codes == [.unknownComponent, .unknownComponent])
    #expect(found[0].detail.contains("OTE-2004") && found[0].detail.contains("sha256:bb"), "\(found.text)")
    #expect(found[1].detail.contains("disabled (Manifests/asleep.yaml)"), "\(found.text)")
    #expect(found[1].next.contains("spec.enabled"))
  }

  @Test func `a component the admin does not allow is refused by name of the manifest`() {
    var duckdb = Catalog.duckdb
    duckdb.allowed = ["sql"]
    let found = problems(
      resolving: Sample.document("\(Sample.source)\nr: {use: duckdb/read, in: files}"),
      plugins: [Catalog.localFiles, duckdb])
    #expect(found.codes == [.unknownComponent])
    #expect(found[0].detail.contains("Manifests/duckdb.yaml does not allow"), "\(found.text)")
  }

  @Test func `required plugins are checked for presence and version`() {
    let found = problems(
      resolving: Sample.document(
        Sample.source, before: "requires: {plugins: {spark: '1.x', duckdb: '>=2.0', asleep: '*', local-files: ^1.0}}"))
    #expect(found.codes == [.missingPlugin, .missingPlugin, .missingPlugin])
    #expect(found.text.contains("'duckdb' >=2.0; installed is 1.2.0"), "\(found.text)")
    #expect(
      problems(resolving: Sample.document("a: {use: local-files/source@2.x, with: {path: p}}")).codes == [
        .missingPlugin
      ])
    #expect(problems(resolving: Sample.document("a: {use: local-files/source@1.2.0, with: {path: p}}")).isEmpty)
  }

  @Test func `cycles are named node by node, each once`() {
    let found = problems(
      resolving: Sample.document(
        """
        a: {use: duckdb/sql, in: c, with: {query: x}}
        b: {use: duckdb/sql, in: {x: a, y: a.table}, with: {query: x}}
        c: {use: duckdb/sql, in: b, with: {query: x}}
        me: {use: duckdb/sql, in: me, with: {query: x}}
        """))
    #expect(found.codes == [.cycle, .cycle])
    #expect(found[0].detail.contains("a -> b -> c -> a"), "\(found.text)")
    #expect(found[1].detail == "Node 'me' reads from itself.")
    #expect(found.lines == [6, 9])
  }

  @Test(arguments: [
    ("w: {use: duckdb/dataset, with: {name: d}}", ProblemCode.missingInput, "needs the input table"),
    ("w: {use: duckdb/diff, in: rows}", .missingInput, "base, changed"),
    ("w: {use: duckdb/diff, in: {base: rows}}", .missingInput, "needs the input changed"),
    ("w: {use: duckdb/read, in: rows}", .portMismatch, "wants files"),
    ("w: {use: duckdb/read, in: sink}", .portMismatch, "has no output"),
    ("w: {use: local-files/source, in: rows, with: {path: x}}", .portMismatch, "takes no input"),
    ("w: {use: duckdb/dataset, in: [rows, rows.rejects], with: {name: d}}", .portMismatch, "takes one node"),
    ("w: {use: duckdb/sql, in: {a b: rows}, with: {query: x}}", .invalidName, "table name"),
    ("w: {use: duckdb/sql, in: my-rows, with: {query: x}}", .invalidName, "in: {NAME: my-rows}"),
    ("w: {use: duckdb/sql, in: [rows, rows.rejects], with: {query: x}}", .duplicateName, "two inputs"),
    ("w: {use: duckdb/sql, in: {a: rows, A: rows}, with: {query: x}}", .duplicateName, "two inputs"),
    ("w: {use: models/tell}", .kindNotRunnable, "notifier"),
    ("w: {use: duckdb/sql, in: rows, with: {query: x}, gate: {on: warn}}", .invalidConfiguration, "only checks"),
    ("w: {use: duckdb/dataset, in: rows, with: {name: d}, materialize: true}", .invalidConfiguration, "no table"),
    ("w: {use: local-files/source, with: {path: d}, materialize: true}", .invalidConfiguration, "no table"),
    ("w: {use: duckdb/sql, in: rows, with: {query: x}, limits: {threads: 1}}", .notAvailable, "one worker process"),
  ])
  func `an edge or key that does not fit its component is refused`(_ node: String, _ code: ProblemCode, _ words: String)
  {
    let found = problems(
      resolving: Sample.document(
        """
        \(Sample.source)
        rows: {use: duckdb/read, in: files}
        my-rows: {use: duckdb/read, in: files}
        sink: {use: duckdb/dataset, in: rows, with: {name: d}}
        \(node)
        """))
    #expect(found.codes == [code], "\(found.text)")
    #expect(found.text.contains(words), "\(found.text)")
    #expect(found.lines == [10])
    #expect(found.first?.node == "w")
  }

  @Test func `a check takes its table first, references by name, and offers three outputs`() throws {
    let resolved = try resolve(
      Sample.document(
        """
        \(Sample.source)
        rows: {use: duckdb/read, in: files}
        one: {use: expectations/check, in: {orders: rows, customers: rows.rejects}, with: {rules: [{rule: unique, columns: [a]}]}}
        two: {use: expectations/check, in: {known: rows, table: one}, with: {rules: [{rule: unique, columns: [a]}]}}
        bad: {use: local-files/write, in: one.failing}
        notes: {use: local-files/write, in: two.findings}
        """))
    let byName = Dictionary(uniqueKeysWithValues: resolved.nodes.map { ($0.name, $0) })
    #expect(
      byName["one"]?.inputs == [
        PlanInput(port: "table", name: "orders", node: "rows", output: "table"),
        PlanInput(port: "references", name: "customers", node: "rows", output: "rejects"),
      ])
    #expect(byName["two"]?.inputs.map(\.name) == ["table", "known"])
    #expect(byName["two"]?.gate == Gate(on: .error, action: .stop), "a check without a gate stops on errors")
    #expect(byName["bad"]?.inputs.first?.output == "failing")
    #expect(byName["notes"]?.inputs.first?.output == "findings")
    #expect(byName["rows"]?.gate == nil)
  }

  @Test func `nodes come after what they read, otherwise in document order`() throws {
    let resolved = try resolve(
      Sample.document(
        """
        last: {use: duckdb/dataset, in: mid, with: {name: d}}
        \(Sample.source)
        other: {use: local-files/source, with: {path: x}}
        mid: {use: duckdb/sql, in: {a: files, b: files, c: other}, with: {query: x}}
        """))
    #expect(
      resolved.nodes.map(\.name) == [
        "files", "other", "files.mid.read", "files.mid.read.b", "other.mid.read", "mid", "last",
      ])
    #expect(resolved.warnings.isEmpty)
  }

  @Test func `a chain of 2000 nodes resolves`() throws {
    let chain = (1..<1_999).map { "n\($0): {use: duckdb/sql, in: n\($0 + 1), with: {query: x}}" }
    let nodes = (chain + ["n1999: {use: duckdb/read, in: files}", Sample.source]).joined(separator: "\n")
    let resolved = try resolve(Sample.document(nodes))
    #expect(resolved.nodes.first?.name == "files" && resolved.nodes.last?.name == "n1")
    #expect(resolved.nodes.count == 2_000)
  }

  @Test func `without a single reader of files the choice is explained`() {
    let text = Sample.document("\(Sample.source)\nw: {use: local-files/write, in: files}")
    let none = problems(resolving: text, plugins: [Catalog.localFiles])
    #expect(none.codes == [.portMismatch])
    #expect(none.text.contains("no installed plugin reads files"), "\(none.text)")
    let second = Catalog.plugin(
      "arrow", [Catalog.component("load", "stage", inputs: [Catalog.files], outputs: [Catalog.table], adapts: true)])
    let two = problems(resolving: text, plugins: Catalog.all + [second])
    #expect(two.codes == [.portMismatch])
    #expect(two.text.contains("arrow/load, duckdb/read"), "\(two.text)")
    let named = text.replacing("# -", with: "requires: {plugins: {arrow: '*'}}")
    #expect(problems(resolving: named, plugins: Catalog.all + [second]).isEmpty)
  }

  @Test func `an output nobody reads is a warning`() throws {
    let resolved = try resolve(Sample.document("\(Sample.source)\nr: {use: duckdb/read, in: files}"))
    #expect(resolved.warnings.map(\.node) == ["r"])
    #expect(resolved.warnings.map { $0.at?.line } == [7])
  }

  @Test func `the admin's defaults yield to the document, locked values do not`() throws {
    var duckdb = Catalog.duckdb
    var policy = PluginPolicy()
    policy.defaults = ["read": ["nulls": ["-"], "format": "csv"]]
    policy.locked = ["sql": ["query": "select 1"]]
    duckdb.policy = policy
    let plugins = [Catalog.localFiles, duckdb]
    let text = Sample.document(
      "\(Sample.source)\nr: {use: duckdb/read, in: files, with: {format: parquet}}\ns: {use: duckdb/sql, in: r}")
    let resolved = try resolve(text, plugins: plugins)
    #expect(resolved.nodes[1].configuration == ["nulls": ["-"], "format": "parquet"])
    #expect(resolved.nodes[2].configuration == ["query": "select 1"])
    let found = problems(resolving: text.replacing("in: r}", with: "in: r, with: {query: x}}"), plugins: plugins)
    #expect(found.codes == [.invalidConfiguration])
    #expect(found.text.contains("locked"), "\(found.text)")
  }

  @Test func `retry on a node overrides that of the pipeline`() throws {
    let resolved = try resolve(
      Sample.document(
        "files: {use: local-files/source, with: {path: x}, retry: {attempts: 5, on: [plugin]}}",
        before: "retry: {attempts: 2}"))
    #expect(resolved.retryPolicy(forNode: "files").attempts == 5)
    #expect(resolved.retryPolicy(forNode: nil).attempts == 2)
    let policy = RetryPolicy(attempts: 3, causes: [.external], firstDelaySeconds: 1, factor: 10, maxDelaySeconds: 15)
    #expect((1...3).map { policy.delaySeconds(after: $0) } == [1, 10, 15])
    #expect(policy.retries(after: 2, failedWith: Problem(.inputOutputFailed, "")))
    #expect(!policy.retries(after: 3, failedWith: Problem(.inputOutputFailed, "")))
    #expect(!policy.retries(after: 1, failedWith: Problem(.pluginCrashed, "")))
  }
}
