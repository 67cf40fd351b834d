// Names of types, and schemas across the C interface.
import CPluginABI
import JSONValue
import Testing

@testable import PluginKit

@Test(arguments: Sample.all)
func `the name of a type reads back as the type`(sample: Sample) throws {
  #expect(try DataType(named: sample.type.description) == sample.type)
}

@Test func `names say what they are`() throws {
  let cases: [(String, DataType)] = [
    ("timestamp[us, Europe/Berlin]", .timestamp(.microsecond, zone: "Europe/Berlin")),
    ("decimal(12,2)", .decimal(precision: 12, scale: 2, bitWidth: 128)),
    ("struct<\"a, b\": int64 not null>", .structure([Field("a, b", .int64, nullable: false)])),
    ("list<element: utf8>", .list(Field("element", .utf8))),
    (
      "map<utf8, int64 not null, sorted>",
      .map(key: Field("key", .utf8, nullable: false), value: Field("value", .int64, nullable: false), sorted: true)
    ),
    ("struct<>", .structure([])),
  ]
  for (name, type) in cases {
    #expect(type.description == name)
    #expect(try DataType(named: name) == type)
  }
}

@Test(arguments: [
  "", "int65", "list", "list<", "list<utf8", "list<utf8>x", "struct<a int64>", "timestamp", "timestamp[m]",
  "decimal(40,2)", "decimal(4", "fixed_size_binary(-1)", "dense_union<a: int8>", "dense_union<a: int8=200>",
  "interval[weeks]", String(repeating: "list<", count: 70) + "utf8" + String(repeating: ">", count: 70),
])
func `a name that is no type is refused`(name: String) {
  #expect(throws: ArrowError.self) { try DataType(named: name) }
}

@Test(arguments: Sample.all)
func `a schema survives the C interface`(sample: Sample) throws {
  let schema = Schema(
    [Field("x", sample.type, metadata: ["k": "v", "": "ö"]), Field("naïve", .int8, nullable: false)],
    metadata: ["origin": "test"])
  var c = ArrowSchema()
  schema.export(to: &c)
  #expect(try Schema(importing: &c) == schema)
  c.release(&c)
  #expect(c.release == nil)
  #expect(try Schema(json: schema.json).fields.map(\.type) == schema.fields.map(\.type))
}

@Test func `a malformed C schema is an error that says where`() {
  func importing(_ format: String, _ change: (inout ArrowSchema) -> Void = { _ in }) throws {
    var c = ArrowSchema()
    Schema([Field("outer", .list(Field("item", .int8)))]).export(to: &c)
    defer { c.release(&c) }
    try format.withCString { text in
      let field = c.children[0]!
      let before = (field.pointee.format, field.pointee.n_children, field.pointee.children)
      if !format.isEmpty { field.pointee.format = text }
      defer { (field.pointee.format, field.pointee.n_children, field.pointee.children) = before }
      var inner = field.pointee
      change(&inner)
      field.pointee = inner
      _ = try Schema(importing: &c)
    }
  }
  for format in ["?", "+", "+x", "+w:-1", "+w:", "i", "w:x", "d:", "d:50,1", "tsx:", "+ud:0,0", "+us:200", "+m", "+r"] {
    #expect(throws: ArrowError.self, "\(format)") { try importing(format) }
  }
  #expect(throws: ArrowError.self) { try importing("") { $0.n_children = -1 } }
  #expect(throws: ArrowError.self) { try importing("") { $0.n_children = 1 << 40 } }
  #expect(throws: ArrowError.self) { try importing("") { $0.children = nil } }
  #expect(throws: ArrowError.self) { try importing("") { $0.n_children = 0 } }
  #expect(throws: Never.self) { try importing("") }
}

@Test func `a schema nested too deeply is refused`() {
  var type = DataType.int8
  for _ in 0..<70 { type = .list(Field("item", type)) }
  var c = ArrowSchema()
  Schema([Field("deep", type)]).export(to: &c)
  defer { c.release(&c) }
  #expect(throws: ArrowError.self) { try Schema(importing: &c) }
}

@Test func `dates and times read and write ISO 8601`() throws {
  #expect(CalendarText.parseDate("2024-02-30") == nil)
  #expect(CalendarText.parseDate("1900-02-29") == nil)
  #expect(CalendarText.parseDate("2000-02-29") == 11_016)
  #expect(CalendarText.date(days: -719_529) == "-0001-12-31")
  #expect(CalendarText.date(days: 2_932_897) == "+10000-01-01")
  #expect(CalendarText.parseTimestamp("2024-01-01T00:00:00+01:00", per: 1) == 1_704_063_600)
  #expect(CalendarText.parseTimestamp("2024-01-01 00:00:00.5", per: 1_000) == 1_704_067_200_500)
  #expect(CalendarText.parseTimestamp("2024-01-01T00:00:00.0005Z", per: 1_000) == nil)
  #expect(CalendarText.timestamp(.max, per: 1, zone: "+14:00").isEmpty == false)
  #expect(CalendarText.timestamp(.min, per: 1_000_000_000, zone: "UTC") == "1677-09-21T00:12:43.145224192Z")
}

@Test func `decimals refuse what they would lose`() {
  func bytes(_ text: String) -> [UInt8]? { DecimalText.bytes(text, precision: 5, scale: 2, width: 4) }
  #expect(bytes("1.25") == [125, 0, 0, 0])
  #expect(bytes("-1") == [0x9C, 0xFF, 0xFF, 0xFF])
  #expect(bytes("1.5e1") == [0xDC, 5, 0, 0])
  for text in ["1.255", "1000", "", ".", "x", "1e", "1.2.3", "1e2000", "--1", "٣"] { #expect(bytes(text) == nil) }
}
