// The `read` stage: formats, schemas, broken files.
import JSONValue
import PluginKit
import Testing

@testable import DuckDBPlugin

@Suite struct ReadTests {
  let workspace = Workspace()

  @Test func `a CSV file becomes a typed table, with nulls where the texts for null stand`() throws {
    let path = workspace.file("a.csv", "id,name,price,day\n1,\"x, y\",2.5,2020-01-31\n2,NA,NA,2020-02-01\n")
    let (run, node) = (workspace.run(), try NodeStandIn("read", ["nulls": ["NA", ""]]))
    let bound = try node.bind(run, [("files", .files)], sample: files([path]), outputs: 2)
    #expect(bound.schemas?[0].summary == "id: int64, name: utf8, price: float64, day: date32")
    let out = try node.open(run, [("files", raw(files([path])))], outputs: 2)
    #expect(try rows(out[0]) == [[1, "x, y", 2.5, "2020-01-31"], [2, nil, nil, "2020-02-01"]])
    #expect(try rows(out[1]).isEmpty)
  }

  @Test func `delimiters, headers and line ends are found out`() throws {
    let semicolon = workspace.file("semicolon.csv", "a;b\r\n1;1,5\r\n2;2,5\r\n")
    #expect(try read(workspace, [semicolon]) == [[1, "1,5"], [2, "2,5"]])
    let tabs = workspace.file("t.tsv", "a\tb\n1\tx,y\n")
    #expect(try read(workspace, [tabs]) == [[1, "x,y"]])
    let bare = workspace.file("bare.csv", "1,x\n2,y\n")
    #expect(try read(workspace, [bare], ["header": false]) == [[1, "x"], [2, "y"]])
    let comment = workspace.file("c.csv", "a,b\n#1,x\n2,y\n")
    #expect(try read(workspace, [comment]) == [["#1", "x"], ["2", "y"]])
    #expect(try read(workspace, [comment], ["comment": "#"]) == [[2, "y"]])
  }

  @Test func `a type override wins, and one for a column that is not there is a configuration error`() throws {
    let path = workspace.file("a.csv", "code,n\n007,1\n")
    #expect(try read(workspace, [path], ["columns": ["code": "utf8", "n": "float64"]]) == [["007", 1.0]])
    #expect {
      _ = try read(workspace, [path], ["columns": ["kode": "utf8"]])
    } throws: { error in
      let problem = error as? Problem
      return problem?.details["path"] == "/columns/kode" && problem?.message.contains("code, n") == true
    }
  }

  @Test func `JSON, JSON lines and nested values keep their shape`() throws {
    let array = workspace.file("a.json", #"[{"a":1,"b":{"c":[1,2]}},{"a":2}]"#)
    #expect(try read(workspace, [array]) == [[1, ["c": [1, 2]]], [2, nil]])
    let lines = workspace.file("a.jsonl", "{\"a\":1,\"b\":\"x\"}\n\n{\"a\":2}\n")
    #expect(try read(workspace, [lines]) == [[1, "x"], [2, nil]])
  }

  @Test func `contents win over a wrong name`() throws {
    let path = workspace.file("a.txt", #"{"a":1}"# + "\n" + #"{"a":2}"# + "\n")
    #expect(try read(workspace, [path], ["format": "jsonl"]) == [[1], [2]])
    let disguised = workspace.file("data", #"[{"a":1}]"#)
    #expect(try read(workspace, [disguised]) == [[1]])
  }

  @Test func `files whose columns stand in another order are matched by name`() throws {
    let one = workspace.file("1.csv", "a,b\n1,x\n")
    let two = workspace.file("2.csv", "b,a\ny,2\n")
    let three = workspace.file("3.csv", "a,c\n3,z\n")
    #expect(try read(workspace, [one, two]) == [[1, "x"], [2, "y"]])
    #expect(try read(workspace, [one, three], ["union_by_name": true]) == [[1, "x", nil], [3, nil, "z"]])
    #expect {
      _ = try read(workspace, [one, three])
    } throws: { ($0 as? Problem)?.details["file"] == .string(three) }
  }

  @Test func `add_source tells the file of each row`() throws {
    let one = workspace.file("1.csv", "a\n1\n")
    let two = workspace.file("2.csv", "a\n2\n")
    #expect(
      try read(workspace, [one, two], ["add_source": "from"]) == [
        [1, .string("file://\(one)")], [2, .string("file://\(two)")],
      ])
  }

  @Test func `a ragged row ends the run with its file and line`() throws {
    let path = workspace.file("ragged.csv", "id,name,v\n1,x,2.5\n2,y\n3,w,4\n")
    #expect {
      _ = try read(workspace, [path])
    } throws: { located($0, path, 3) }
  }

  @Test func `a value of the wrong type after the sample ends the run with its file and line`() throws {
    let body = (1...30_000).map { "\($0),x\n" }.joined()
    let path = workspace.file("late.csv", "id,name\n\(body)oops,y\n")
    #expect {
      _ = try read(workspace, [path])
    } throws: { located($0, path, 30_002) }
  }

  @Test func `a line beyond the limit ends the run, and a higher limit lets it pass`() throws {
    let path = workspace.file("huge.csv", "a,b\n1,\(String(repeating: "x", count: 3_000_000))\n2,y\n")
    #expect {
      _ = try read(workspace, [path])
    } throws: { located($0, path, 2) && "\($0)".utf8.count < 2_000 }
    #expect(try read(workspace, [path], ["max_line_bytes": 8_000_000]).count == 2)
  }

  @Test func `broken JSON ends the run with its file and line`() throws {
    let path = workspace.file("b.jsonl", "{\"a\":1}\n{\"a\":}\n{\"a\":3}\n")
    #expect {
      _ = try read(workspace, [path])
    } throws: { located($0, path, 2) }
  }

  @Test func `a file that is not what its name says is a data error that names it`() throws {
    for name in ["bad.parquet", "bad.xlsx"] {
      let path = workspace.file(name, "nothing of the sort")
      let format = name.hasSuffix("xlsx") ? "excel" : "parquet"
      #expect {
        _ = try read(workspace, [path], ["format": .string(format)])
      } throws: { ($0 as? Problem)?.status == -10 && ($0 as? Problem)?.details["file"] == .string(path) }
    }
  }

  @Test func `rejected CSV rows come out of the second output, whichever is read first`() throws {
    let path = workspace.file("bad.csv", "id,name\n1,x\noops,y\n3\n4,z\n")
    let configuration: JSONValue = ["on_bad_rows": "reject", "columns": ["id": "int64"]]
    for rejectsFirst in [false, true] {
      let (run, node) = (workspace.run(), try NodeStandIn("read", configuration))
      let out = try node.open(run, [("files", raw(files([path])))], outputs: 2)
      let bad = rejectsFirst ? try rows(out[1]) : nil
      #expect(try rows(out[0]) == [[1, "x"], [4, "z"]])
      let rejects = try bad ?? rows(out[1])
      #expect(
        rejects.map { [$0[0], $0[1], $0[3], $0[5]] } == [
          [.string(path), 3, "CAST", "oops,y"], [.string(path), 4, "MISSING COLUMNS", "3"],
        ])
    }
  }

  @Test func `rejected rows are the same when only one column is wanted`() throws {
    let path = workspace.file("bad.csv", "id,name\n1,x\noops,y\n4,z\n")
    let configuration: JSONValue = ["on_bad_rows": "reject", "columns": ["id": "int64"]]
    let (run, node) = (workspace.run(), try NodeStandIn("read", configuration))
    let out = try node.open(run, [("files", raw(files([path])))], scan: ["columns": ["name"]], outputs: 2)
    #expect(try rows(out[0]) == [["x"], ["z"]])
    #expect(try rows(out[1]).count == 1)
  }

  @Test func `rejected JSON lines carry their line number`() throws {
    let path = workspace.file("bad.jsonl", "{\"a\":1}\n\nnot json\n{\"a\":\"x\"}\n{\"a\":4}\n")
    let configuration: JSONValue = ["on_bad_rows": "reject", "columns": ["a": "int64"]]
    let (run, node) = (workspace.run(), try NodeStandIn("read", configuration))
    let out = try node.open(run, [("files", raw(files([path])))], outputs: 2)
    #expect(try rows(out[0]) == [[1], [4]])
    #expect(try rows(out[1]).map { [$0[1], $0[3]] } == [[3, "MALFORMED"], [4, "CAST"]])
  }

  @Test func `only what the scan asks for comes out`() throws {
    let path = workspace.file("a.csv", "a,b,c\n1,x,0\n2,y,0\n3,z,0\n")
    let (run, node) = (workspace.run(), try NodeStandIn("read", [:]))
    let scan: JSONValue = [
      "columns": ["b", "a"], "filters": [["column": "a", "op": ">=", "value": 2]], "limit": 1,
    ]
    let out = try node.open(run, [("files", raw(files([path])))], scan: scan, outputs: 2)
    #expect(try rows(out[0]) == [["y", 2]])
  }

  @Test func `a missing file is told apart from bad data`() throws {
    #expect {
      _ = try read(workspace, ["\(workspace.path)/none.csv"])
    } throws: { ($0 as? Problem)?.status == -5 }
  }
}

/// A data error with this file and line.
func located(_ error: any Error, _ file: String, _ line: Int64) -> Bool {
  if let problem = error as? Problem {
    return problem.status == -10 && problem.details["file"] == .string(file) && problem.details["line"] == .int(line)
  }
  let failure = error as? PluginError
  return failure?.status == .data && failure?.details["file"] == .string(file) && failure?.details["line"] == .int(line)
}
