// Each column's figures and distribution, computed by two queries over the whole version.
package import JSONValue
package import Model

package struct ColumnProfile: Sendable {
  private enum Family { case number, moment, other }
  private static let bins = 20
  private static let topValues = 20
  private let reading: DatasetReading
  package init(_ reading: DatasetReading) { self.reading = reading }

  /// One object a column, in the schema's order. Blocks; the answers are kept with the version.
  package func columns(of version: DatasetVersion) throws(Problem) -> [JSONValue] {
    let fields = (version.schema.array ?? []).compactMap { field in
      field["name"]?.string.map { (name: $0, type: field["type"]?.string ?? "") }
    }
    guard !fields.isEmpty else { return [] }
    let figures = try reading.rows(
      of: version, query: fields.map(Self.figures).joined(separator: " UNION ALL "), count: fields.count)
    let bins = try reading.rows(
      of: version, query: fields.map(Self.distribution).joined(separator: " UNION ALL "),
      count: fields.count * Self.bins * 2)
    let byName = Dictionary(figures.rows.map { ($0[0].string ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    let binsByName = Dictionary(grouping: bins.rows) { $0[0].string ?? "" }
    return fields.map { Self.column($0, byName[$0.name] ?? [], binsByName[$0.name] ?? []) }
  }

  private static func family(_ type: String) -> Family {
    let type = type.lowercased()
    if type.hasPrefix("timestamp") || type.hasPrefix("date") { return .moment }
    let numbers = ["int", "uint", "float", "double", "decimal", "half"]
    return numbers.contains { type.hasPrefix($0) } ? .number : .other
  }

  private static func figures(_ field: (name: String, type: String)) -> String {
    let column = RowQuery.quoted(field.name)
    let isNumber = family(field.type) == .number
    let number = isNumber ? "CAST(\(column) AS DOUBLE)" : "CAST(NULL AS DOUBLE)"
    let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map {
      isNumber ? "CAST(quantile_cont(\(number), \($0)) AS DOUBLE)" : "CAST(NULL AS DOUBLE)"
    }
    let head = "\(RowQuery.literal(field.name)) AS name, count(*) AS n, count(*) - count(\(column)) AS nulls"
    let bounds =
      isNumber
      ? "min(\(number)), max(\(number)), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR)"
      : "CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(min(\(column)) AS VARCHAR), CAST(max(\(column)) AS VARCHAR)"
    return "SELECT \(head), approx_count_distinct(\(column)) AS d, \(bounds), avg(\(number)), "
      + "stddev_samp(\(number)), \(quantiles.joined(separator: ", ")) FROM t"
  }

  private static func distribution(_ field: (name: String, type: String)) -> String {
    let column = RowQuery.quoted(field.name)
    let name = RowQuery.literal(field.name)
    switch family(field.type) {
    case .number, .moment:
      let x = family(field.type) == .number ? "CAST(\(column) AS DOUBLE)" : "CAST(epoch(\(column)) AS DOUBLE)"
      return """
        (SELECT \(name) AS name, CAST(b AS BIGINT) AS b, lo, hi, CAST(NULL AS VARCHAR) AS v, count(*) AS c FROM (
        SELECT lo, hi, CASE WHEN hi = lo THEN 0 ELSE least(\(bins - 1), floor((x - lo) / (hi - lo) * \(bins))) END AS b
        FROM (SELECT \(x) AS x FROM t WHERE \(column) IS NOT NULL),
        (SELECT min(\(x)) AS lo, max(\(x)) AS hi FROM t)) WHERE b IS NOT NULL GROUP BY b, lo, hi ORDER BY b)
        """
    case .other:
      return """
        (SELECT \(name) AS name, CAST(0 AS BIGINT) AS b, CAST(NULL AS DOUBLE) AS lo, CAST(NULL AS DOUBLE) AS hi,
        CAST(\(column) AS VARCHAR) AS v, count(*) AS c FROM t WHERE \(column) IS NOT NULL
        GROUP BY ALL ORDER BY c DESC, v LIMIT \(topValues))
        """
    }
  }

  private static func column(
    _ field: (name: String, type: String), _ row: [JSONValue], _ bins: [[JSONValue]]
  ) -> JSONValue {
    func at(_ index: Int) -> JSONValue { row.indices.contains(index) ? row[index] : .null }
    let names = ["q05", "q25", "q50", "q75", "q95"]
    let quantiles = zip(names, 10...14).filter { !at($0.1).isNull }.map { ($0.0, at($0.1)) }
    return [
      "name": .string(field.name), "type": .string(field.type), "rows": at(1), "nulls": at(2), "distinct": at(3),
      "min": at(4).isNull ? at(6) : at(4), "max": at(5).isNull ? at(7) : at(5), "mean": at(8), "stddev": at(9),
      "quantiles": .object(Dictionary(quantiles, uniquingKeysWith: { first, _ in first })),
      "histogram": .array(bins.compactMap { bin($0, family(field.type)) }),
    ]
  }

  /// A bin with its bounds, or a value with its count.
  private static func bin(_ row: [JSONValue], _ family: Family) -> JSONValue? {
    guard row.count >= 6 else { return nil }
    guard family != .other else { return ["value": row[4], "count": row[5]] }
    guard let index = row[1].double, let low = row[2].double, let high = row[3].double else { return nil }
    let width = (high - low) / Double(bins)
    return ["from": .double(low + index * width), "to": .double(low + (index + 1) * width), "count": row[5]]
  }
}
