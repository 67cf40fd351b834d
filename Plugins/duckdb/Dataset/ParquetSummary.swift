// Schema and column statistics of a Parquet file, from its footer alone.
import JSONValue
import PluginKit

struct ParquetSummary {
  /// As a reader of the file will see it.
  let schema: Schema
  /// By column: {"nulls", "min", "max", "distinct"}, each only where the file tells it.
  let columns: [String: JSONValue]

  init(of path: String) throws {
    do {
      (schema, columns) = try Probe.shared.ask { connection in
        let schema = try connection.prepare("SELECT * FROM read_parquet(\(path.sqlLiteral))").schema()
        return (schema, try Self.statistics(path, schema, connection))
      }
    } catch let error as EngineError {
      throw error.problem(nil)
    }
  }

  private static func statistics(
    _ path: String, _ schema: Schema, _ connection: Connection
  ) throws -> [String: JSONValue] {
    let fields = schema.fields.filter { comparable($0.type) != nil || isFlat($0.type) }
    if fields.isEmpty { return [:] }
    let selects = fields.enumerated().map { index, field in
      let own = "FILTER (path_in_schema = \(field.name.sqlLiteral))"
      var parts = [
        "CASE WHEN bool_and(stats_null_count IS NOT NULL) \(own) THEN sum(stats_null_count) \(own) END::BIGINT",
        // Distinct values of row groups cannot be added up.
        "CASE WHEN count(*) \(own) = 1 THEN any_value(stats_distinct_count) \(own) END::BIGINT",
      ]
      if let type = comparable(field.type) {
        // A row group of nulls alone has no limits and takes nothing from the others'.
        parts += [("min", "min"), ("max", "max")].map { side, aggregate in
          let value = "stats_\(side)_value"
          return "CASE WHEN bool_and(coalesce(\(side)_is_exact, true) AND (\(value) IS NOT NULL "
            + "OR stats_null_count = num_values)) \(own) THEN \(aggregate)(TRY_CAST(\(value) AS \(type))) \(own) END"
        }
      } else {
        parts += ["NULL", "NULL"]
      }
      return parts.enumerated().map { "\($1) AS c\(index)_\($0)" }.joined(separator: ", ")
    }
    let sql = "SELECT \(selects.joined(separator: ", ")) FROM parquet_metadata(\(path.sqlLiteral))"
    guard let row = try connection.rows(sql).first else { return [:] }
    var columns: [String: JSONValue] = [:]
    for (index, field) in fields.enumerated() {
      let values = zip(["nulls", "distinct", "min", "max"], row[(index * 4)...]).filter { !$0.1.isNull }
      columns[field.name] = .object(Dictionary(uniqueKeysWithValues: values))
    }
    return columns
  }

  /// One column in the file, so that the count of nulls is the column's own.
  private static func isFlat(_ type: DataType) -> Bool {
    switch type {
    case .list, .largeList, .listView, .largeListView, .fixedSizeList, .structure, .map, .sparseUnion, .denseUnion:
      false
    default: true
    }
  }

  /// DuckDB's type to compare the texts of the statistics as; nil where smallest and largest say nothing.
  private static func comparable(_ type: DataType) -> String? {
    switch type {
    case .binary, .largeBinary, .binaryView, .fixedSizeBinary, .interval, .duration, .null: nil
    default: isFlat(type) ? TypeName.sql(type) : nil
    }
  }
}
