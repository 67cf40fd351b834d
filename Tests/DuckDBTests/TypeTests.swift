// Every Arrow type through the table function and out again, and who frees what when.
import CPluginABI
import Glibc
import JSONValue
import PluginKit
import Synchronization
import Testing

@testable import DuckDBPlugin

@Suite struct TypeTests {
  let workspace = Workspace()

  private static let types: [(name: String, type: DataType, values: [JSONValue])] = [
    ("bool", .bool, [true, false]), ("int8", .int8, [-128, 127]), ("int16", .int16, [-32768, 32767]),
    ("int32", .int32, [-2_147_483_648, 2_147_483_647]), ("int64", .int64, [.int(.min), .int(.max)]),
    ("uint8", .uint8, [0, 255]), ("uint16", .uint16, [0, 65535]), ("uint32", .uint32, [0, 4_294_967_295]),
    ("uint64", .uint64, [0, .int(.max)]), ("float32", .float32, [1.5, -0.25]), ("float64", .float64, [2.5, 1e300]),
    ("utf8", .utf8, ["", "a text longer than twelve bytes, with é and 漢"]),
    ("large", .largeUtf8, ["x", "long long long long"]),
    ("view", .utf8View, ["x", "longer than an inlined view is"]), ("binary", .binary, ["AP8=", ""]),
    ("decimal", .decimal(precision: 18, scale: 3, bitWidth: 128), ["1.500", "-999999999999999.999"]),
    ("date", .date32, ["1970-01-01", "2024-02-29"]),
    ("time", .time64(.microsecond), ["12:34:56.000001", "00:00:00"]),
    ("stamp_s", .timestamp(.second, zone: nil), ["2020-01-01T00:00:00", "1969-12-31T23:59:59"]),
    ("stamp_ms", .timestamp(.millisecond, zone: nil), ["2020-01-01T00:00:00.5", "1969-12-31T23:59:59"]),
    ("stamp_us", .timestamp(.microsecond, zone: nil), ["2020-01-01T00:00:00.000001", "1969-12-31T23:59:59"]),
    ("stamp_ns", .timestamp(.nanosecond, zone: nil), ["2020-01-01T00:00:00.000000001", "1969-12-31T23:59:59"]),
    ("stamp_tz", .timestamp(.microsecond, zone: "UTC"), ["2020-01-01T00:00:00Z", "1969-12-31T23:59:59Z"]),
    ("list", .list(Field("item", .int32)), [[1, nil, 3], []]),
    ("texts", .list(Field("item", .utf8)), [["a", "another text, a long one"], [nil]]),
    ("structure", .structure([Field("a", .int64), Field("b", .utf8)]), [["a": 1, "b": "x"], ["a": nil, "b": nil]]),
    (
      "deep", .list(Field("item", .structure([Field("x", .list(Field("item", .float64)))]))),
      [[["x": [1.5]]], [["x": []]]]
    ),
    ("dictionary", .dictionary(index: .int32, value: .utf8, ordered: false), ["red", "blue"]),
    (
      "map", .map(key: Field("key", .utf8, nullable: false), value: Field("value", .int64), sorted: false),
      [["k": 1], ["a": 2, "b": nil]]
    ),
  ]

  /// 5,000 rows in batches of 1,777: every slice but the first has an offset, nulls fall on all positions.
  @Test func `each type comes out as it went in, at any offset, nulls included`() throws {
    let schema = Schema(Self.types.map { Field($0.name, $0.type) })
    let data: [[JSONValue]] = (0..<5_000).map { row in
      Self.types.enumerated().map { column, type in
        (row + column) % 5 == 0 ? .null : type.values[(row / 3) % type.values.count]
      }
    }
    let source = try rows(raw(table(schema, data, batch: 1_777)))
    let run = workspace.run()
    let node = try NodeStandIn("sql", ["query": "SELECT * FROM t"])
    var out = try node.open(run, [("t", raw(table(schema, data, batch: 1_777)))])[0]
    let found = try DuckDBTests.schema(&out)
    for (type, field) in zip(Self.types, found.fields) {
      let expected: DataType =
        switch type.type {
        case .largeUtf8, .utf8View, .dictionary: .utf8
        default: type.type
        }
      #expect(field.type == expected, "\(type.name)")
    }
    let answer = try rows(out)
    #expect(answer.count == source.count)
    for column in schema.fields.indices {
      let wrong = zip(source, answer).enumerated().first { $0.element.0[column] != $0.element.1[column] }
      #expect(
        wrong == nil,
        "\(schema.fields[column].name) row \(wrong?.offset ?? -1): \(String(describing: wrong?.element.0[column])) is \(String(describing: wrong?.element.1[column]))"
      )
    }
  }

  @Test(arguments: [
    DataType.null, .float16, .date64, .time32(.second), .time32(.millisecond), .time64(.nanosecond),
    .duration(.second), .duration(.microsecond), .interval(.months), .interval(.dayTime), .interval(.monthDayNano),
    .fixedSizeBinary(4), .largeBinary, .binaryView, .fixedSizeList(Field("item", .int32), 2),
    .largeList(Field("item", .utf8)), .listView(Field("item", .int64)), .largeListView(Field("item", .int64)),
    .decimal(precision: 5, scale: 2, bitWidth: 32), .decimal(precision: 12, scale: 2, bitWidth: 64),
    .decimal(precision: 50, scale: 2, bitWidth: 256), .timestamp(.second, zone: "Europe/Berlin"),
    .runEndEncoded(runEnds: Field("run_ends", .int32, nullable: false), values: Field("values", .utf8)),
    .denseUnion([Field("a", .int64), Field("b", .utf8)], ids: [0, 1]),
    .sparseUnion([Field("a", .int64), Field("b", .utf8)], ids: [0, 1]),
    .list(Field("item", .dictionary(index: .int8, value: .utf8, ordered: false))),
  ])
  func `a rare type passes or is refused with words, never with a crash`(type: DataType) throws {
    let schema = Schema([Field("id", .int64), Field("x", type)])
    for count in [0, 1, 5_000] {
      var builder = BatchBuilder(schema)
      for row in 0..<count {
        builder[0].append(Int64(row))
        builder[1].appendNull()
      }
      let batches = count == 0 ? [] : [builder.finish()]
      do {
        let input = BatchList(schema: schema, batches: batches)
        let answer = try sql(workspace, "SELECT * FROM t", [("t", input)])
        #expect(answer.count == count && answer.allSatisfy { $0[1].isNull })
      } catch let problem as Problem {
        #expect(problem.status == -3 && problem.message.contains("the column 'x' (\(type)) of the input 't'"))
      }
    }
  }

  @Test func `one wanted column of many is converted, whatever stands beside it`() throws {
    let schema = Schema(Self.types.map { Field($0.name, $0.type) })
    let data = (0..<100).map { row in Self.types.map { $0.values[row % 2] } }
    for type in Self.types {
      let answer = try sql(workspace, "SELECT \"\(type.name)\" FROM t", [("t", table(schema, data))])
      #expect(answer.count == 100, "\(type.name)")
    }
  }

  @Test func `buffers that are poisoned when they are released have been read before`() throws {
    for batch in [500, 5_500, 60_500] {
      let producer = PoisonedNumbers(rows: 300_000, batch: batch)
      let run = workspace.run(threads: 4)
      let query = "SELECT count(*), sum(a)::BIGINT, sum(b)::BIGINT, min(s), max(s) FROM t WHERE a % 3 = 0"
      let node = try NodeStandIn("sql", ["query": .string(query)])
      let answer = try rows(node.open(run, [("t", producer.stream())])[0])
      #expect(answer == [[100_000, 14_999_850_000, 29_999_700_000, "text 000000", "text 299997"]])
      let sorted = PoisonedNumbers(rows: 50_000, batch: batch)
      let top = try NodeStandIn("sql", ["query": "SELECT s, a FROM t ORDER BY a DESC LIMIT 2"])
      #expect(
        try rows(top.open(run, [("t", sorted.stream())])[0]) == [["text 049999", 49_999], ["text 049998", 49_998]])
      #expect(producer.alive == 0 && sorted.alive == 0, "all batches are released")
    }
  }
}

/// A C producer of columns a, b = 2a and s that overwrites its memory when a batch is released.
private final class PoisonedNumbers: @unchecked Sendable {
  private let total: Int
  private let size: Int
  private var next = 0
  private let counter = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: 1)
  private let schema = Schema([Field("a", .int64), Field("b", .int64), Field("s", .utf8)])
  var alive: Int { counter.pointee.load(ordering: .acquiring) }

  init(rows: Int, batch: Int) {
    total = rows
    size = batch
    counter.initialize(to: Atomic(0))
  }

  deinit { counter.deallocate() }

  func stream() -> ArrowArrayStream {
    ArrowArrayStream(
      get_schema: { stream, out in
        PoisonedNumbers.of(stream!).schema.export(to: out!)
        return 0
      },
      get_next: { stream, out in
        PoisonedNumbers.of(stream!).fill(out!)
        return 0
      },
      get_last_error: { _ in nil },
      release: { stream in
        Unmanaged<PoisonedNumbers>.fromOpaque(stream!.pointee.private_data).release()
        stream!.pointee.release = nil
      }, private_data: Unmanaged.passRetained(self).toOpaque())
  }

  private static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>) -> PoisonedNumbers {
    Unmanaged<PoisonedNumbers>.fromOpaque(stream.pointee.private_data).takeUnretainedValue()
  }

  /// One block holds everything a batch points to.
  private func fill(_ out: UnsafeMutablePointer<ArrowArray>) {
    out.initialize(to: ArrowArray())
    let count = min(size, total - next)
    if count == 0 { return }
    let block = Block(count, first: next, counter)
    next += count
    out.pointee = block.array
  }

  private struct Block {
    let array: ArrowArray

    init(_ count: Int, first: Int, _ counter: UnsafeMutablePointer<Atomic<Int>>) {
      let textBytes = 11
      let bytes = 64 + count * 8 * 2 + (count + 1) * 4 + count * textBytes
      let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      let a = (memory + 64).bindMemory(to: Int64.self, capacity: count)
      let b = a + count
      let offsets = UnsafeMutableRawPointer(b + count).bindMemory(to: Int32.self, capacity: count + 1)
      let text = UnsafeMutableRawPointer(offsets + count + 1).bindMemory(to: UInt8.self, capacity: count * textBytes)
      offsets[0] = 0
      for row in 0..<count {
        a[row] = Int64(first + row)
        b[row] = Int64(2 * (first + row))
        let digits = String(first + row)
        let word = "text " + String(repeating: "0", count: 6 - digits.count) + digits
        for (index, byte) in word.utf8.enumerated() { text[row * textBytes + index] = byte }
        offsets[row + 1] = Int32((row + 1) * textBytes)
      }
      counter.pointee.add(1, ordering: .relaxed)
      memory.storeBytes(of: UInt(bitPattern: counter), toByteOffset: 0, as: UInt.self)
      memory.storeBytes(of: bytes, toByteOffset: 8, as: Int.self)
      let columns = [
        [nil, UnsafeRawPointer(a)], [nil, UnsafeRawPointer(b)],
        [nil, UnsafeRawPointer(offsets), UnsafeRawPointer(text)],
      ]
      let children = UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>.allocate(capacity: 3)
      for (index, buffers) in columns.enumerated() {
        let list = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(capacity: 3)
        for (position, buffer) in buffers.enumerated() { list[position] = buffer }
        let child = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
        child.initialize(to: ArrowArray())
        child.pointee.length = Int64(count)
        child.pointee.n_buffers = Int64(buffers.count)
        child.pointee.buffers = list
        child.pointee.release = { $0!.pointee.release = nil }
        children[index] = child
      }
      var root = ArrowArray()
      root.length = Int64(count)
      root.n_buffers = 1
      root.buffers = .allocate(capacity: 1)
      root.buffers[0] = nil
      root.n_children = 3
      root.children = children
      root.private_data = memory
      root.release = Self.poison
      array = root
    }

    private static let poison: @convention(c) (UnsafeMutablePointer<ArrowArray>?) -> Void = { array in
      let memory = array!.pointee.private_data!
      let counter = UnsafeMutablePointer<Atomic<Int>>(bitPattern: memory.load(as: UInt.self))!
      let bytes = memory.load(fromByteOffset: 8, as: Int.self)
      counter.pointee.subtract(1, ordering: .releasing)
      memset(memory, 0xEE, bytes)
      for index in 0..<3 {
        array!.pointee.children[index]!.pointee.buffers.deallocate()
        array!.pointee.children[index]!.deallocate()
      }
      array!.pointee.children.deallocate()
      array!.pointee.buffers.deallocate()
      memory.deallocate()
      array!.pointee.release = nil
    }
  }
}
