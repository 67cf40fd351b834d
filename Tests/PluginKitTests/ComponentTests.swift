// Components through their C tables, as the host calls them.
import CPluginABI
import JSONValue
import Testing

@testable import PluginKit

@Test func `thirty lines make a source`() throws {
  let made = try FakeInstance(numbersPlugin, "numbers", #"{"count": 25}"#)
  #expect(made.created.status == OTE_OK)
  let source = try #require(made.table(OTE_SOURCE, ote_source.self))
  var schema = ArrowSchema()
  #expect(Outcome { _, error in source.bind(made.handle, made.fake.run, &schema, error) }.status == OTE_OK)
  #expect(try Schema(importing: &schema)["n"]?.type == .int64)
  schema.release(&schema)

  var c = ArrowArrayStream()
  let opened = #"{"limit": 15, "filters": [{"column": "n", "op": "is_null"}]}"#.withC { scan in
    Outcome { _, error in source.open(made.handle, made.fake.run, scan, &c, error) }
  }
  #expect(opened.status == OTE_OK)
  let stream = try ImportedStream(moving: &c)
  #expect(try stream.next()?.rowCount == 10)
  let second = try stream.next()
  #expect(second?.column(0).int64(4) == 14)
  made.fake.cancelled = true
  #expect(throws: PluginError.cancelled) { try stream.next() }
}

@Test func `a source offers the rest by default`() throws {
  let made = try FakeInstance(numbersPlugin, "numbers", #"{"count": 1}"#)
  let source = try #require(made.table(OTE_SOURCE, ote_source.self))
  #expect(Outcome { out, error in source.check(made.handle, made.fake.run, out, error) }.json == ["ok": true])
  let found = Outcome { out, error in source.discover(made.handle, made.fake.run, out, error) }
  #expect(found.status == OTE_E_UNSUPPORTED)
  let planned = "".withC { scan in Outcome { out, error in source.plan(made.handle, made.fake.run, scan, out, error) } }
  #expect(planned.json == ["partitions": [[:]]])
  made.interrupt()
  for id in [OTE_STAGE, OTE_CHECK, OTE_SINK, OTE_CHECKPOINT, OTE_OPTIONS, "ote.source/2"] {
    #expect(made.table(id, UInt32.self) == nil)
  }
  #expect(made.table(OTE_STREAM_ERROR, UInt32.self) != nil)
}

@Test func `a module describes itself and knows its host`() throws {
  #expect(numbersPlugin.module(UInt32(OTE_ABI_CURRENT) + 5) == numbersPlugin.module(UInt32(OTE_ABI_CURRENT)))
  #expect(numbersPlugin.module(0x0002_0000) == nil)
  #expect(numbersPlugin.module(0) == nil)
  let module = try #require(numbersPlugin.module(UInt32(OTE_ABI_CURRENT))).pointee
  #expect(module.struct_size == MemoryLayout<ote_module>.size)
  let described = Outcome { out, _ in module.describe(out) }
  #expect(described.json == numbersPlugin.descriptor)
  #expect(described.json.at(pointer: "/components/0/kind") == "source")
  let other = try #require(oddPlugin.module(UInt32(OTE_ABI_CURRENT)))
  #expect(Outcome { out, _ in other.pointee.describe(out) }.json.at(pointer: "/components/3/kind") == "sink")
}

@Test func `a configuration that does not fit says where`() throws {
  func error(_ component: String, _ configuration: String) throws -> PluginError? {
    try FakeInstance(component == "numbers" ? numbersPlugin : oddPlugin, component, configuration).created.errors.first
  }
  #expect(try error("numbers", #"{"count": "x"}"#)?.details == ["path": "/count"])
  #expect(try error("numbers", #"{"count": -1}"#) == .configuration("count is negative", at: "/count"))
  #expect(try error("numbers", "{}")?.details == ["path": "/count"])
  #expect(try error("numbers", "{}")?.message == "'count' is missing")
  #expect(try error("failing", #"{"nested": {"sizes": [1, true]}}"#)?.details == ["path": "/nested/sizes/1"])
  #expect(try error("failing", "{")?.status == .configuration)
  #expect(try error("numbers", #"{"count": 1}"#) == nil)
  #expect(try FakeInstance(numbersPlugin, "letters").created.errors.first?.status == .notFound)
}

@Test(arguments: [
  ("arrow", PluginError(.data, "bad array")), ("cancelled", .cancelled),
  ("other", PluginError(.internal, "something strange")),
  ("denied", PluginError(.denied, "no", retryable: true, details: ["http_status": 403])),
])
func `what a component throws reaches the host`(mode: String, expected: PluginError) throws {
  let made = try FakeInstance(oddPlugin, "failing", #"{"mode": "\#(mode)"}"#)
  let source = try #require(made.table(OTE_SOURCE, ote_source.self))
  var schema = ArrowSchema()
  let outcome = Outcome { _, error in source.bind(made.handle, made.fake.run, &schema, error) }
  #expect(outcome.status == expected.status.rawValue)
  #expect(outcome.errors == [expected])
  #expect(schema.release == nil)
}

@Test func `the services of a run answer`() throws {
  let made = try FakeInstance(oddPlugin, "failing", #"{"mode": "services"}"#)
  let source = try #require(made.table(OTE_SOURCE, ote_source.self))
  var schema = ArrowSchema()
  #expect(Outcome { _, error in source.bind(made.handle, made.fake.run, &schema, error) }.status == OTE_OK)
  defer { schema.release(&schema) }
  #expect(
    try Schema(importing: &schema).fields.map(\.name) == [
      "n", "10", "false", "hunter2", "41", "[1, 2, 3]", "true", "not yours (denied)", "/scratch", "fake host",
      "the host does not offer publishing (unsupported)",
    ])
  #expect(made.fake.lines == [#"2 hello {"k":1}"#, "3/10 rows", #"speed 1.5 rows/s {"a":"b"}"#])
  #expect(Run.detached.cancelFD == -1)
  #expect(Run.detached.meta == RunMeta())
}

@Test func `a failed stream keeps the whole error for the host`() throws {
  let made = try FakeInstance(oddPlugin, "failing")
  let source = try #require(made.table(OTE_SOURCE, ote_source.self))
  let errors = try #require(made.table(OTE_STREAM_ERROR, ote_stream_error.self))
  var schema = ArrowSchema()
  #expect(Outcome { _, error in source.bind(made.handle, made.fake.run, &schema, error) }.status == OTE_DEFERRED)
  var c = ArrowArrayStream()
  _ = "".withC { scan in Outcome { _, error in source.open(made.handle, made.fake.run, scan, &c, error) } }
  #expect(Outcome { _, error in errors.last(made.handle, &c, error) }.status == OTE_E_NOT_FOUND)
  var array = ArrowArray()
  #expect(c.get_next(&c, &array) != 0)
  let last = Outcome { _, error in errors.last(made.handle, &c, error) }
  #expect(last.errors == [.data("row 7 is bad", file: "x.csv", row: 7)])
  c.release(&c)
}

@Test func `checkpoints and choices are offered by those that have them`() throws {
  let made = try FakeInstance(oddPlugin, "failing")
  let checkpoint = try #require(made.table(OTE_CHECKPOINT, ote_checkpoint.self))
  var reader = ote_reader(struct_size: size(ote_reader.self), reserved0: 0, ctx: nil) { reader, target, _ in
    // One byte, then the end.
    guard reader!.pointee.ctx == nil else { return 0 }
    reader!.pointee.ctx = UnsafeMutableRawPointer(bitPattern: 1)
    target!.pointee = UInt8(ascii: "5")
    return 1
  }
  let unknown = Outcome { _, error in checkpoint.restore(made.handle, made.fake.run, 2, &reader, error) }
  #expect(unknown.status == OTE_E_STATE)
  reader.ctx = nil
  #expect(Outcome { _, error in checkpoint.restore(made.handle, made.fake.run, 1, &reader, error) }.status == OTE_OK)
  #expect(Outcome { out, error in checkpoint.save(made.handle, made.fake.run, nil, out, error) }.text == "5")
  let options = try #require(made.table(OTE_OPTIONS, ote_options.self))
  func listed(_ typed: String) -> JSONValue {
    "/table".withC { field in
      typed.withC { query in
        Outcome { out, error in options.list(made.handle, made.fake.run, field, query, out, error) }
      }
    }.json
  }
  #expect(listed("cust") == ["choices": [["value": "/table", "title": "cust"]], "more": false])
  #expect(listed("sign in") == ["choices": [["link": "https://pages.example", "title": "sign in"]], "more": false])
}
