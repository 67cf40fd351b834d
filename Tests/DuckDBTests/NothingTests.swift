// No files to read: the usual end of an incremental run. It is the source that says whether none is fine.
import CPluginABI
import JSONValue
import PluginKit
import Testing

@testable import DuckDBPlugin

@Suite struct NothingTests {
  let workspace = Workspace()

  /// Binds `read` to a sample, then opens it with no files; answers its two outputs.
  private func nothing(
    _ run: RunStandIn, after sample: [String]?, _ configuration: JSONValue = [:], scan: JSONValue = .null
  ) throws -> (table: ArrowArrayStream, rejects: ArrowArrayStream, node: NodeStandIn) {
    let node = try NodeStandIn("read", configuration)
    let bound = try node.bind(run, [("files", .files)], sample: sample.map { files($0) }, outputs: 2)
    #expect((bound.schemas == nil) == (sample?.isEmpty ?? true), "without a file the columns come later")
    let out = try node.open(run, [("files", raw(files([])))], scan: scan, outputs: 2)
    return (out[0], out[1], node)
  }

  @Test func `with columns learned from a sample it is an empty table with them`() throws {
    let path = workspace.file("a.csv", "id,name,price,day,at\n1,x,2.5,2020-01-31,2020-01-31 08:00:00\n")
    let run = workspace.run()
    var out = try nothing(run, after: [path])
    let found = try schema(&out.table)
    #expect(found.summary == "id: int64, name: utf8, price: float64, day: date32, at: timestamp[us]")
    #expect(try rows(out.table).isEmpty && rows(out.rejects).isEmpty)
    var narrow = try nothing(run, after: [path], scan: ["columns": ["day", "id"], "limit": 3])
    #expect(try schema(&narrow.table).summary == "day: date32, id: int64")
    #expect(try rows(narrow.table).isEmpty && rows(narrow.rejects).isEmpty)
  }

  @Test func `nested and odd types stay what they were`() throws {
    let path = workspace.file("types.parquet", "")
    let connection = try Database([]).connect()
    try connection.execute(
      """
      COPY (SELECT 1::HUGEINT::DECIMAL(38,0) AS d, [1, 2] AS l, {'a': 1, 'b': [{'c': 'x'}]} AS s, map {'k': 1} AS m,
        TIMESTAMPTZ '2020-01-01' AS z, TIME '08:00' AS t, 'x'::BLOB AS b, true AS f, uuid() AS u, 1::UTINYINT AS i)
      TO '\(path)' (FORMAT parquet)
      """)
    let run = workspace.run()
    var whole = try NodeStandIn("read", [:]).open(run, [("files", raw(files([path])))], outputs: 2)
    let expected = try schema(&whole[0])
    #expect(try rows(whole[0]).count == 1 && rows(whole[1]).isEmpty)
    var out = try nothing(run, after: [path])
    #expect(try schema(&out.table).summary == expected.summary, "\(expected.summary)")
    #expect(try rows(out.table).isEmpty && rows(out.rejects).isEmpty)
  }

  @Test func `a query may name it twice, and what it joins is not lost`() throws {
    let path = workspace.file("a.csv", "id,name\n1,x\n")
    let run = workspace.run()
    let out = try nothing(run, after: [path])
    let query = "SELECT d.id, a.name FROM d LEFT JOIN t AS a USING (id) LEFT JOIN t AS b USING (id) ORDER BY 1"
    let node = try NodeStandIn("sql", ["query": .string(query)])
    let answer = try node.open(run, [("t", out.table), ("d", raw(numbers(3)))])
    #expect(try rows(answer[0]) == [[0, nil], [1, nil], [2, nil]])
    #expect(try rows(out.rejects).isEmpty)
  }

  @Test func `bad rows that are set aside are none, in CSV and in JSON`() throws {
    for (name, text) in [("a.csv", "id,name\n1,x\n"), ("a.jsonl", "{\"id\":1}\n")] {
      let run = workspace.run()
      let out = try nothing(run, after: [workspace.file(name, text)], ["on_bad_rows": "reject"])
      #expect(try rows(out.rejects).isEmpty && rows(out.table).isEmpty)
    }
  }

  @Test func `where only the configuration names columns, it is an empty table with those`() throws {
    for sample in [nil, []] as [[String]?] {
      let run = workspace.run()
      let configuration: JSONValue = ["columns": ["n": "int64", "day": "date32"], "add_source": "from"]
      var out = try nothing(run, after: sample, configuration)
      #expect(try schema(&out.table).summary == "day: date32, n: int64, from: utf8")
      #expect(try rows(out.table).isEmpty && rows(out.rejects).isEmpty)
    }
  }

  @Test func `where nothing tells the columns, no file is written and no dataset published`() throws {
    let run = workspace.run()
    for query in [nil, "SELECT name, count(*) AS n FROM t GROUP BY name"] {
      func table() throws -> ArrowArrayStream {
        let out = try nothing(run, after: [])
        #expect(try rows(out.rejects).isEmpty)
        guard let query else { return out.table }
        return try NodeStandIn("sql", ["query": .string(query)]).open(run, [("t", out.table)])[0]
      }
      for configuration: JSONValue in [
        ["format": "parquet"], ["format": "csv", "rows_per_file": 10], ["format": "csv", "partition_by": ["year"]],
      ] {
        let written = try NodeStandIn("write", configuration).open(run, [("table", try table())])
        #expect(try rows(written[0]).isEmpty)
      }
      let sink = try NodeStandIn("dataset", ["name": "d"])
      let receipt = try sink.publish(run, try table(), schema: Schema([])).1
      #expect(receipt["rows"] == 0 && receipt["dataset"] == nil)
    }
    #expect(run.published.isEmpty)
    #expect(run.messages.contains { $0.contains("no file") })
  }

  @Test func `a query over nothing and something fails where it needs a column of nothing`() throws {
    let run = workspace.run()
    let out = try nothing(run, after: [])
    #expect(try rows(out.rejects).isEmpty)
    let node = try NodeStandIn("sql", ["query": "SELECT d.id, t.name FROM d JOIN t USING (id)"])
    #expect {
      _ = try node.open(run, [("t", out.table), ("d", raw(numbers(3)))])
    } throws: { ($0 as? Problem)?.message.contains("no file") == true }
  }
}
