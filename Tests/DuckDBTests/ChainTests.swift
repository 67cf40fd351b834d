// Fusion, datasets, and files written.
import CPluginABI
import JSONValue
import PluginKit
import Testing

@testable import DuckDBPlugin

@Suite struct ChainTests {
  let workspace = Workspace()

  private func csv() -> String {
    workspace.file(
      "f.csv", "id,carrier,delay\n" + (0..<5_000).map { "\($0),\(["AA", "UA", "DL"][$0 % 3]),\($0 % 50)\n" }.joined())
  }

  /// Hides who made a stream, so that nothing can be fused.
  private func foreign(_ stream: ArrowArrayStream) throws -> ArrowArrayStream {
    var stream = stream
    let imported = try ImportedStream(moving: &stream)
    return raw(GeneratedStream(schema: imported.schema) { try imported.next() })
  }

  private let counting =
    "SELECT carrier, count(*) AS n, max(id) AS last FROM f WHERE delay > 10 GROUP BY carrier ORDER BY carrier"

  @Test func `a fused chain gives the rows of an unfused one, in one query`() throws {
    let path = csv()
    var answers: [[[JSONValue]]] = []
    for fused in [true, false] {
      let reading = workspace.run()
      let reader = try NodeStandIn("read", [:])
      var table = try reader.open(reading, [("files", raw(files([path])))], outputs: 2)
      table[1].release(&table[1])
      let running = workspace.run()
      let query = try NodeStandIn("sql", ["query": .string(counting)])
      let counted = try query.open(running, [("f", fused ? table[0] : try foreign(table[0]))])
      let last = try NodeStandIn("sql", ["query": "SELECT n, carrier FROM counted WHERE n > 0"])
      let end = workspace.run()
      let out = try last.open(end, [("counted", fused ? counted[0] : try foreign(counted[0]))])
      answers.append(try rows(out[0]))
      #expect(end.queries.count == 1)
      #expect(end.queries[0].contains("read_csv") == fused)
      #expect(reading.queries.isEmpty == fused && running.queries.isEmpty == fused)
    }
    #expect(answers[0] == answers[1])
    #expect(answers[0].count == 3)
  }

  @Test func `a scan request on a fused chain narrows both ends`() throws {
    let reader = try NodeStandIn("read", [:])
    let readingRun = workspace.run()
    var table = try reader.open(
      readingRun, [("files", raw(files([csv()])))], scan: ["columns": ["id", "delay"]], outputs: 2)
    table[1].release(&table[1])
    let run = workspace.run()
    let query = try NodeStandIn("sql", ["query": "SELECT * FROM f ORDER BY id DESC"])
    let out = try query.open(run, [("f", table[0])], scan: ["columns": ["id"], "limit": 2])
    #expect(try rows(out[0]) == [[4_999], [4_998]])
  }

  @Test func `the same fused input under two names of one query`() throws {
    let reader = try NodeStandIn("read", [:])
    let readingRun = workspace.run()
    var table = try reader.open(readingRun, [("files", raw(files([csv()])))], outputs: 2)
    table[1].release(&table[1])
    let node = try NodeStandIn("sql", ["query": "SELECT count(*) FROM f a JOIN f b USING (id)"])
    let run = workspace.run()
    #expect(try rows(node.open(run, [("f", table[0])])[0]) == [[5_000]])
  }

  @Test func `an error in a file still names file and line when it is met in a fused sink`() throws {
    let path = workspace.file("late.csv", "id\n" + (0..<30_000).map { "\($0)\n" }.joined() + "oops\n")
    let readingRun = workspace.run()
    let reader = try NodeStandIn("read", [:])
    var table = try reader.open(readingRun, [("files", raw(files([path])))], outputs: 2)
    table[1].release(&table[1])
    let found = try schema(&table[0])
    let run = workspace.run()
    #expect {
      _ = try NodeStandIn("dataset", ["name": "d"]).publish(run, table[0], schema: found)
    } throws: { located($0, path, 30_002) }
    #expect(run.published.isEmpty)
  }

  // MARK: datasets

  private let kinds = Schema([
    Field("i", .int64), Field("f", .float64), Field("t", .utf8), Field("d", .date32), Field("b", .bool),
    Field("m", .decimal(precision: 10, scale: 2, bitWidth: 128)), Field("at", .timestamp(.microsecond, zone: "UTC")),
    Field("l", .list(Field("item", .int64))), Field("empty", .int32),
  ])

  private func kindsTable() throws -> BatchList {
    try table(
      kinds,
      [
        [3, 1.5, "pear", "2020-01-31", true, "1.50", "2020-01-01T00:00:00Z", [1, 2], nil],
        [-7, 2.5, "apple", "1999-12-31", false, "20.25", "2021-01-01T12:00:00Z", nil, nil],
        [nil, nil, nil, nil, nil, nil, nil, [], nil],
      ])
  }

  @Test func `a dataset carries its rows, schema and column statistics`() throws {
    let run = workspace.run()
    let (result, receipt) = try NodeStandIn("dataset", ["name": "kinds"]).publish(run, raw(kindsTable()), schema: kinds)
    #expect(result["rows"] == 3 && (result["bytes"]?.int ?? 0) > 0)
    #expect(receipt["dataset"] == "d" && receipt["rows"] == 3)
    let metadata = run.published[0].metadata
    #expect(metadata["name"] == "kinds" && metadata["rows"] == 3)
    #expect(metadata["schema"]?.array?.compactMap { $0["type"]?.string } == kinds.fields.map(\.type.description))
    let columns = metadata["columns"]
    #expect(columns?["i"]?["min"] == -7 && columns?["i"]?["max"] == 3 && columns?["i"]?["nulls"] == 1)
    #expect(columns?["f"]?["min"] == 1.5 && columns?["f"]?["max"] == 2.5)
    #expect(columns?["t"]?["min"] == "apple" && columns?["t"]?["max"] == "pear")
    #expect(columns?["d"]?["min"] == "1999-12-31" && columns?["d"]?["max"] == "2020-01-31")
    #expect(columns?["b"]?["min"] == false && columns?["b"]?["max"] == true)
    #expect(columns?["m"]?["min"] == "1.50" && columns?["m"]?["max"] == "20.25")
    #expect(columns?["at"]?["max"]?.string?.hasPrefix("2021-01-01T12:00:00") == true)
    #expect(columns?["empty"] == ["nulls": 3])
    #expect(columns?["l"] == nil)
  }

  @Test func `statistics are right over several row groups`() throws {
    let run = workspace.run()
    let stream = numbers(10_000)
    _ = try NodeStandIn("dataset", ["name": "n", "row_group_rows": 2048]).publish(
      run, raw(stream), schema: stream.schema)
    let columns = run.published[0].metadata["columns"]
    #expect(columns?["id"]?["min"] == 0 && columns?["id"]?["max"] == 9_999 && columns?["id"]?["nulls"] == 0)
    #expect(columns?["id"]?["distinct"] == nil)
  }

  @Test func `a dataset reads back as it was, narrowed as asked`() throws {
    let run = workspace.run()
    _ = try NodeStandIn("dataset", ["name": "kinds"]).publish(run, raw(kindsTable()), schema: kinds)
    let source = try NodeStandIn("table", ["dataset": .string(run.published[0].path)])
    let readingRun = workspace.run()
    #expect(try source.bindSource(readingRun).fields.map(\.name) == kinds.fields.map(\.name))
    #expect(try rows(source.openSource(readingRun)) == rows(raw(kindsTable())))
    let scan: JSONValue = ["columns": ["t"], "filters": [["column": "i", "op": "<", "value": 0]]]
    #expect(try rows(source.openSource(readingRun, scan: scan)) == [["apple"]])
    let query = try NodeStandIn("sql", ["query": "SELECT max(f) AS m FROM k"])
    let queryRun = workspace.run()
    #expect(try rows(query.open(queryRun, [("k", source.openSource(readingRun))])[0]) == [[2.5]])
    #expect(queryRun.queries[0].contains("read_parquet"))
  }

  @Test func `a failed input leaves nothing published and its words in the error`() throws {
    let source = numbers(10_000)
    let failing = GeneratedStream(schema: source.schema) {
      guard let batch = try source.next() else { return nil }
      if batch.column(0).int64(0)! > 0 { throw PluginError(.io, "the disk of the neighbour is gone") }
      return batch
    }
    let run = workspace.run()
    #expect {
      _ = try NodeStandIn("dataset", ["name": "n"]).publish(run, raw(failing), schema: source.schema)
    } throws: { ($0 as? Problem)?.message == "the disk of the neighbour is gone" && ($0 as? Problem)?.status == -9 }
    #expect(run.published.isEmpty)
  }

  // MARK: files written

  private func write(_ run: RunStandIn, _ configuration: JSONValue, _ stream: any BatchStream) throws -> [[JSONValue]] {
    try rows(NodeStandIn("write", configuration).open(run, [("table", raw(stream))])[0])
  }

  @Test(arguments: ["csv", "tsv", "jsonl", "parquet", "excel"], ["none", "gzip", "zstd"])
  func `what is written in a format is read back`(format: String, compression: String) throws {
    if format == "excel", compression != "none" { return }
    let run = workspace.run()
    let schema = Schema([Field("id", .int64), Field("name", .utf8), Field("day", .date32), Field("x", .float64)])
    let data: [[JSONValue]] = [
      [1, "x, \"y\"", "2020-01-31", 0.5], [2, "line\nbreak", "2020-02-01", nil], [3, nil, nil, 2.25],
    ]
    let listed = try write(run, ["format": .string(format), "compression": .string(compression)], table(schema, data))
    #expect(listed.count == 1)
    #expect(listed[0][2].int == LocalFile.size(listed[0][1].string!))
    let back = try read(workspace, [listed[0][1].string!])
    // Excel knows one kind of number.
    let expected = format == "excel" ? data.map { [.double($0[0].double!)] + $0.dropFirst() } : data
    #expect(back == expected)
  }

  @Test func `rows per file are exact and in order`() throws {
    let run = workspace.run()
    let listed = try write(run, ["format": "csv", "rows_per_file": 4_000, "name": "part"], numbers(10_000))
    #expect(
      listed.map { try! JSONValue(parsing: $0[6].string!)["relative_path"] } == [
        "part-00001.csv", "part-00002.csv", "part-00003.csv",
      ])
    let back = try listed.map { try read(workspace, [$0[1].string!]) }
    #expect(back.map(\.count) == [4_000, 4_000, 2_000])
    #expect(back[1].first?[0] == 4_000 && back[2].last?[0] == 9_999)
  }

  @Test func `a folder per value, without that column in the file`() throws {
    let run = workspace.run()
    let schema = Schema([Field("year", .int64), Field("n", .int64)])
    let data: [[JSONValue]] = (0..<30).map { [.int(2010 + $0 % 3), .int($0)] }
    let listed = try write(run, ["format": "csv", "partition_by": ["year"], "name": "d"], table(schema, data))
    #expect(
      listed.compactMap { try? JSONValue(parsing: $0[6].string!)["relative_path"] } == [
        "year=2010/d_0.csv", "year=2011/d_0.csv", "year=2012/d_0.csv",
      ])
    #expect(try read(workspace, [listed[0][1].string!]).count == 10)
  }

  @Test func `an empty table still makes a file with a header`() throws {
    let run = workspace.run()
    let schema = Schema([Field("a", .int64), Field("b", .utf8)])
    for configuration: JSONValue in [["format": "csv"], ["format": "csv", "rows_per_file": 10], ["format": "parquet"]] {
      let listed = try write(run, configuration, table(schema, []))
      #expect(listed.count == 1)
      #expect(try read(workspace, [listed[0][1].string!]).isEmpty)
    }
  }

  @Test func `nothing is written before somebody asks for the files`() throws {
    let run = workspace.run()
    let node = try NodeStandIn("write", ["format": "csv"])
    var out = try node.open(run, [("table", raw(numbers(10)))])
    #expect(LocalFile.files(below: run.folder).isEmpty)
    out[0].release(&out[0])
    #expect(LocalFile.files(below: run.folder).isEmpty)
  }
}
