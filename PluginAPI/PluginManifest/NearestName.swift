// The known name closest to a misspelt one, for "did you mean".

/// Finds what a person most likely meant.
enum NearestName {
  /// The candidate with the fewest edits, if that is few enough to be a slip of the hand; ties go to the first.
  static func of(_ name: String, among candidates: [String]) -> String? {
    let limit = max(2, name.count / 3)
    let ranked = candidates.map { (name: $0, distance: distance(Array(name.lowercased()), Array($0.lowercased()))) }
    return ranked.filter { $0.distance <= limit && $0.distance < name.count }.min { $0.distance < $1.distance }?.name
  }

  /// Levenshtein distance by rows.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    guard left.count <= 256, right.count <= 256 else { return .max }
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
