// Levenshtein's distance in code points, 64 rows of the table at once (Myers 1999, Hyyrö 2003).

enum EditDistance {
  static func between(_ one: [UInt8], _ other: [UInt8]) -> (distance: Int, longest: Int) {
    let (first, second) = (codes(one), codes(other))
    let longest = max(first.count, second.count)
    var (a, b) = (first[...], second[...])
    while let x = a.first, x == b.first {
      a.removeFirst()
      b.removeFirst()
    }
    while let x = a.last, x == b.last {
      a.removeLast()
      b.removeLast()
    }
    if a.isEmpty || b.isEmpty { return (max(a.count, b.count), longest) }
    return (a.count <= b.count ? blocks(Array(a), Array(b)) : blocks(Array(b), Array(a)), longest)
  }

  /// 1 for equal texts, 0 where nothing is left.
  static func similarity(_ one: [UInt8], _ other: [UInt8]) -> Double {
    let (distance, longest) = between(one, other)
    return longest == 0 ? 1 : 1 - Double(distance) / Double(longest)
  }

  private static func codes(_ text: [UInt8]) -> [UInt32] {
    if PythonText.isASCII(text) { return text.map { UInt32($0) } }
    return String(decoding: text, as: UTF8.self).unicodeScalars.map(\.value)
  }

  /// Goes through `text` once for each 64 characters of `pattern`; what flows from block to block is one step a character.
  private static func blocks(_ pattern: [UInt32], _ text: [UInt32]) -> Int {
    // Characters of the pattern by number, so that a block's masks are an array.
    var numbers: [UInt32: Int] = [:]
    for code in pattern where numbers[code] == nil { numbers[code] = numbers.count }
    let textNumbers = text.map { Int32(numbers[$0] ?? -1) }
    let patternNumbers = pattern.map { numbers[$0] ?? 0 }
    var masks = [UInt64](repeating: 0, count: numbers.count)
    // How the row above the block changes at each character: 1, 0 or -1. Above the first it grows.
    var steps = [Int8](repeating: 1, count: text.count)
    for start in stride(from: 0, to: pattern.count, by: 64) {
      let count = min(64, pattern.count - start)
      for offset in 0..<count { masks[patternNumbers[start + offset]] |= 1 << UInt64(offset) }
      block(masks, textNumbers, &steps, last: UInt64(count - 1))
      for offset in 0..<count { masks[patternNumbers[start + offset]] = 0 }
    }
    return pattern.count + steps.reduce(0) { $0 + Int($1) }
  }

  private static func block(_ masks: [UInt64], _ text: [Int32], _ steps: inout [Int8], last: UInt64) {
    var up: UInt64 = ~0
    var down: UInt64 = 0
    for place in text.indices {
      let step = steps[place]
      var equal = text[place] < 0 ? 0 : masks[Int(text[place])]
      let vertical = equal | down
      if step < 0 { equal |= 1 }
      let diagonal = (((equal & up) &+ up) ^ up) | equal
      var rise = down | ~(diagonal | up)
      var fall = up & diagonal
      steps[place] = Int8((rise >> last) & 1) - Int8((fall >> last) & 1)
      rise = rise << 1 | (step > 0 ? 1 : 0)
      fall = fall << 1 | (step < 0 ? 1 : 0)
      up = fall | ~(vertical | rise)
      down = rise & vertical
    }
  }
}
