// Arrays that lie: each is an ArrowError, and none a crash.
import CPluginABI
import JSONValue
import Testing

@testable import PluginKit

/// One way to break an array: where, and how.
struct Lie: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var type: String
  var values: [JSONValue]
  var tell: @Sendable (UnsafeMutablePointer<ArrowArray>) -> Void

  init(
    _ what: String, in type: String, _ values: [JSONValue],
    _ tell: @escaping @Sendable (UnsafeMutablePointer<ArrowArray>) -> Void
  ) {
    testDescription = "\(type): \(what)"
    self.type = type
    self.values = values
    self.tell = tell
  }
}

/// Overwrites element `index` of a buffer. The exporter shares it, so the batch behind it lies as well.
private func poke<T: BitwiseCopyable>(
  _ array: UnsafeMutablePointer<ArrowArray>, _ buffer: Int, _ index: Int, _ value: T
) {
  UnsafeMutableRawPointer(mutating: array.pointee.buffers[buffer]!)
    .storeBytes(of: value, toByteOffset: index * MemoryLayout<T>.size, as: T.self)
}

/// Lets a node have its own list of buffers, so that one can be replaced; the leak is a few bytes of a test.
private func setBuffer(_ array: UnsafeMutablePointer<ArrowArray>, _ index: Int, _ pointer: UnsafeRawPointer?) {
  let count = Int(array.pointee.n_buffers)
  let own = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(capacity: count)
  own.initialize(from: array.pointee.buffers, count: count)
  own[index] = pointer
  array.pointee.buffers = own
}

private let words: [JSONValue] = ["ab", "naïve", nil, "a text longer than twelve bytes"]
private let numbers: [JSONValue] = [1, nil, 3]

private let countLies: [Lie] = [
  Lie("negative length", in: "int32", numbers) { $0.pointee.length = -1 },
  Lie("shorter than the batch", in: "int32", numbers) { $0.pointee.length = 2 },
  Lie("negative offset", in: "int32", numbers) { $0.pointee.offset = -1 },
  Lie("offset + length overflows", in: "int32", numbers) { $0.pointee.offset = .max },
  Lie("bytes overflow", in: "interval[month_day_nano]", [nil, nil]) { $0.pointee.offset = 1 << 62 },
  Lie("more nulls than values", in: "int32", numbers) { $0.pointee.null_count = 4 },
  Lie("null count below -1", in: "int32", numbers) { $0.pointee.null_count = -2 },
  Lie("wrong null count", in: "int32", numbers) { $0.pointee.null_count = 2 },
  Lie("nulls without bitmap", in: "int32", numbers) { setBuffer($0, 0, nil) },
  Lie("no buffers", in: "int32", numbers) { $0.pointee.n_buffers = 0 },
  Lie("too many buffers", in: "int32", numbers) { $0.pointee.n_buffers = 3 },
  Lie("negative buffer count", in: "utf8_view", words) { $0.pointee.n_buffers = -1 },
  Lie("NULL list of buffers", in: "int32", numbers) { $0.pointee.buffers = nil },
  Lie("NULL values", in: "int32", numbers) { setBuffer($0, 1, nil) },
  Lie("NULL bits", in: "bool", [true, nil]) { setBuffer($0, 1, nil) },
  Lie("unexpected children", in: "int32", numbers) { $0.pointee.n_children = 1 },
  Lie("negative child count", in: "int32", numbers) { $0.pointee.n_children = -1 },
  Lie("unexpected dictionary", in: "int32", numbers) { $0.pointee.dictionary = $0 },
  Lie("already released", in: "int32", numbers) { $0.pointee.release = nil },
]

private let contentLies: [Lie] = [
  Lie("NULL offsets", in: "utf8", words) { setBuffer($0, 1, nil) },
  Lie("NULL bytes", in: "utf8", words) { setBuffer($0, 2, nil) },
  Lie("negative offset", in: "utf8", words) { poke($0, 1, 0, Int32(-1)) },
  Lie("falling offsets", in: "utf8", words) { poke($0, 1, 1, Int32(30)) },
  Lie("falling large offsets", in: "large_binary", ["AQID", "AQ=="]) { poke($0, 1, 1, Int64.max) },
  Lie("last offset falls", in: "utf8", words) { poke($0, 1, 4, Int32(1)) },
  Lie("a lone continuation byte", in: "utf8", words) { poke($0, 2, 0, UInt8(0x80)) },
  Lie("an overlong form", in: "utf8", words) { poke($0, 2, 0, UInt8(0xC0)) },
  Lie("a surrogate", in: "utf8", ["abc"]) { array in
    for (index, byte) in [UInt8(0xED), 0xA0, 0x80].enumerated() { poke(array, 2, index, byte) }
  },
  Lie("a character cut by its value's end", in: "large_utf8", ["é", "x"]) { poke($0, 1, 1, Int64(1)) },
  Lie("NULL views", in: "utf8_view", words) { setBuffer($0, 1, nil) },
  Lie("NULL sizes", in: "utf8_view", words) { setBuffer($0, 3, nil) },
  Lie("NULL data buffer", in: "utf8_view", words) { setBuffer($0, 2, nil) },
  Lie("negative data size", in: "utf8_view", words) { poke($0, 3, 0, Int64(-1)) },
  Lie("view of negative length", in: "utf8_view", words) { poke($0, 1, 0, Int32(-1)) },
  Lie("view into a missing buffer", in: "utf8_view", words) { poke($0, 1, 14, Int32(1)) },
  Lie("view into a negative buffer", in: "binary_view", ["AAECAwQFBgcICQoLDA0ODw=="]) { poke($0, 1, 2, Int32(-1)) },
  Lie("view beyond its buffer", in: "utf8_view", words) { poke($0, 1, 15, Int32(1)) },
  Lie("view at a negative offset", in: "utf8_view", words) { poke($0, 1, 15, Int32(-1)) },
  Lie("view longer than its buffer", in: "utf8_view", words) { poke($0, 1, 12, Int32.max) },
  Lie("view with another prefix", in: "utf8_view", words) { poke($0, 1, 13, Int32(0x2020_2020)) },
  Lie("invalid text in a view", in: "utf8_view", words) { poke($0, 1, 1, UInt32(0xFFFF_FFFF)) },
  Lie("index out of range", in: "dictionary<int32, utf8>", words) { poke($0, 1, 0, Int32(3)) },
  Lie("negative index", in: "dictionary<int8, utf8>", words) { poke($0, 1, 0, Int8(-1)) },
  Lie("huge unsigned index", in: "dictionary<uint64, utf8>", words) { poke($0, 1, 0, UInt64.max) },
  Lie("no dictionary", in: "dictionary<int32, utf8>", words) { $0.pointee.dictionary = nil },
  Lie("NULL indices", in: "dictionary<int32, utf8>", words) { setBuffer($0, 1, nil) },
  Lie("shorter dictionary", in: "dictionary<int32, utf8>", words) { $0.pointee.dictionary.pointee.length = 2 },
  Lie("bad text in the dictionary", in: "dictionary<int32, utf8>", words) {
    poke($0.pointee.dictionary, 2, 0, UInt8(0xFF))
  },
]

private let lists: [JSONValue] = [[1, 2], nil, [], [3]]
private let pair: [JSONValue] = [["a": 1], nil, ["a": 3]]
private let mixed: [JSONValue] = [1, "x", nil]

private let nestedLies: [Lie] = [
  Lie("NULL child list", in: "list<int8>", lists) { $0.pointee.children = nil },
  Lie("no child", in: "list<int8>", lists) { $0.pointee.n_children = 0 },
  Lie("NULL child", in: "list<int8>", lists) { array in
    let own = UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>.allocate(capacity: 1)
    own.initialize(to: nil)
    array.pointee.children = own
  },
  Lie("offsets beyond the items", in: "list<int8>", lists) { poke($0, 1, 4, Int32(4)) },
  Lie("inner offset beyond the items", in: "list<int8>", lists) { poke($0, 1, 2, Int32(100)) },
  Lie("large offsets beyond the items", in: "large_list<int8>", lists) { poke($0, 1, 4, Int64.max) },
  Lie("negative first offset", in: "large_list<int8>", lists) { poke($0, 1, 0, Int64.min) },
  Lie("NULL offsets", in: "map<utf8, int8>", [["a": 1]]) { setBuffer($0, 1, nil) },
  Lie("shorter items", in: "list<int8>", lists) { $0.pointee.children[0]!.pointee.length = 2 },
  Lie("list view beyond its items", in: "list_view<int8>", lists) { poke($0, 1, 3, Int32(3)) },
  Lie("negative size", in: "list_view<int8>", lists) { poke($0, 2, 0, Int32(-1)) },
  Lie("NULL sizes", in: "list_view<int8>", lists) { setBuffer($0, 2, nil) },
  Lie("offset + size overflows", in: "large_list_view<int8>", lists) { array in
    poke(array, 1, 0, Int64.max)
    poke(array, 2, 0, Int64.max)
  },
  Lie("fixed list with few items", in: "fixed_size_list<int8, 2>", [[1, 2], nil]) {
    $0.pointee.children[0]!.pointee.length = 3
  },
  Lie("short field", in: "struct<a: int8>", pair) { $0.pointee.children[0]!.pointee.length = 2 },
  Lie("field with an offset beyond", in: "struct<a: int8>", pair) { $0.pointee.offset = 1 },
  Lie("bad text two levels down", in: "list<struct<t: utf8>>", [[["t": "x"]]]) {
    poke($0.pointee.children[0]!.pointee.children[0]!, 2, 0, UInt8(0xFF))
  },
  Lie("unknown type id", in: "sparse_union<n: int8=0, s: utf8=1>", mixed) { poke($0, 0, 0, Int8(5)) },
  Lie("negative type id", in: "dense_union<n: int8=0, s: utf8=1>", mixed) { poke($0, 0, 0, Int8(-1)) },
  Lie("short member", in: "sparse_union<n: int8=0, s: utf8=1>", mixed) {
    $0.pointee.children[1]!.pointee.length = 2
  },
  Lie("member out of range", in: "dense_union<n: int8=0, s: utf8=1>", mixed) { poke($0, 1, 1, Int32(1)) },
  Lie("negative member", in: "dense_union<n: int8=0, s: utf8=1>", mixed) { poke($0, 1, 1, Int32(-1)) },
  Lie("NULL type ids", in: "dense_union<n: int8=0, s: utf8=1>", mixed) { setBuffer($0, 0, nil) },
  Lie("own nulls", in: "dense_union<n: int8=0, s: utf8=1>", mixed) { $0.pointee.null_count = 1 },
  Lie("runs that do not rise", in: "run_end_encoded<int32, utf8>", ["a", "b", "c"]) {
    poke($0.pointee.children[0]!, 1, 0, Int32(2))
  },
  Lie("a run that ends at 0", in: "run_end_encoded<int16, utf8>", ["a", "b"]) {
    poke($0.pointee.children[0]!, 1, 0, Int16(0))
  },
  Lie("runs that end early", in: "run_end_encoded<int32, utf8>", ["a", "b", "c"]) {
    poke($0.pointee.children[0]!, 1, 2, Int32(2))
  },
  Lie("no runs", in: "run_end_encoded<int32, utf8>", ["a"]) { $0.pointee.children[0]!.pointee.length = 0 },
  Lie("fewer values than runs", in: "run_end_encoded<int32, utf8>", ["a", "b"]) {
    $0.pointee.children[1]!.pointee.length = 1
  },
  Lie("null run ends", in: "run_end_encoded<int32, utf8>", ["a"]) { array in
    setBuffer(array.pointee.children[0]!, 0, array.pointee.children[0]!.pointee.buffers[1])
    array.pointee.children[0]!.pointee.null_count = 1
  },
]

@Test(arguments: countLies + contentLies + nestedLies)
func `a column that lies is refused`(lie: Lie) throws {
  var builder = BatchBuilder(Schema([Field("x", try DataType(named: lie.type))]))
  for value in lie.values { try builder.append([value]) }
  let honest = builder.finish()
  var array = ArrowArray()
  honest.export(to: &array)
  let column = array.children[0]!
  var truth = (root: array, column: column.pointee)
  // A producer releases by what it knows, not by what it claims: here the truth is released at the end.
  defer {
    column.pointee = truth.column
    truth.root.release(&truth.root)
  }
  array.release = { $0?.pointee.release = nil }
  lie.tell(column)
  let error = #expect(throws: ArrowError.self) {
    let batch = try RecordBatch(moving: &array, schema: honest.schema)
    try batch.validate(full: true)
  }
  #expect(error?.message.contains("column 'x'") == true, "\(error?.message ?? "")")
  #expect(array.release == nil)
}

@Test func `a batch that lies about itself is refused`() throws {
  func refuse(_ what: String, _ lie: (inout ArrowArray) -> Void) throws {
    let honest = try Sample("int32", [1, 2, 3]).batch
    var array = ArrowArray()
    honest.export(to: &array)
    var truth = array
    let buffer = array.buffers[0]
    defer {
      truth.buffers[0] = buffer
      truth.release(&truth)
    }
    array.release = { $0?.pointee.release = nil }
    lie(&array)
    #expect(throws: ArrowError.self, "\(what)") { try RecordBatch(moving: &array, schema: honest.schema) }
  }
  let zeros = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
  zeros.initialize(repeating: 0, count: 8)
  defer { zeros.deallocate() }
  try refuse("one column too few") { $0.n_children = 1 }
  try refuse("one column too many") { $0.n_children = 3 }
  try refuse("longer than its columns") { $0.length = 4 }
  try refuse("offset beyond its columns") { $0.offset = 1 }
  try refuse("negative length") { $0.length = -3 }
  try refuse("no buffer") { $0.n_buffers = 0 }
  try refuse("rows that are null") { array in
    array.buffers[0] = UnsafeRawPointer(zeros)
    array.null_count = 3
  }
  try refuse("rows that are null, uncounted") { array in
    array.buffers[0] = UnsafeRawPointer(zeros)
    array.null_count = -1
  }
  var released = ArrowArray()
  #expect(throws: ArrowError.self) { try RecordBatch(moving: &released, schema: Schema([])) }
}

@Test func `garbage behind a null is no lie`() throws {
  let batch = try Sample("utf8", ["ab", nil, "cd"]).batch
  var array = ArrowArray()
  batch.export(to: &array)
  // The null gets the bytes of its neighbour, which are then no UTF-8 any more.
  poke(array.children[0]!, 1, 1, Int32(0))
  poke(array.children[0]!, 1, 2, Int32(2))
  poke(array.children[0]!, 2, 0, UInt16(0xFFFF))
  let foreign = try RecordBatch(moving: &array, schema: batch.schema)
  #expect(throws: Never.self) { try foreign.validate(full: true) }
  #expect(foreign.column(0).json(1) == .null)
}
