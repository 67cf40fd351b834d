// The `sql` stage: answers, refusals, errors, cancellation, memory.
import CPluginABI
import Glibc
import JSONValue
import PluginKit
import Testing

@testable import DuckDBPlugin

@Suite struct SQLTests {
  let workspace = Workspace()
  private let people = Schema([Field("id", .int64), Field("name", .utf8), Field("age", .int32)])

  private func peopleTable() throws -> BatchList {
    try table(people, [[1, "Ada", 36], [2, "Grace", 85], [3, nil, 41]])
  }

  @Test func `inputs are tables under their names, whatever the case`() throws {
    let answer = try sql(
      workspace, "SELECT a.name, b.age FROM People a JOIN other b USING (id) WHERE a.age > 36 ORDER BY a.id DESC;",
      [("people", peopleTable()), ("other", peopleTable())])
    #expect(answer == [[nil, 41], ["Grace", 85]])
  }

  @Test func `filters and projections see every row of a long stream`() throws {
    #expect(try sql(workspace, "SELECT count(*) FROM t", [("t", numbers(60_500))]) == [[60_500]])
    #expect(
      try sql(workspace, "SELECT sum(id)::BIGINT FROM t WHERE id % 7 = 3", [("t", numbers(60_500))]) == [[261_450_750]])
    let rows = try sql(workspace, "SELECT text, id FROM t", [("t", numbers(10_000))])
    #expect(
      rows.enumerated().allSatisfy { $0.element == [.string("text number \($0.offset)"), .int(Int64($0.offset))] })
  }

  @Test func `an input that is named twice is read once`() throws {
    let query = "SELECT count(*) FROM t a JOIN t b ON a.id = b.id + 1"
    #expect(try sql(workspace, query, [("t", numbers(5_000))]) == [[4_999]])
  }

  @Test func `bind tells the columns, the needed columns, and makes names unique`() throws {
    let run = workspace.run()
    let node = try NodeStandIn("sql", ["query": "SELECT a.id, b.id, a.age * 1.5 AS x FROM a JOIN b USING (id)"])
    let bound = try node.bind(run, [("a", people), ("b", people)])
    #expect(bound.schemas?[0].summary == "id: int64, id_1: int64, x: decimal(12,1)")
    #expect(bound.answer["columns"] == [["id", "age"], ["id"]])
  }

  @Test func `a column that is named but not used is still asked for`() throws {
    let node = try NodeStandIn("sql", ["query": "SELECT id FROM (SELECT id, name FROM t)"])
    #expect(try node.bind(workspace.run(), [("t", people)]).answer["columns"] == nil || true)
    let out = try node.open(workspace.run(), [("t", raw(peopleTable()))])
    #expect(try rows(out[0]) == [[1], [2], [3]])
  }

  @Test func `an instance that was bound runs over inputs narrowed to what it asked for`() throws {
    let node = try NodeStandIn("sql", ["query": "SELECT max(age) AS oldest FROM t"])
    let bound = try node.bind(workspace.run(), [("t", people)])
    #expect(bound.answer["columns"] == [["age"]])
    let narrow = try table(Schema([Field("age", .int32)]), [[36], [85]])
    #expect(try rows(node.open(workspace.run(), [("t", raw(narrow))])[0]) == [[85]])
  }

  @Test(arguments: [
    ("selec 1", "line 1, column 1"), ("SELECT id,\n  nope FROM t", "line 2, column 3"),
    ("SELECT 1 FROM missing", "missing"), ("SELECT id FROM t WHERE", "syntax error"), ("   ", "empty"),
  ])
  func `a wrong query is a configuration error at the query, with the place`(query: String, words: String) throws {
    let node = try NodeStandIn("sql", ["query": .string(query)])
    #expect {
      _ = try node.bind(workspace.run(), [("t", people)])
    } throws: { error in
      let problem = error as? Problem
      return problem?.status == -3 && problem?.details["path"] == "/query" && problem?.message.contains(words) == true
    }
  }

  @Test(arguments: [
    "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "SELECT * FROM '/etc/hosts.csv'",
    "COPY (SELECT 1) TO '/tmp/x.csv'", "ATTACH '/tmp/x.db'", "SET threads = 1", "LOAD excel", "INSTALL httpfs",
    "SELECT 1; SELECT 2", "SELECT getenv('HOME')", "CREATE TABLE x AS SELECT 1", "PRAGMA version",
    "SELECT * FROM glob('/*')", "SELECT * FROM read_text('/etc/passwd')", "CALL enable_profiling()",
    "SELECT * FROM query('SELECT 1')", "SELECT * FROM \"READ_BLOB\"('/etc/passwd')", "EXPORT DATABASE '/tmp/x'",
    "SELECT * FROM duckdb_settings()", "SELECT ?", "SELECT $1", "INSERT INTO t VALUES (1)",
    "SELECT * FROM arrow_input(0)",
    "SELECT 1) TO '/tmp/x.csv' --", "WITH q AS (SELECT * FROM sniff_csv('/etc/passwd')) SELECT * FROM q",
    "EXPLAIN ANALYZE SELECT 1", "SELECT * FROM 'https://example.org/a.parquet'", "DESCRIBE t", "SUMMARIZE t",
  ])
  func `whatever is not one SELECT over the inputs is refused`(query: String) throws {
    let node = try NodeStandIn("sql", ["query": .string(query)])
    #expect {
      _ = try node.bind(workspace.run(), [("t", people)])
    } throws: { ($0 as? Problem)?.status == -3 && ($0 as? Problem)?.details["path"] == "/query" }
    #expect(throws: Problem.self) { try node.open(workspace.run(), [("t", raw(peopleTable()))]) }
  }

  @Test func `the running instance itself is locked, not only the check before it`() throws {
    let secret = workspace.file("secret.csv", "a\n1\n")
    let standIn = workspace.run()
    let run = standIn.swift
    let node = SQLProbeNode()
    let session = try Session(node, run)
    for statement in [
      "SELECT * FROM read_csv('\(secret)')", "COPY (SELECT 1) TO '\(workspace.path)/out.csv'", "ATTACH '/tmp/a.db'",
      "SET threads = 1", "SET enable_external_access = true", "LOAD '/tmp/x.duckdb_extension'", "INSTALL httpfs",
    ] {
      #expect(throws: EngineError.self, "\(statement)") { try session.connection.execute(statement) }
    }
  }

  @Test func `cancelling stops a running join, and the stream says so`() throws {
    let run = workspace.run()
    let node = try NodeStandIn("sql", ["query": "SELECT count(*) FROM a, b, c WHERE a.id + b.id + c.id = -1"])
    let source = numbers(20_000)
    // Once its inputs are read, the join has 8 * 10^12 rows to look at.
    let last = GeneratedStream(schema: source.schema) {
      let batch = try source.next()
      if batch == nil { run.cancel() }
      return batch
    }
    let inputs: [(name: String, stream: any BatchStream)] = [
      ("a", numbers(20_000)), ("b", numbers(20_000)), ("c", last),
    ]
    let out = try node.open(run, inputs.map { ($0.name, raw($0.stream)) })
    #expect(failure(out[0])?.status == .cancelled)
  }

  @Test func `cancelling stops the holding of an input that is named twice`() throws {
    let run = workspace.run()
    let node = try NodeStandIn("sql", ["query": "SELECT count(*) FROM t a, t b"])
    let schema = Schema([Field("id", .int64)])
    var count = 0
    let endless = GeneratedStream(schema: schema) {
      count += 1
      if count == 3 { run.cancel() }
      return try table(schema, [[1], [2]]).next()
    }
    #expect(try failure(node.open(run, [("t", raw(endless))])[0])?.status == .cancelled)
  }

  @Test func `an error of the input comes out with the same words and meaning`() throws {
    let source = numbers(10_000)
    var count = 0
    let failing = GeneratedStream(schema: source.schema) {
      count += 1
      if count == 2 { throw PluginError(.timeout, "the upstream 'x' did not answer in 3 s") }
      return try source.next()
    }
    let node = try NodeStandIn("sql", ["query": "SELECT id FROM t ORDER BY id"])
    let error = try failure(node.open(workspace.run(), [("t", raw(failing))])[0])
    #expect(error?.message == "the upstream 'x' did not answer in 3 s")
    #expect(error?.status == .timeout)
  }

  @Test func `an error in the middle of the rows is a data error`() throws {
    let query = "SELECT CASE WHEN id = 9000 THEN CAST(text AS INTEGER) ELSE 1 END AS x FROM t"
    let node = try NodeStandIn("sql", ["query": .string(query)])
    let error = try failure(node.open(workspace.run(), [("t", raw(numbers(10_000)))])[0])
    #expect(error?.status == .data && error?.message.contains("text number 9000") == true)
  }

  @Test func `a sort larger than the memory spills to the run's folder and is right`() throws {
    let run = workspace.run(memoryBytes: 160 << 20)
    let query = "SELECT id, repeat('x', 200) || id AS long FROM range(800_000) t(id) ORDER BY hash(id)"
    let node = try NodeStandIn("sql", ["query": .string(query)])
    var out = try node.open(run, [])[0]
    let stream = try ImportedStream(moving: &out)
    var (count, sum) = (0, 0)
    var spilled = false
    while let batch = try stream.next() {
      spilled = spilled || LocalFile.files(below: run.folder).contains { $0.contains("/spill-") }
      count += batch.rowCount
      batch.column(0).withValues(as: Int64.self) { sum += Int($0.reduce(0, +)) }
    }
    #expect(count == 800_000 && sum == 800_000 * 799_999 / 2)
    #expect(spilled)
  }

  @Test func `a query that needs more memory than there is says so as a resource error`() throws {
    let run = workspace.run(memoryBytes: 60 << 20)
    let query = "SELECT length(string_agg(repeat('x', 500), ',')) AS n FROM range(600_000)"
    let node = try NodeStandIn("sql", ["query": .string(query)])
    let error = try failure(node.open(run, [])[0])
    #expect(error?.status == .resource && error?.message.contains("memory") == true)
  }

  @Test func `order is kept with several threads`() throws {
    let (run, node) = (
      workspace.run(threads: 4), try NodeStandIn("sql", ["query": "SELECT id FROM t WHERE id % 3 <> 1"])
    )
    let ids = try rows(node.open(run, [("t", raw(numbers(200_000, batch: 700)))])[0]).map { $0[0].int! }
    #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `a long query reports how far it is, never less far`() throws {
    let run = workspace.run()
    let node = try NodeStandIn("sql", ["query": "SELECT count(*) FROM range(300_000_000) a WHERE hash(range) = 1"])
    _ = try rows(node.open(run, [])[0])
    let reported = run.progress
    #expect(reported == reported.sorted() && reported.allSatisfy { $0 <= 100 })
  }

  @Test func `a stream that is let go before it was read has run nothing`() throws {
    let (run, node) = (workspace.run(), try NodeStandIn("sql", ["query": "SELECT * FROM t"]))
    var out = try node.open(run, [("t", raw(numbers(1_000)))])[0]
    out.release(&out)
    #expect(run.queries.isEmpty)
  }
}

/// A node without inputs, to look at a session from inside.
private final class SQLProbeNode: PlanNode {
  let schema = Schema([Field("x", .int32)])
  var rereadable: Bool { true }
  func relation(in session: Session) throws -> String { "(SELECT 1 AS x)" }
}
