// The random numbers of all resampling: a published generator, so that anyone can repeat a figure from its seed.

/// xoshiro256++ 1.0 by Blackman and Vigna (2019), its state filled by SplitMix64 from the seed. The same seed gives the
/// same numbers on every machine and in every version.
package struct Xoshiro256: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  package init(seed: UInt64) {
    var mixer = seed
    func next() -> UInt64 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      var z = mixer
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    let first = next()
    let second = next()
    let third = next()
    state = (first, second, third, next())
  }

  @inline(__always)
  private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 { (value << bits) | (value >> (64 - bits)) }

  @inline(__always)
  package mutating func next() -> UInt64 {
    let result = Self.rotated(state.0 &+ state.3, 23) &+ state.0
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = Self.rotated(state.3, 45)
    return result
  }

  /// A number below `bound`, each as likely as the next: Lemire's method (2019) on the 64-bit output.
  @inline(__always)
  package mutating func below(_ bound: UInt64) -> UInt64 {
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }

  /// A number in [0, 1), of 53 random bits.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1.0p-53 }
}
