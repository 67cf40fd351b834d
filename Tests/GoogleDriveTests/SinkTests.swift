// The sink: what it uploads, when it becomes visible, and what stays behind.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import GoogleDrivePlugin

@Suite struct SinkTests {
  let world: World
  let out: String
  let files = Files()

  init() throws {
    world = try World()
    out = try world.folder("Out")
  }

  @discardableResult
  private func write(
    _ more: JSONValue = [:], _ bench: PluginBench? = nil, commits: Bool = true
  ) throws -> JSONValue {
    let config: JSONValue = .object(["folder": "Out"].merging(more.object ?? [:]) { $1 })
    return try world.sink(config, bench).write(try files.stream(), input: "files", commits: commits)
  }

  /// Nothing but what the test put there: no staging folder either.
  private func expectNothingLeft(_ left: [String] = [], _ place: SourceLocation = #_sourceLocation) throws {
    #expect(try world.files() == left, sourceLocation: place)
    #expect(try world.folders() == ["My Drive/Out"], sourceLocation: place)
  }

  @Test func `files arrive whole, in their folders, with the receipt's ids`() throws {
    try files.add("a.csv", "n\n1\n")
    try files.add("2026/01/b.csv", "n\n2\n")
    try files.add("empty.csv", "")
    let receipt = try write()
    let paths = ["My Drive/Out/2026/01/b.csv", "My Drive/Out/a.csv", "My Drive/Out/empty.csv"]
    #expect(try world.files() == paths)
    #expect(receipt["files"]?.array?.compactMap { $0["path"]?.string } == paths)
    let ids = try world.entries().map(\.id)
    #expect(receipt["files"]?.array?.compactMap { $0["id"]?.string } == ids)
    #expect(try world.folders() == ["My Drive/Out", "My Drive/Out/2026", "My Drive/Out/2026/01"])
    #expect(try world.violations.isEmpty)
    #expect(try world.source(["folder": "Out"]).rows().map(\.text) == ["n\n2\n", "n\n1\n", ""])
  }

  @Test func `nothing is in the folder before the commit, and nothing anywhere after an abort`() throws {
    try files.add("sub/a.csv", "1")
    let bench = try world.bench()
    let sink = try world.sink(["folder": "Out"], bench)
    try sink.write(try files.stream(), input: "files", commits: false)
    try expectNothingLeft()
    let seen = try world.requests("uploadType=resumable")
    #expect(!seen.isEmpty)
    try sink.abort()
    try expectNothingLeft()
  }

  @Test func `while uploads wait the folder is empty, for our source too`() throws {
    try files.add("a.csv", "1")
    let table = try world.sink(["folder": "My Drive"])
    let stream = CountedStream(try files.stream()) { [world] () throws -> Void in
      #expect(try world.source(["folder": "My Drive", "allow_empty": true]).rows().isEmpty)
      #expect(try world.folders().contains { $0.hasPrefix("My Drive/.ote-run-1-node") })
    }
    try table.write(stream, input: "files")
    #expect(stream.looked)
    #expect(try world.files() == ["My Drive/a.csv"])
    try expectNothingLeft(["My Drive/a.csv"])
  }

  @Test func `what exists is refused, replaced, kept or stored beside`() throws {
    let old = try world.add("a.csv", in: out, "old")
    try files.add("a.csv", "new")
    let refused = try #require(problem { try write() })
    #expect(refused.status == .configuration && refused.details["path"]?.string == "/overwrite")
    try expectNothingLeft(["My Drive/Out/a.csv"])
    #expect(try write(["overwrite": "skip"], try world.bench(run: "r2"))["skipped"]?.array == ["a.csv"])
    try expectNothingLeft(["My Drive/Out/a.csv"])
    try write(["overwrite": "version"], try world.bench(run: "r3"))
    try expectNothingLeft(["My Drive/Out/a-2.csv", "My Drive/Out/a.csv"])
    try write(["overwrite": "replace"], try world.bench(run: "r4"))
    let now = try world.entries()
    #expect(now.map(\.path) == ["My Drive/Out/a-2.csv", "My Drive/Out/a.csv"] && now[1].id != old)
    let trashed = try world.seen["files"]?.array?.first { $0["id"]?.string == old }
    #expect(trashed?["trashed"]?.bool == true)
    try world.folder("a", in: out)
    files.reset()
    try files.add("a", "file")
    #expect(
      problem { try write(["overwrite": "replace"], try world.bench(run: "r5")) }?.message.contains("a folder") == true)
  }

  @Test func `a commit that fails in the middle takes back what it moved`() throws {
    let old = try world.add("b.csv", in: out, "old")
    for name in ["a.csv", "b.csv", "new/c.csv", "new/d.csv"] { try files.add(name, name) }
    // The fourth move is refused, and so is the look where the file is.
    try world.fault("PATCH .*addParents", ["status": 403, "reason": "insufficientFilePermissions", "skip": 3])
    let failed = try #require(problem { try write(["overwrite": "replace"]) })
    #expect(failed.status == .denied && failed.message.contains("new/d.csv"))
    try expectNothingLeft(["My Drive/Out/b.csv"])
    #expect(try world.entries()[0].id == old)
  }

  @Test func `a run that commits twice answers its first receipt`() throws {
    try files.add("a.csv", "1")
    let bench = try world.bench()
    let first = try write([:], bench)
    // In a new process, with what the host keeps; "fail" would trip over the run's own file.
    let again = try world.bench()
    again.setState(bench.seen.state)
    #expect(try write([:], again) == first)
    try expectNothingLeft(["My Drive/Out/a.csv"])
  }

  @Test func `a second attempt clears up after the first, and replaces what it had moved`() throws {
    try files.add("a.csv", "1")
    try files.add("b.csv", "1")
    // The first attempt dies during its commit: one file moved, the rest staged.
    let staging = try world.folder(".ote-run-1-node", ["appProperties": ["ote_run": "run-1", "ote_staging": "node"]])
    try world.add("b.csv", in: staging, "1", ["appProperties": ["ote_run": "run-1"]])
    try world.add("a.csv", in: out, "0", ["appProperties": ["ote_run": "run-1"]])
    try write()
    try expectNothingLeft(["My Drive/Out/a.csv", "My Drive/Out/b.csv"])
    #expect(try world.source(["folder": "Out"]).rows().map(\.text) == ["1", "1"])
  }

  @Test func `a cut upload goes on where it stopped`() throws {
    try files.add("big.bin", String(repeating: "0123456789abcdef", count: 1_250_000))
    try world.fault("PUT .*upload_id", ["cut": 5_000_000])
    try world.fault("PUT .*upload_id", ["skip": 2, "status": 503, "retry_after": 0])
    try write()
    let entry = try world.entries()[0]
    #expect(entry.size == 20_000_000)
    // One session: begun once.
    #expect(try world.requests("POST /upload").count == 1)
    #expect(try world.source(["folder": "Out"]).rows()[0].values["size"]?.int == 20_000_000)
  }

  @Test func `lost answers make no second file`() throws {
    try files.add("sub/a.csv", "1")
    try world.fault("PUT .*upload_id", ["after": "everything"])
    try world.fault("POST /drive/v3/files\\?", ["after": "nothing"])
    try world.fault("PATCH .*addParents", ["after": "nothing"])
    try write()
    #expect(try world.files() == ["My Drive/Out/sub/a.csv"])
    #expect(try world.folders() == ["My Drive/Out", "My Drive/Out/sub"])
  }

  @Test func `an upload session that is gone is begun again`() throws {
    try files.add("a.csv", "1")
    try world.fault("PUT .*upload_id", ["status": 404, "reason": "notFound"])
    try write()
    #expect(try world.files() == ["My Drive/Out/a.csv"])
    #expect(try world.requests("POST /upload").count == 2)
  }

  @Test func `a full Drive says so`() throws {
    try files.add("a.csv", "1")
    try world.fault("POST /upload", ["status": 403, "reason": "storageQuotaExceeded"])
    let full = try #require(problem { try write() })
    #expect(full.status == .resource && full.details["next"]?.string?.contains("service account has no space") == true)
    try expectNothingLeft()
  }

  @Test func `a folder of a shared drive takes files, where only it may be written to as well`() throws {
    try world.order(["drive": ["name": "S", "id": "d1"]])
    try world.folder("In", in: "d1")
    try files.add("a.csv", "1")
    try write(["folder": "Shared drives/S/In/new/er"])
    #expect(try world.files() == ["S/In/new/er/a.csv"])
    // From now on the top of the drive is closed to this account.
    try world.order(["change": ["id": "d1", "capabilities": ["canDownload": true, "canAddChildren": false]]])
    try write(["folder": "Shared drives/S/In", "create": false], try world.bench(run: "r2"))
    #expect(try world.files() == ["S/In/a.csv", "S/In/new/er/a.csv"])
    #expect(try world.folders() == ["My Drive/Out", "S/In", "S/In/new", "S/In/new/er"])
    #expect(try world.violations.isEmpty)
  }

  @Test func `where nothing may be removed for ever it goes to the trash`() throws {
    try files.add("a.csv", "1")
    try world.fault("DELETE", ["status": 403, "reason": "insufficientFilePermissions"])
    try write()
    try expectNothingLeft(["My Drive/Out/a.csv"])
  }

  @Test func `rows that ask for an impossible place are refused with their number`() throws {
    for name in ["../a.csv", "a//b.csv", "", ".ote-x/a.csv"] {
      files.reset()
      try files.add("fine.csv", "1")
      try files.add("bad.csv", "1", relative: name)
      let refused = try #require(problem { try write() })
      #expect(refused.status == .data && refused.details["row"]?.int == 1, "\(name)")
    }
    files.reset()
    try files.add("a.csv", "1")
    try files.add("other/a.csv", "1", relative: "a.csv")
    #expect(problem { try write() }?.message.contains("would both be stored") == true)
    files.reset()
    files.addMissing()
    #expect(problem { try write() }?.message.contains("no local file") == true)
    let table = try BatchList([Field("n", .int64)], rows: [[1]])
    #expect(
      problem {
        try DriveSink(configuration: JSONValue.object([:]).decode(), host: .detached).bind(table.schema, input: "files")
      }?.status == .data)
    try expectNothingLeft()
  }

  @Test(arguments: ["before", "begin", "upload", "commit"])
  func `a cancelled run leaves nothing behind, and a commit that has begun is finished`(point: String) throws {
    for index in 0..<6 { try files.add("f\(index).csv", String(repeating: "x", count: 1000)) }
    let bench = try world.bench()
    var once: (@Sendable () throws -> Bool)?
    let world = world
    switch point {
    case "before": bench.cancel()
    case "begin":
      try world.fault("POST /drive/v3/files", ["delay": 3])
      once = { try world.requests("POST /drive/v3/files").count > 0 }
    case "upload":
      try world.fault("PUT .*upload_id", ["delay": 3, "times": 6])
      once = { try world.requests("PUT ").count > 0 }
    default:
      try world.fault("PATCH .*addParents", ["delay": 0.5, "times": 6])
      once = { try world.requests("addParents").count > 1 }
    }
    let stop = Stopper(bench, once: once ?? { true })
    if once != nil { stop.start() }
    let clock = ContinuousClock()
    let result = problem { try write([:], bench) }
    if point == "commit" {
      #expect(result == nil)
      #expect(try world.files().count == 6)
    } else {
      #expect(result?.status == .cancelled, "\(result?.description ?? "it went on")")
      #expect(clock.now - (stop.stopped ?? clock.now) < .seconds(5))
      // The stand-in may still be busy with a call that we let go of: its folder is found by the next attempt.
      if point == "begin" { try write([:], try world.bench()) }
      try expectNothingLeft(point == "begin" ? (0..<6).map { "My Drive/Out/f\($0).csv" } : [])
    }
  }
}
