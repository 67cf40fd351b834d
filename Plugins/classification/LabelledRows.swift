// All rows that can be judged, as numbers.

struct LabelledRows {
  /// Names of classes by number.
  private(set) var classes: [String] = []
  private var numbers: [String: Int32] = [:]
  var truth: [Int32] = []
  var predicted: [Int32] = []
  /// For two classes: how much speaks for the positive one.
  var scores: [Double] = []
  /// Row after row, in the order of the configured classes.
  var probabilities: [Double] = []

  var count: Int { truth.count }

  mutating func number(_ name: String) -> Int32 {
    if let number = numbers[name] { return number }
    let number = Int32(classes.count)
    numbers[name] = number
    classes.append(name)
    return number
  }

  func find(_ name: String) -> Int32? { numbers[name] }

  /// Classes by name: numbers where all are numbers, else by their text.
  mutating func sortClasses() {
    let numeric = classes.allSatisfy { Double($0) != nil }
    let order = classes.indices.sorted {
      if numeric, let one = Double(classes[$0]), let other = Double(classes[$1]), one != other { return one < other }
      return classes[$0].unicodeScalars.lexicographicallyPrecedes(classes[$1].unicodeScalars)
    }
    var place = [Int32](repeating: 0, count: classes.count)
    for (new, old) in order.enumerated() { place[old] = Int32(new) }
    truth = truth.map { place[Int($0)] }
    predicted = predicted.map { place[Int($0)] }
    numbers = numbers.mapValues { place[Int($0)] }
    classes = order.map { classes[$0] }
  }

  /// Some of the rows, with the same classes.
  func selecting(_ rows: [Int], width: Int) -> LabelledRows {
    var chosen = self
    chosen.truth = rows.map { truth[$0] }
    chosen.predicted = rows.map { predicted[$0] }
    chosen.scores = scores.isEmpty ? [] : rows.map { scores[$0] }
    chosen.probabilities = rows.flatMap { probabilities[$0 * width..<($0 + 1) * width] }
    return chosen
  }
}
