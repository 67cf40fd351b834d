// Who releases what, and that it happens once.
import CPluginABI
import JSONValue
import Synchronization
import Testing

@testable import PluginKit

/// A C array of one int64 column, made by hand, that counts its releases.
private final class CountedArray: Sendable {
  let releases = Mutex(0)

  func export(to out: UnsafeMutablePointer<ArrowArray>) {
    let values = UnsafeMutablePointer<Int64>.allocate(capacity: 3)
    values.initialize(from: [1, 2, 3], count: 3)
    let child = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
    child.initialize(
      to: node(buffers: [nil, UnsafeRawPointer(values)], children: nil) {
        $0?.pointee.buffers[1]?.deallocate()
        $0?.pointee.buffers.deallocate()
        $0?.pointee.release = nil
      })
    let children = UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>.allocate(capacity: 1)
    children.initialize(to: child)
    out.initialize(
      to: node(buffers: [nil], children: children) { array in
        guard let array, let child = array.pointee.children[0] else { return }
        child.pointee.release?(child)
        child.deallocate()
        array.pointee.children.deallocate()
        array.pointee.buffers.deallocate()
        array.pointee.release = nil
        let owner = Unmanaged<CountedArray>.fromOpaque(array.pointee.private_data).takeRetainedValue()
        owner.releases.withLock { $0 += 1 }
      })
    out.pointee.private_data = Unmanaged.passRetained(self).toOpaque()
  }

  private func node(
    buffers: [UnsafeRawPointer?], children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>?,
    release: @escaping @convention(c) (UnsafeMutablePointer<ArrowArray>?) -> Void
  ) -> ArrowArray {
    let list = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(capacity: buffers.count)
    list.initialize(from: buffers, count: buffers.count)
    return ArrowArray(
      length: 3, null_count: 0, offset: 0, n_buffers: Int64(buffers.count), n_children: children == nil ? 0 : 1,
      buffers: list, children: children, dictionary: nil, release: release, private_data: nil)
  }

  var count: Int { releases.withLock { $0 } }
}

private let schema = Schema([Field("n", .int64)])

@Test func `an imported array is released once, with the last of what was cut from it`() throws {
  let counted = CountedArray()
  var array = ArrowArray()
  counted.export(to: &array)
  var batch: RecordBatch? = try RecordBatch(moving: &array, schema: schema)
  #expect(array.release == nil)
  var part = batch?.slice(1, 2).select(columns: [0])
  var column = part?.column(0)
  var copy = batch?.take([2])
  batch = nil
  #expect(counted.count == 0)
  #expect(part?.rowCount == 2)
  part = nil
  #expect(column?.int64(0) == 2)
  #expect(counted.count == 0)
  column = nil
  #expect(counted.count == 1)
  #expect(copy?.column(0).int64(0) == 3)
  copy = nil
  #expect(counted.count == 1)
}

@Test func `an array that is refused is released too`() {
  let counted = CountedArray()
  var array = ArrowArray()
  counted.export(to: &array)
  #expect(throws: ArrowError.self) { try RecordBatch(moving: &array, schema: Schema([])) }
  #expect(counted.count == 1)
}

@Test func `a borrowed array is never released`() {
  let counted = CountedArray()
  var array = ArrowArray()
  counted.export(to: &array)
  #expect(RecordBatch(borrowing: &array, schema: schema).take([1]).column(0).int64(0) == 2)
  #expect(counted.count == 0)
  array.release(&array)
  #expect(counted.count == 1)
}

@Test func `a child moved out of an export outlives its parent`() throws {
  let counted = CountedArray()
  var array = ArrowArray()
  counted.export(to: &array)
  var out = ArrowArray()
  try RecordBatch(moving: &array, schema: schema).export(to: &out)
  var child = out.children[0]!.pointee
  out.children[0]!.pointee.release = nil
  out.release(&out)
  #expect(out.release == nil)
  #expect(counted.count == 0)
  #expect(child.buffers[1]!.load(fromByteOffset: 16, as: Int64.self) == 3)
  child.release(&child)
  #expect(counted.count == 1)
}

@Test func `nested nodes of an export can be released in any order`() throws {
  let sample = Sample("struct<a: list<dictionary<int8, utf8>>>", [["a": ["x", "y"]], nil])
  var out = ArrowArray()
  weak var owner: RecordBatch?
  do {
    let batch = try sample.batch
    owner = batch
    batch.export(to: &out)
  }
  #expect(owner != nil)
  let structure = out.children[0]!
  var list = structure.pointee.children[0]!.pointee
  structure.pointee.children[0]!.pointee.release = nil
  var items = list.children[0]!.pointee
  list.children[0]!.pointee.release = nil
  out.release(&out)
  list.release(&list)
  #expect(owner != nil)
  #expect(items.dictionary.pointee.length == 2)
  items.release(&items)
  #expect(owner == nil)
}

@Test func `a batch is shared between threads`() async throws {
  let batch = try Sample("utf8", Sample.words).batch
  let texts = await withTaskGroup(of: String.self) { group in
    for row in 0..<100 { group.addTask { batch.slice(row % 8, 1).take([0]).column(0).text(0) } }
    return await group.reduce(into: Set<String>()) { $0.insert($1) }
  }
  #expect(texts.count == 5)
}
