// "Did you mean": the name closest to one that is not there.

enum NearestName {
  /// nil when nothing is alike.
  static func of(_ wanted: String, among names: some Sequence<String>) -> String? {
    let target = Array(wanted.lowercased().unicodeScalars.prefix(100))
    var best: (name: String, distance: Int)?
    for name in names.prefix(5000) {
      let distance = distance(target, Array(name.lowercased().unicodeScalars.prefix(100)))
      if distance < best?.distance ?? max(2, target.count / 2) + 1 { best = (name, distance) }
    }
    return best?.name
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

  /// "; did you mean 'origin'?" or what there is instead.
  static func hint(_ wanted: String, among names: [String]) -> String {
    if let near = of(wanted, among: names) { return "; did you mean '\(near)'?" }
    if names.isEmpty { return "; there are none" }
    let shown = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
    return "; there are \(shown)\(names.count > 8 ? " and \(names.count - 8) more" : "")"
  }
}
