// Bits, least significant first, as Arrow packs them.

enum Bitmap {
  @inline(__always)
  static func get(_ base: UnsafeRawPointer, _ index: Int) -> Bool {
    base.load(fromByteOffset: index >> 3, as: UInt8.self) & (1 << UInt8(index & 7)) != 0
  }

  @inline(__always)
  static func set(_ base: UnsafeMutableRawPointer, _ index: Int) {
    let byte = base.assumingMemoryBound(to: UInt8.self) + (index >> 3)
    byte.pointee |= 1 << UInt8(index & 7)
  }

  @inline(__always)
  static func clear(_ base: UnsafeMutableRawPointer, _ index: Int) {
    let byte = base.assumingMemoryBound(to: UInt8.self) + (index >> 3)
    byte.pointee &= ~(1 << UInt8(index & 7))
  }

  /// How many bits are set, eight bytes at a time.
  static func count(_ base: UnsafeRawPointer, from first: Int, count: Int) -> Int {
    var index = first
    let end = first + count
    var total = 0
    while index < end, index & 7 != 0 {
      total += get(base, index) ? 1 : 0
      index += 1
    }
    while index + 64 <= end {
      total += base.loadUnaligned(fromByteOffset: index >> 3, as: UInt64.self).nonzeroBitCount
      index += 64
    }
    while index < end {
      total += get(base, index) ? 1 : 0
      index += 1
    }
    return total
  }

  /// Copies `count` bits from bit `first` on to bit 0 of `target`, which holds (count + 7) / 8 bytes; the bits
  /// behind the last become 0.
  static func copy(_ source: UnsafeRawPointer, from first: Int, count: Int, to target: UnsafeMutableRawPointer) {
    let bytes = (count + 7) >> 3
    if bytes == 0 { return }
    let shift = UInt8(first & 7)
    let base = source + (first >> 3)
    if shift == 0 {
      target.copyMemory(from: base, byteCount: bytes)
    } else {
      let available = (Int(shift) + count + 7) >> 3
      for index in 0..<bytes {
        let low = base.load(fromByteOffset: index, as: UInt8.self) >> shift
        let high = index + 1 < available ? base.load(fromByteOffset: index + 1, as: UInt8.self) << (8 - shift) : 0
        target.storeBytes(of: low | high, toByteOffset: index, as: UInt8.self)
      }
    }
    if count & 7 != 0 {
      let last = (target + bytes - 1).assumingMemoryBound(to: UInt8.self)
      last.pointee &= (1 << UInt8(count & 7)) - 1
    }
  }
}
