// Finds texts that share most of their word n-grams with one that was seen before: MinHash and banding.

/// One stream's, one thread at a time. (Broder 1997, "On the resemblance and containment of documents".)
final class NearTexts {
  private static let permutations = 128
  private let threshold: Double
  private let words: Int
  private let seeds: [UInt64]
  /// Rows of a band: candidates agree in all of one band.
  private let bandRows: Int
  private var signatures: [[UInt32]] = []
  private var bands: [[UInt64: [Int32]]]

  init(threshold: Double, words: Int, seed: UInt64) {
    self.threshold = threshold
    self.words = words
    seeds = (0..<Self.permutations).map { TextHash.mixed(seed &+ UInt64($0) &* 0x9e37_79b9_7f4a_7c15) }
    bandRows = Self.bandRows(for: threshold)
    bands = Array(repeating: [:], count: Self.permutations / bandRows)
  }

  /// The most rows a band may have so that a pair at the threshold becomes a candidate with a chance of at least 0.99.
  static func bandRows(for threshold: Double) -> Int {
    for rows in [32, 16, 8, 4, 2] {
      let bands = permutations / rows
      var missed = 1.0
      var agree = 1.0
      for _ in 0..<rows { agree *= threshold }
      for _ in 0..<bands { missed *= 1 - agree }
      if missed <= 0.01 { return rows }
    }
    return 1
  }

  /// Notes the text unless it is near to one before it.
  func isFirst(_ text: String) -> Bool {
    let shingles = Set(Words.shingles(Words.of(text), size: words))
    // A text without words has nothing to be similar in.
    guard !shingles.isEmpty else { return true }
    let signature = signature(of: shingles)
    let keys = bands.indices.map { key(of: signature, band: $0) }
    var compared: Set<Int32> = []
    for (band, key) in keys.enumerated() {
      for candidate in bands[band][key] ?? [] where compared.insert(candidate).inserted {
        if similarity(signature, signatures[Int(candidate)]) >= threshold { return false }
      }
    }
    let index = Int32(signatures.count)
    signatures.append(signature)
    for (band, key) in keys.enumerated() { bands[band][key, default: []].append(index) }
    return true
  }

  private func signature(of shingles: Set<UInt64>) -> [UInt32] {
    seeds.map { seed in
      var least = UInt32.max
      for shingle in shingles { least = min(least, UInt32(truncatingIfNeeded: TextHash.mixed(shingle ^ seed) >> 32)) }
      return least
    }
  }

  private func key(of signature: [UInt32], band: Int) -> UInt64 {
    var hash = TextHash(seed: UInt64(band))
    for value in signature[band * bandRows..<(band + 1) * bandRows] { hash.append(UInt64(value)) }
    return hash.value
  }

  private func similarity(_ left: [UInt32], _ right: [UInt32]) -> Double {
    var equal = 0
    for index in left.indices where left[index] == right[index] { equal += 1 }
    return Double(equal) / Double(Self.permutations)
  }
}
