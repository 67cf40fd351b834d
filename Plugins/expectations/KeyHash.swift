// A 128-bit SipHash-1-3 over the values of a row, keyed once per process, so that nobody can make up rows that
// collide. Two different rows get one hash with odds of n²/2^129: for a billion rows about 1 in 10^21.

struct KeyHash: Hashable, Sendable {
  var low: UInt64
  var high: UInt64
}

struct KeyHasher {
  /// Drawn at random when the plugin is loaded; results do not depend on it, collisions aside.
  private static let key = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64
  private var words: UInt64 = 0

  @inline(__always)
  init() {
    let (k0, k1) = KeyHasher.key
    v0 = k0 ^ 0x736f_6d65_7073_6575
    v1 = k1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
    v2 = k0 ^ 0x6c79_6765_6e65_7261
    v3 = k1 ^ 0x7465_6462_7974_6573
  }

  @inline(__always)
  private mutating func round() {
    v0 &+= v1
    v1 = (v1 << 13 | v1 >> 51) ^ v0
    v0 = v0 << 32 | v0 >> 32
    v2 &+= v3
    v3 = (v3 << 16 | v3 >> 48) ^ v2
    v0 &+= v3
    v3 = (v3 << 21 | v3 >> 43) ^ v0
    v2 &+= v1
    v1 = (v1 << 17 | v1 >> 47) ^ v2
    v2 = v2 << 32 | v2 >> 32
  }

  @inline(__always)
  mutating func add(_ word: UInt64) {
    v3 ^= word
    round()
    v0 ^= word
    words &+= 1
  }

  /// Sign-extended, so that a value hashes alike in every width.
  @inline(__always)
  mutating func add(_ value: Int128) {
    add(UInt64(truncatingIfNeeded: value))
    add(UInt64(truncatingIfNeeded: value >> 64))
  }

  /// All NaN are one value, and so are 0 and -0.
  @inline(__always)
  mutating func add(_ value: Double) {
    add(value.isNaN ? 0x7ff8_0000_0000_0000 : value == 0 ? 0 : value.bitPattern)
  }

  /// The length goes in too, so that neighbouring texts cannot run together.
  @inline(__always)
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    add(UInt64(bytes.count))
    var position = 0
    while position + 8 <= bytes.count {
      add(bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    guard position < bytes.count else { return }
    var tail: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count {
      tail |= UInt64(bytes[position]) << shift
      shift += 8
      position += 1
    }
    add(tail)
  }

  @inline(__always)
  mutating func finish() -> KeyHash {
    add(words << 59 | words)
    v2 ^= 0xee
    round()
    round()
    round()
    let low = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xdd
    round()
    round()
    round()
    return KeyHash(low: low, high: v0 ^ v1 ^ v2 ^ v3)
  }
}
