// What single values are tested for. Each test knows the meaning of the column it was made for.
import Glibc

protocol ValueTest {
  /// The value at `index` is not null.
  func passes(_ view: FlatView, _ index: Int) -> Bool
}

/// Integers, dates, times, timestamps, durations and decimals between two ends, both included.
struct IntegerRangeTest: ValueTest {
  let low: Int128
  let high: Int128

  @inline(__always)
  func passes(_ view: FlatView, _ index: Int) -> Bool {
    let value = view.integer(index)
    return value >= low && value <= high
  }
}

/// NaN is in no range.
struct DoubleRangeTest: ValueTest {
  let low: Double
  let high: Double

  /// nil for no end; without one even an infinite value is inside.
  init(low: Double?, high: Double?, exclusive: Bool) {
    self.low = low.map { exclusive ? $0.nextUp : $0 } ?? -.infinity
    self.high = high.map { exclusive ? $0.nextDown : $0 } ?? .infinity
  }

  @inline(__always)
  func passes(_ view: FlatView, _ index: Int) -> Bool {
    let value = view.double(index)
    return value >= low && value <= high
  }
}

struct IntegerSetTest: ValueTest {
  let values: Set<Int128>
  let few: [Int128]
  let isMember: Bool

  init(_ values: Set<Int128>, isMember: Bool) {
    self.values = values
    few = values.count <= 8 ? Array(values) : []
    self.isMember = isMember
  }

  @inline(__always)
  func passes(_ view: FlatView, _ index: Int) -> Bool {
    let value = view.integer(index)
    return (few.isEmpty ? values.contains(value) : few.contains(value)) == isMember
  }
}

/// NaN equals nothing, so it fails in_set and passes not_in_set.
struct DoubleSetTest: ValueTest {
  let values: Set<Double>
  let isMember: Bool

  @inline(__always)
  func passes(_ view: FlatView, _ index: Int) -> Bool { values.contains(view.double(index)) == isMember }
}

/// Text and binary values, compared byte for byte.
struct ByteSetTest: ValueTest {
  let values: ByteSet
  let isMember: Bool

  @inline(__always)
  func passes(_ view: FlatView, _ index: Int) -> Bool { values.contains(view.bytes(index)) == isMember }
}

/// Characters (Unicode code points) of text, bytes of binary values.
struct LengthTest: ValueTest {
  let low: Int
  let high: Int
  let countsBytes: Bool

  @inline(__always)
  func passes(_ view: FlatView, _ index: Int) -> Bool {
    let bytes = view.bytes(index)
    let length = countsBytes ? bytes.count : LengthTest.codePoints(bytes)
    return length >= low && length <= high
  }

  /// All bytes but the continuation bytes 10xxxxxx.
  @inline(__always)
  static func codePoints(_ bytes: UnsafeRawBufferPointer) -> Int {
    var count = 0
    for byte in bytes { count &+= byte & 0xC0 == 0x80 ? 0 : 1 }
    return count
  }
}

struct PatternTest: ValueTest {
  let matcher: PatternMatcher

  @inline(__always)
  func passes(_ view: FlatView, _ index: Int) -> Bool { matcher.matches(view.bytes(index)) }
}

/// Byte strings in an open-addressed table; looking one up makes no copy and no String.
final class ByteSet {
  private let storage: [UInt8]
  /// Start and length in the storage, by slot; length -1 marks an empty one.
  private let slots: [(start: Int, count: Int)]
  private let mask: Int

  init(_ values: [[UInt8]]) {
    var storage: [UInt8] = []
    var capacity = 16
    while capacity < values.count * 2 { capacity *= 2 }
    var slots = [(start: Int, count: Int)](repeating: (0, -1), count: capacity)
    for value in Set(values) {
      var place = value.withUnsafeBytes(ByteSet.hash) & (capacity - 1)
      while slots[place].count >= 0 { place = (place + 1) & (capacity - 1) }
      slots[place] = (storage.count, value.count)
      storage += value
    }
    self.storage = storage
    self.slots = slots
    mask = capacity - 1
  }

  func contains(_ value: UnsafeRawBufferPointer) -> Bool {
    var place = ByteSet.hash(value) & mask
    while slots[place].count >= 0 {
      if slots[place].count == value.count, equal(value, slots[place].start) { return true }
      place = (place + 1) & mask
    }
    return false
  }

  @inline(__always)
  private func equal(_ value: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    guard let base = value.baseAddress, value.count > 0 else { return true }
    return storage.withUnsafeBytes { memcmp($0.baseAddress! + start, base, value.count) == 0 }
  }

  /// The table is fixed by the configuration, so nobody can crowd it from the data: a plain hash will do.
  @inline(__always)
  private static func hash(_ value: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = UInt64(value.count) &* 0x9E37_79B9_7F4A_7C15
    var position = 0
    while position + 8 <= value.count {
      hash = (hash ^ value.loadUnaligned(fromByteOffset: position, as: UInt64.self)) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash >> 32
      position += 8
    }
    while position < value.count {
      hash = (hash ^ UInt64(value[position])) &* 0x100_0000_01B3
      position += 1
    }
    hash = (hash ^ hash >> 29) &* 0xC4CE_B9FE_1A85_EC53
    return Int(truncatingIfNeeded: hash >> 32)
  }
}
