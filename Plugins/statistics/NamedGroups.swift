// Rows by the text of a column: groups of a report, and clusters of a bootstrap.

package struct NamedGroups: Sendable {
  private var ids: [String: Int32] = [:]
  package private(set) var names: [String] = []
  /// The group of each row, in order.
  package private(set) var ofRow: [Int32] = []

  package init() {}

  /// A row without a name is a group of its own kind: "(none)".
  package mutating func append(_ name: String?) {
    let name = name ?? "(none)"
    if let id = ids[name] {
      ofRow.append(id)
    } else {
      let id = Int32(names.count)
      ids[name] = id
      names.append(name)
      ofRow.append(id)
    }
  }

  /// The rows of each group, largest groups first, equal ones by name.
  package func rows() -> [(name: String, rows: [Int])] {
    var rows = [[Int]](repeating: [], count: names.count)
    for (row, id) in ofRow.enumerated() { rows[Int(id)].append(row) }
    return zip(names, rows).map { (name: $0, rows: $1) }.sorted {
      $0.rows.count != $1.rows.count ? $0.rows.count > $1.rows.count : $0.name < $1.name
    }
  }

  /// Numbers of some rows' groups as numbers from 0 without gaps.
  package static func renumbered(_ groups: [Int32]) -> [Int32] {
    var numbers: [Int32: Int32] = [:]
    return groups.map { group in
      let number = numbers[group] ?? Int32(numbers.count)
      numbers[group] = number
      return number
    }
  }
}
