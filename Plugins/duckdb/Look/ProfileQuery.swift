// A profile as SQL: one SELECT per column, glued together.
import JSONValue
import PluginKit

enum ProfileQuery {
  static let bins = 20
  static let topValues = 20

  static func sql(_ fields: [Field], of table: String) -> String {
    let parts = fields.enumerated().map { select($1, position: $0, table.sqlName) }
    return "SELECT * EXCLUDE (position) FROM (\(parts.joined(separator: " UNION ALL "))) ORDER BY position"
  }

  private static func select(_ field: Field, position: Int, _ table: String) -> String {
    let column = field.name.sqlName
    let isOrdered = field.type.isNumber || field.type.isMoment || field.type.isText || field.type == .bool
    let number = field.type.isNumber ? axis(field) : "NULL::DOUBLE"
    let words = "{'p05': q[1], 'p25': q[2], 'p50': q[3], 'p75': q[4], 'p95': q[5]}"
    let limits = isOrdered ? "min(\(column))::VARCHAR AS lo, max(\(column))::VARCHAR AS hi" : "NULL::VARCHAR AS lo, NULL::VARCHAR AS hi"
    let different = isOrdered ? "approx_count_distinct(\(column))" : "NULL"
    return """
      SELECT \(position) AS position, \(field.name.sqlLiteral) AS "column", \("\(field.type)".sqlLiteral) AS type, n AS rows,
      n - present AS nulls, least(d, present)::BIGINT AS "distinct", lo AS min, hi AS max, mean, stddev,
      CASE WHEN q IS NOT NULL THEN to_json(\(words))::VARCHAR END AS quantiles,
      (\(histogram(field, table))) AS histogram
      FROM (SELECT count(*) AS n, count(\(column)) AS present, \(different) AS d, \(limits), avg(\(number)) AS mean,
      stddev_samp(\(number)) AS stddev, approx_quantile(\(number), [0.05, 0.25, 0.5, 0.75, 0.95]) AS q FROM \(table))
      """
  }

  /// A number to cut into parts of equal width; null for what has no place on the axis.
  private static func axis(_ field: Field) -> String {
    let column = field.name.sqlName
    if field.type.isMoment { return "CASE WHEN isfinite(\(column)) THEN epoch(\(column)::TIMESTAMP) END" }
    return "CASE WHEN isfinite(\(column)::DOUBLE) THEN \(column)::DOUBLE END"
  }

  private static func histogram(_ field: Field, _ table: String) -> String {
    if field.type.isNumber || field.type.isMoment { return equalParts(field, table) }
    return field.type.isText || field.type == .bool ? mostFrequent(field, table) : "NULL::VARCHAR"
  }

  private static func equalParts(_ field: Field, _ table: String) -> String {
    func place(_ value: String) -> String { field.type.isMoment ? "make_timestamp((\(value) * 1e6)::BIGINT)::VARCHAR" : value }
    // The upper end of the last part is the largest value itself: no rounding in between.
    let ends = "'from': \(place("lo + k * (hi - lo) / parts")), "
      + "'to': \(place("CASE WHEN k = parts - 1 THEN hi ELSE lo + (k + 1) * (hi - lo) / parts END"))"
    return """
      WITH v AS (SELECT \(axis(field)) AS x FROM \(table)),
      r AS (SELECT min(x) AS lo, max(x) AS hi, CASE WHEN max(x) > min(x) THEN \(bins) ELSE 1 END AS parts FROM v),
      c AS (SELECT CASE WHEN hi > lo THEN least(parts - 1, floor((x - lo) / (hi - lo) * parts)) ELSE 0 END::INTEGER AS k,
      count(*) AS n FROM v, r WHERE x IS NOT NULL GROUP BY 1),
      b AS (SELECT unnest(range(parts))::INTEGER AS k, lo, hi, parts FROM r WHERE lo IS NOT NULL)
      SELECT CASE WHEN count(*) > 0 THEN to_json({'kind': 'bins',
      'bins': list({\(ends), 'count': coalesce(n, 0)} ORDER BY k)})::VARCHAR END FROM b LEFT JOIN c USING (k)
      """
  }

  private static func mostFrequent(_ field: Field, _ table: String) -> String {
    let column = field.name.sqlName
    let value = field.type.isText ? "left(\(column)::VARCHAR, 200)" : column
    return """
      SELECT CASE WHEN count(*) > 0 THEN to_json({'kind': 'top',
      'values': list({'value': value, 'count': n} ORDER BY n DESC, value)})::VARCHAR END
      FROM (SELECT \(value) AS value, count(*) AS n FROM \(table) WHERE \(column) IS NOT NULL
      GROUP BY 1 ORDER BY n DESC, value LIMIT \(topValues))
      """
  }
}
