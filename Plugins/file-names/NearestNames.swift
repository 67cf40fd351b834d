// "Did you mean": the names closest to one that was not found.

package enum NearestNames {
  /// Up to `limit` names by edit distance, nearest first; names that are nothing alike are left out.
  package static func of(_ wanted: String, among names: some Sequence<String>, limit: Int = 3) -> [String] {
    let target = Array(wanted.lowercased().unicodeScalars.prefix(100))
    let ranked = names.prefix(2000).map { name in
      (name, distance(target, Array(name.lowercased().unicodeScalars.prefix(100))))
    }
    let near = ranked.filter { $0.1 <= max(2, target.count / 2) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    return near.prefix(limit).map(\.0)
  }

  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let substituted = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
