// What is known about a query before it runs.
import PluginKit

struct PlannedQuery {
  /// The columns it answers, names made unique.
  var schema: Schema
  /// How often it names each input.
  var references: [Int]
  /// The columns it needs of each input; nil for all.
  var columns: [[String]?]
}

extension Schema {
  /// SQL answers may repeat a name, a table may not: the second `id` becomes `id_1`, as DuckDB does in tables.
  var uniquelyNamed: Schema {
    var taken: Set<String> = []
    var copy = self
    for index in copy.fields.indices {
      let name = fields[index].name
      var candidate = name
      var suffix = 1
      while !taken.insert(candidate.lowercased()).inserted {
        candidate = "\(name)_\(suffix)"
        suffix += 1
      }
      copy.fields[index].name = candidate
    }
    return copy
  }
}
