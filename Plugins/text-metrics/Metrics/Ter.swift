// Translation edit rate by Snover et al. (2006), as sacrebleu's port of Tercom computes it.

struct Ter {
  var caseSensitive = false
  var withoutPunctuation = false

  /// Numbers of a row that add up over rows: edits, and the mean length of its references.
  static let width = 2

  private var words = Vocabulary()
  private static let punctuation = Set(#".,?:;!"()"#.utf8)

  init() {}

  private mutating func tokens(_ text: [UInt8]) -> [Int32] {
    var text = caseSensitive ? text : PythonText.lower(text)
    if withoutPunctuation { text.removeAll { Self.punctuation.contains($0) } }
    var tokens: [Int32] = []
    PythonText.split(text) { tokens.append(words.id($0)) }
    return tokens
  }

  /// The numbers of one row. `references` must not be empty.
  mutating func statistics(_ prediction: [UInt8], _ references: [[UInt8]]) -> [Double] {
    words.removeAll()
    let hypothesis = tokens(prediction)
    var fewest = Int.max
    var length = 0
    for reference in references {
      let wanted = tokens(reference)
      length += wanted.count
      fewest = min(fewest, Self.edits(hypothesis, wanted))
    }
    return [Double(fewest), Double(length) / Double(references.count)]
  }

  /// The score: 100 for as many edits as words. Better is lower.
  func score(_ sums: UnsafeBufferPointer<Double>) -> Double {
    if sums[1] > 0 { return 100 * (sums[0] / sums[1]) }
    return sums[0] > 0 ? 100 : 0
  }

  private static func edits(_ hypothesis: [Int32], _ reference: [Int32]) -> Int {
    if reference.isEmpty { return hypothesis.count }
    var search = ShiftSearch(hypothesis, reference)
    var shifts = 0
    while let shifted = search.best() {
      guard search.candidates < ShiftSearch.maximumCandidates else { break }
      shifts += 1
      search.accept(shifted)
    }
    return shifts + search.distance
  }
}

/// Looks for the move of a run of words that brings a text nearest to the reference. Which moves are looked at, and which of
/// equal ones wins, is Tercom's choice.
private struct ShiftSearch {
  static let maximumCandidates = 1000
  private static let maximumLength = 10
  private static let maximumDistance = 50

  private let reference: [Int32]
  private var hypothesis: [Int32]
  private var table: BeamTable
  private(set) var candidates = 0

  init(_ hypothesis: [Int32], _ reference: [Int32]) {
    self.reference = reference
    self.hypothesis = hypothesis
    table = BeamTable(hypothesis, reference)
  }

  var distance: Int { table.distance }

  mutating func accept(_ shifted: [Int32]) {
    hypothesis = shifted
    table = BeamTable(shifted, reference)
  }

  private struct Move {
    var gain: Int
    var length: Int
    var start: Int
    var target: Int

    /// More gain, then longer, then earlier, then to an earlier place.
    func isBetter(than other: Move) -> Bool {
      (gain, length, -start, -target) > (other.gain, other.length, -other.start, -other.target)
    }
  }

  /// The text after the best move, nil where no move gains anything.
  mutating func best() -> [Int32]? {
    let alignment = table.alignment()
    var best: Move?
    search: for start in hypothesis.indices {
      let first = max(0, start - Self.maximumDistance)
      let end = min(reference.count, start + Self.maximumDistance + 1)
      for place in first..<max(first, end) {
        var length = 0
        while length < Self.maximumLength, start + length < hypothesis.count, place + length < reference.count,
          hypothesis[start + length] == reference[place + length]
        {
          length += 1
          guard alignment.isWorthMoving(start, place, length) else { continue }
          consider(start, place, length, alignment, &best)
          if candidates >= Self.maximumCandidates { break search }
        }
      }
    }
    guard let best, best.gain > 0 else { return nil }
    return Self.moved(hypothesis, best.start, best.length, best.target)
  }

  private mutating func consider(_ start: Int, _ place: Int, _ length: Int, _ alignment: Alignment, _ best: inout Move?)
  {
    var tried = -1
    for offset in -1..<length {
      let target: Int
      if place + offset == -1 {
        target = 0
      } else if place + offset < alignment.places.count {
        target = alignment.places[place + offset] + 1
      } else {
        break
      }
      if target == tried { continue }
      tried = target
      let shifted = Self.moved(hypothesis, start, length, target)
      let gain = table.distance - table.distance(of: shifted, changedFrom: min(start, target))
      let move = Move(gain: gain, length: length, start: start, target: target)
      candidates += 1
      if best.map({ move.isBetter(than: $0) }) ?? true { best = move }
    }
  }

  private static func moved(_ words: [Int32], _ start: Int, _ length: Int, _ target: Int) -> [Int32] {
    let run = words[start..<start + length]
    if target < start { return Array(words[..<target] + run + words[target..<start] + words[(start + length)...]) }
    if target > start + length {
      return Array(words[..<start] + words[start + length..<target] + run + words[target...])
    }
    let end = min(length + target, words.count)
    return Array(words[..<start] + words[start + length..<max(end, start + length)] + run + words[end...])
  }
}
