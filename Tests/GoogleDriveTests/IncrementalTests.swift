// Reading only what is new: by Drive's changes, from position to position.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import GoogleDrivePlugin

@Suite struct IncrementalTests {
  let world: World
  let folder: String

  init() throws {
    world = try World()
    folder = try world.folder("F")
  }

  /// One run: what it hands on, and the position after it.
  private func run(
    _ position: [UInt8]?, _ more: JSONValue = [:], limit: Int? = nil
  ) throws -> (changes: [String], position: [UInt8], logs: [String]) {
    let bench = try world.bench()
    let config: [String: JSONValue] = ["folder": "F", "incremental": true]
    let instance = try world.source(.object(config.merging(more.object ?? [:]) { $1 }), bench)
    if let position { try instance.restore(position) }
    let stream = try instance.open(ScanRequest(limit: limit))
    var changes: [String] = []
    while let batch = try stream.next() {
      for row in 0..<batch.rowCount {
        let attributes = try JSONValue(parsing: batch.column("attributes")?.string(row) ?? "")
        changes.append("\(attributes["change"]?.string ?? "?") \(attributes["relative_path"]?.string ?? "?")")
      }
    }
    let after = try instance.save(stream)
    stream.close()
    return (changes.sorted(), after, bench.seen.logs)
  }

  @Test func `a second run hands on what is new or changed, and nothing where nothing is`() throws {
    let a = try world.add("a.csv", in: folder, "1")
    let b = try world.add("b.csv", in: folder, "1")
    let first = try run(nil)
    #expect(first.changes == ["new a.csv", "new b.csv"])
    let listed = try world.requests("files?q=").count
    let second = try run(first.position)
    #expect(second.changes.isEmpty && second.logs.contains { $0.contains("nothing changed") })
    // Only the folder was looked for: the feed said that nothing needs to be listed.
    #expect(try world.requests("files?q=").count == listed + 1)
    try world.change(a, "2")
    try world.order(["delete": .string(b)])
    try world.add("c.csv", in: try world.folder("new", in: folder), "3")
    try world.add("elsewhere.csv", "4")
    let third = try run(second.position, ["deletions": "rows"])
    #expect(third.changes == ["changed a.csv", "deleted b.csv", "new new/c.csv"])
    #expect(try run(third.position).changes.isEmpty)
    #expect(try world.violations.isEmpty)
  }

  @Test func `changes outside the folder are not listed for`() throws {
    try world.add("a.csv", in: folder, "1")
    let first = try run(nil)
    let other = try world.folder("Other")
    for index in 0..<5 { try world.add("o\(index).csv", in: other, "1") }
    let listed = try world.requests("files?q=").count
    let second = try run(first.position)
    #expect(second.changes.isEmpty)
    #expect(try world.requests("files?q=").count == listed + 1)
  }

  @Test func `moved, renamed and trashed files are noticed`() throws {
    let a = try world.add("a.csv", in: folder, "1")
    let b = try world.add("b.csv", in: folder, "1")
    let inner = try world.folder("inner", in: folder)
    try world.add("c.csv", in: inner, "1")
    let first = try run(nil)
    try world.order(["change": ["id": .string(a), "name": "z.csv"]])
    try world.order(["change": ["id": .string(b), "parents": ["root-id"]]])
    try world.order(["change": ["id": .string(inner), "trashed": true]])
    let second = try run(first.position, ["deletions": "rows"])
    #expect(second.changes == ["deleted a.csv", "deleted b.csv", "deleted inner/c.csv", "new z.csv"])
  }

  @Test func `what was not handed on comes next time`() throws {
    for name in ["a.csv", "b.csv", "c.csv"] { try world.add(name, in: folder, "1") }
    let part = try run(nil, ["order": "listing"], limit: 2)
    #expect(part.changes == ["new a.csv", "new b.csv"])
    #expect(try run(part.position).changes == ["new c.csv"])
    // A run that was not committed: its position is dropped, and all comes again.
    #expect(try run(nil).changes.count == 3)
  }

  @Test func `a token that Drive has forgotten costs a listing and loses nothing`() throws {
    try world.add("a.csv", in: folder, "1")
    let first = try run(nil)
    var position = try Position(version: 1, bytes: first.position)
    position.token = "999999"
    try world.add("b.csv", in: folder, "1")
    let second = try run(position.bytes)
    #expect(second.changes == ["new b.csv"] && second.logs.contains { $0.contains("no longer knows") })
    #expect(try run(second.position).changes.isEmpty)
  }

  @Test func `another configuration begins from the beginning, a damaged position is refused`() throws {
    try world.add("a.csv", in: folder, "1")
    let first = try run(nil)
    #expect(try run(first.position, ["include": ["*.csv"]]).changes == ["new a.csv"])
    let damaged = problem { _ = try run(Array("{}".utf8)) }
    #expect(damaged?.status == .state && damaged?.details["next"] != nil)
    let future = problem { try world.source(["incremental": true]).restore(first.position, version: 2) }
    #expect(future?.status == .state)
  }

  @Test func `a feed of several pages and of a shared drive is read to its end`() throws {
    try world.order(["drive": ["name": "S", "id": "d1"]])
    let inside = try world.folder("F", in: "d1")
    try world.add("a.csv", in: inside, "1")
    let more: JSONValue = ["folder": "Shared drives/S/F"]
    let first = try run(nil, more)
    try world.order(["many": ["parent": "d1", "count": 1500]])
    try world.add("b.csv", in: inside, "1")
    #expect(try run(first.position, more).changes == ["new b.csv"])
    #expect(try world.requests("/changes?").count == 2)
    #expect(try world.violations.isEmpty)
  }
}
