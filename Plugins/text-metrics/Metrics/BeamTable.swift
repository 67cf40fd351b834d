// The table of edits between two texts, filled near its diagonal only, as Tercom's port does.

/// Where words of the hypothesis stand beside those of the reference.
struct Alignment {
  /// By place in the reference: the place in the hypothesis.
  var places: [Int] = []
  fileprivate var referenceErrors: [Bool] = []
  fileprivate var hypothesisErrors: [Bool] = []

  /// A run is worth moving where both sides have an error and it does not stand there already.
  func isWorthMoving(_ start: Int, _ place: Int, _ length: Int) -> Bool {
    guard hypothesisErrors[start..<min(start + length, hypothesisErrors.count)].contains(true),
      referenceErrors[place..<min(place + length, referenceErrors.count)].contains(true)
    else { return false }
    return !(start <= places[place] && places[place] < start + length)
  }
}

struct BeamTable {
  private enum Edit {
    static let same: UInt8 = 0, replace: UInt8 = 1, delete: UInt8 = 2, insert: UInt8 = 3, unknown: UInt8 = 4
  }

  private static let beam = 25
  private static let far: Int32 = 1 << 29

  private let hypothesis: [Int32]
  private let reference: [Int32]
  private let ratio: Double
  private let width: Int
  private var costs: [Int32]
  private var edits: [UInt8]
  private var columns: Int { reference.count + 1 }

  init(_ hypothesis: [Int32], _ reference: [Int32]) {
    self.hypothesis = hypothesis
    self.reference = reference
    ratio = hypothesis.isEmpty ? 1 : Double(reference.count) / Double(hypothesis.count)
    width = Double(Self.beam) < ratio / 2 ? Int((ratio / 2 + Double(Self.beam)).rounded(.up)) : Self.beam
    let columns = reference.count + 1
    costs = [Int32](repeating: Self.far, count: columns * (hypothesis.count + 1))
    edits = [UInt8](repeating: Edit.unknown, count: columns * (hypothesis.count + 1))
    for column in 0..<columns {
      costs[column] = Int32(column)
      edits[column] = Edit.insert
    }
    if !hypothesis.isEmpty { for row in 1...hypothesis.count { fill(row) } }
  }

  var distance: Int { Int(costs[costs.count - 1]) }

  private func range(_ row: Int) -> Range<Int> {
    let diagonal = Int((Double(row) * ratio).rounded(.down))
    let low = max(0, diagonal - width)
    let high = row == hypothesis.count ? columns : min(columns, diagonal + width)
    return low..<max(low, high)
  }

  private mutating func fill(_ row: Int) {
    let (here, above) = (row * columns, (row - 1) * columns)
    for column in range(row) {
      if column == 0 {
        costs[here] = costs[above] + 1
        edits[here] = Edit.delete
        continue
      }
      let isSame = hypothesis[row - 1] == reference[column - 1]
      var best = Self.far
      for (cost, edit) in [
        (costs[above + column - 1] + (isSame ? 0 : 1), isSame ? Edit.same : Edit.replace),
        (costs[above + column] + 1, Edit.delete), (costs[here + column - 1] + 1, Edit.insert),
      ] where cost < best {
        best = cost
        costs[here + column] = cost
        edits[here + column] = edit
      }
    }
  }

  /// The distance of another text of the same length that begins with the same `changedFrom` words.
  func distance(of text: [Int32], changedFrom first: Int) -> Int {
    let columns = columns
    let count = text.count
    return costs.withUnsafeBufferPointer { costs in
      // Two rows, used in turn.
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * columns) { scratch in
        var above = UnsafePointer(costs.baseAddress! + first * columns)
        for row in first..<count {
          let here = scratch.baseAddress! + (row & 1) * columns
          here.update(repeating: Self.far, count: columns)
          let range = range(row + 1)
          let word = text[row]
          for column in range {
            if column == 0 {
              here[0] = above[0] + 1
            } else {
              let diagonal = above[column - 1] + (word == reference[column - 1] ? 0 : 1)
              here[column] = min(min(diagonal, above[column] + 1), min(here[column - 1] + 1, Self.far))
            }
          }
          above = UnsafePointer(here)
        }
        return Int(above[columns - 1])
      }
    }
  }

  /// The way through the table from the end, with deletions and insertions as seen from the reference.
  func alignment() -> Alignment {
    var way: [UInt8] = []
    var (row, column) = (hypothesis.count, reference.count)
    while row > 0 || column > 0 {
      let edit = edits[row * columns + column]
      way.append(edit)
      if edit != Edit.insert { row -= 1 }
      if edit != Edit.delete { column -= 1 }
    }
    var alignment = Alignment()
    var place = -1
    for edit in way.reversed() {
      switch edit {
      case Edit.insert:
        // A word of the reference that the hypothesis lacks.
        alignment.places.append(place)
        alignment.referenceErrors.append(true)
      case Edit.delete:
        place += 1
        alignment.hypothesisErrors.append(true)
      default:
        place += 1
        alignment.places.append(place)
        alignment.hypothesisErrors.append(edit == Edit.replace)
        alignment.referenceErrors.append(edit == Edit.replace)
      }
    }
    return alignment
  }
}
