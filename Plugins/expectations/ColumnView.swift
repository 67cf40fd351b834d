// The values of one column of one batch, read straight from the Arrow buffers: no object and no copy per row.
import CPluginABI
import PluginKit

/// A column as it lies in memory. Valid only while the batch it came from is.
struct ColumnView {
  let values: FlatView
  /// For a dictionary column `values` holds the indices and this the distinct values.
  let dictionary: FlatView?

  init(_ array: UnsafePointer<ArrowArray>, type: DataType) {
    if case .dictionary(let index, let value, _) = type {
      values = FlatView(array, type: index)
      dictionary = array.pointee.dictionary.map { FlatView(UnsafePointer($0), type: value) }
    } else {
      values = FlatView(array, type: type)
      dictionary = nil
    }
  }

  @inline(__always) var count: Int { values.count }

  /// The place of a row's value, nil for null (also an index that points nowhere).
  @inline(__always)
  func place(_ row: Int) -> (view: FlatView, index: Int)? {
    if values.isNull(row) { return nil }
    guard let dictionary else { return (values, row) }
    let key = values.integer(row)
    guard key >= 0, key < Int128(dictionary.count) else { return nil }
    return dictionary.isNull(Int(key)) ? nil : (dictionary, Int(key))
  }
}

/// A column without a dictionary: a handful of pointers, free to copy.
struct FlatView {
  enum Layout: UInt8 {
    case null, bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float16, float32, float64
    case decimal32, decimal64, decimal128, binary32, binary64, view, fixedBinary, other
  }

  let layout: Layout
  let count: Int
  private let offset: Int
  private let width: Int
  private let validity: UnsafeRawPointer?
  private let slots: UnsafeRawPointer?
  private let buffers: UnsafeMutablePointer<UnsafeRawPointer?>?

  init(_ array: UnsafePointer<ArrowArray>, type: DataType) {
    layout = Layout(type)
    count = Int(array.pointee.length)
    offset = Int(array.pointee.offset)
    if case .fixedSizeBinary(let size) = type { width = size } else { width = 0 }
    buffers = array.pointee.buffers
    let hasBuffers = layout != .null && layout != .other
    validity = hasBuffers && array.pointee.null_count != 0 ? buffers?[0] : nil
    slots = hasBuffers ? buffers?[1] : nil
  }

  @inline(__always) var mayHoldNulls: Bool { validity != nil || layout == .null }

  @inline(__always)
  func isNull(_ row: Int) -> Bool {
    guard let validity else { return layout == .null }
    let bit = offset &+ row
    return validity.load(fromByteOffset: bit >> 3, as: UInt8.self) & (1 << UInt8(truncatingIfNeeded: bit & 7)) == 0
  }

  /// Integers, dates, times, timestamps, durations and unscaled decimals; bool as 0 or 1.
  @inline(__always)
  func integer(_ row: Int) -> Int128 {
    switch layout {
    case .bool: return bit(row) ? 1 : 0
    case .int8: return Int128(slot(row, Int8.self))
    case .int16: return Int128(slot(row, Int16.self))
    case .int32, .decimal32: return Int128(slot(row, Int32.self))
    case .int64, .decimal64: return Int128(slot(row, Int64.self))
    case .uint8: return Int128(slot(row, UInt8.self))
    case .uint16: return Int128(slot(row, UInt16.self))
    case .uint32: return Int128(slot(row, UInt32.self))
    case .uint64: return Int128(slot(row, UInt64.self))
    case .decimal128:
      // Two halves: Arrow buffers are aligned to 8 bytes only.
      let high = Int128(slot(row &* 2 &+ 1 &+ offset, Int64.self)) << 64
      return high | Int128(slot(row &* 2 &+ offset, UInt64.self))
    default: return 0
    }
  }

  @inline(__always)
  func double(_ row: Int) -> Double {
    switch layout {
    case .float64: return slot(row, Double.self)
    case .float32: return Double(slot(row, Float.self))
    case .float16: return Double(Float(slot(row, Float16.self)))
    default: return Double(integer(row))
    }
  }

  /// The bytes of a text or binary value.
  @inline(__always)
  func bytes(_ row: Int) -> UnsafeRawBufferPointer {
    switch layout {
    case .binary32:
      let start = Int(slot(row, Int32.self))
      return data(start, Int(slot(row &+ 1, Int32.self)) - start)
    case .binary64:
      let start = Int(slot(row, Int64.self))
      return data(start, Int(slot(row &+ 1, Int64.self)) - start)
    case .view: return viewBytes(row)
    case .fixedBinary:
      return UnsafeRawBufferPointer(start: slots.map { $0 + (offset &+ row) &* width }, count: width)
    default: return UnsafeRawBufferPointer(start: nil, count: 0)
    }
  }

  private func viewBytes(_ row: Int) -> UnsafeRawBufferPointer {
    guard let slots, let buffers else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let view = slots + (offset + row) * 16
    let count = Int(view.loadUnaligned(as: Int32.self))
    if count <= 12 { return UnsafeRawBufferPointer(start: view + 4, count: max(count, 0)) }
    let which = Int(view.loadUnaligned(fromByteOffset: 8, as: Int32.self))
    let start = Int(view.loadUnaligned(fromByteOffset: 12, as: Int32.self))
    return UnsafeRawBufferPointer(start: buffers[2 + which].map { $0 + start }, count: count)
  }

  @inline(__always)
  private func slot<T: BitwiseCopyable>(_ row: Int, _ type: T.Type) -> T {
    slots.unsafelyUnwrapped.loadUnaligned(fromByteOffset: (offset &+ row) &* MemoryLayout<T>.stride, as: type)
  }

  @inline(__always)
  private func bit(_ row: Int) -> Bool {
    let bit = offset &+ row
    return slots.unsafelyUnwrapped.load(fromByteOffset: bit >> 3, as: UInt8.self)
      & (1 << UInt8(truncatingIfNeeded: bit & 7)) != 0
  }

  @inline(__always)
  private func data(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: buffers?[2].map { $0 + start }, count: count)
  }
}

extension FlatView.Layout {
  init(_ type: DataType) {
    switch type {
    case .null: self = .null
    case .bool: self = .bool
    case .int8: self = .int8
    case .int16: self = .int16
    case .int32, .date32, .time32: self = .int32
    case .int64, .date64, .time64, .timestamp, .duration: self = .int64
    case .uint8: self = .uint8
    case .uint16: self = .uint16
    case .uint32: self = .uint32
    case .uint64: self = .uint64
    case .float16: self = .float16
    case .float32: self = .float32
    case .float64: self = .float64
    case .decimal(_, _, 32): self = .decimal32
    case .decimal(_, _, 64): self = .decimal64
    case .decimal(_, _, 128): self = .decimal128
    case .utf8, .binary: self = .binary32
    case .largeUtf8, .largeBinary: self = .binary64
    case .utf8View, .binaryView: self = .view
    case .fixedSizeBinary: self = .fixedBinary
    default: self = .other
    }
  }
}
