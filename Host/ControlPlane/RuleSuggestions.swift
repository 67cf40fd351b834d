// Rules that a profile supports: what held for every row of the newest version, said as a rule to keep.
package import JSONValue

package struct RuleSuggestion: Sendable {
  package var rule: JSONValue
  package var reason: String
  package var evidence: JSONValue
}

package enum RuleSuggestions {
  private static let choicesMax = 12

  package static func rules(_ columns: [JSONValue], rows: Int64?) -> [RuleSuggestion] {
    columns.flatMap { rules($0) }
  }

  private static func rules(_ column: JSONValue) -> [RuleSuggestion] {
    guard let name = column["name"]?.string, let rows = column["rows"]?.int, rows > 0,
      let nulls = column["nulls"]?.int
    else { return [] }
    var rules: [RuleSuggestion] = []
    let evidence: JSONValue = [
      "rows": .int(rows), "nulls": .int(nulls), "distinct": column["distinct"] ?? .null, "min": column["min"] ?? .null,
      "max": column["max"] ?? .null,
    ]
    if nulls == 0 {
      rules.append(
        RuleSuggestion(
          rule: ["rule": "not_null", "column": .string(name)], reason: "None of \(rows) rows lacks it.",
          evidence: evidence))
    }
    let bins = column["histogram"]?.array ?? []
    let values = bins.compactMap { $0["value"] }.filter { !$0.isNull }
    let counted = bins.compactMap { $0["count"]?.int }.reduce(0, +)
    if !values.isEmpty, values.count <= choicesMax, counted == rows - nulls, rows >= 20 {
      rules.append(
        RuleSuggestion(
          rule: ["rule": "in_set", "column": .string(name), "values": .array(values)],
          reason: "Only \(values.count) different values occur.", evidence: evidence))
    }
    if let low = column["min"]?.double, let high = column["max"]?.double, low < high {
      rules.append(
        RuleSuggestion(
          rule: ["rule": "range", "column": .string(name), "min": .double(low), "max": .double(high)],
          reason: "All values lie between \(low) and \(high).", evidence: evidence))
    }
    return rules
  }
}
