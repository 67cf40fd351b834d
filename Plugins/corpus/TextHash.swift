// A hash that is the same on every machine and in every version: parts of a split must never move.

/// FNV-1a over bytes, finished by SplitMix64's mixing function so that all bits depend on all bytes. (Fowler, Noll and Vo,
/// draft-eastlake-fnv; Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".)
struct TextHash {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  init(seed: UInt64) { append(seed) }

  mutating func append(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  }

  mutating func append(_ number: UInt64) { append((0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }) }

  /// The length goes in too, so that ("ab", "c") and ("a", "bc") differ.
  mutating func append(_ text: String?) {
    guard let text else { return append([0xff]) }
    append([0x01])
    append(UInt64(text.utf8.count))
    append(text.utf8)
  }

  var value: UInt64 { Self.mixed(state) }

  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
