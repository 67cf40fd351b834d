// Rules that the data suggests, trends that lead to their findings, and counts of filtered rows and lists.
import JSONValue
import TestSupport
import Testing

@Suite(.enabled(if: Documents.hasDuckDB, "no DuckDB library was found"))
struct QualityTests {
  nonisolated(unsafe) private static let host = Result { try ServedHost(TestHost("duckdb", "expectations")) }

  private static func document(_ name: String, rules: String) -> String {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: \(name)}
    nodes:
      rows: {use: duckdb/sql, with: {query: "SELECT i AS n, i % 4 AS kind FROM range(40) t(i)"}}
      rules:
        use: expectations/check
        in: rows
        with:
    \(rules)
        gate: {on: error, action: warn}
      publish: {use: duckdb/dataset, in: rules, with: {name: \(name)_set}}
    """
  }

  static let spellings = [
    "      rules: [{rule: unique, columns: [n]}] # kept",
    "      rules:\n        - {rule: unique, columns: [n]} # kept",
    "      rules:\n        - rule: unique\n          columns: [n]\n\n        # about the next one\n        - rule: not_null\n          column: n",
    "      rules: [\n        {rule: unique, columns: [n], title: \"a ] in quotes\"},\n        {rule: not_null, column: n}, # kept\n      ]",
  ]

  @Test(arguments: spellings.indices)
  func `accepted rules join the check before the dataset, however its list is written`(_ spelling: Int) throws {
    let host = try Self.host.get()
    let name = "accepts\(spelling)"
    let text = Self.document(name, rules: Self.spellings[spelling])
    try host.save(text)
    #expect(try host.finished(try host.run(name))["status"]?.string == "succeeded")
    let rules: JSONValue = [["rule": "range", "column": "kind", "min": 0, "max": 3]]
    let proposed = try host.expect(
      200, "POST", "/quality/edits", ["dataset": .string("\(name)_set"), "rules": rules])
    let edited = try #require(proposed["document"]?.string)
    #expect(edited.contains("{rule: range, column: kind, max: 3, min: 0}"))
    #expect(edited.split(separator: "expectations/check").count == 2, "\(edited)")
    for comment in text.matches(of: /# .*/) { #expect(edited.contains(comment.output), "\(edited)") }
    let checked = try host.expect(
      200, "POST", "/pipelines/check", ["project": "default", "document": .string(edited)])
    #expect(checked["valid"]?.bool == true, "\(edited)")
  }

  @Test func `a trend names its dataset, and each of its points the finding`() throws {
    let host = try Self.host.get()
    let two = "      rules: [{rule: unique, columns: [n]}, {rule: unique, columns: [kind]}]"
    try host.save(Self.document("trends", rules: two))
    let run = try host.run("trends")
    _ = try host.finished(run)
    let trends = try host.expect(200, "GET", "/quality/trends?dataset=trends_set")["items"]?.array ?? []
    #expect(trends.map { $0["column"]?.string } == ["kind", "n"])
    #expect(trends.allSatisfy { $0["dataset"]?.string == "trends_set" && $0["project"]?.string == "default" })
    #expect(trends.map { $0["points"]?.array?.first?["finding"]?.int } == [1, 0])
    let suggested = try host.expect(200, "GET", "/quality/suggestions?dataset=trends_set")["items"]?.array ?? []
    #expect(!suggested.isEmpty)
  }

  @Test func `filtered rows are counted in all, and runs are listed from a time on`() throws {
    let host = try Self.host.get()
    try host.save(Self.document("counted", rules: "      rules: [{rule: unique, columns: [n]}]"))
    _ = try host.finished(try host.run("counted"))
    let rows = "/datasets/counted_set/versions/1/rows?limit=3"
    let filter = "%5B%7B%22column%22%3A%22kind%22%2C%22op%22%3A%22%3D%22%2C%22value%22%3A2%7D%5D"
    let filtered = try host.expect(200, "GET", "\(rows)&filter=\(filter)")
    #expect(filtered["total"]?.int == 10)
    #expect(filtered["rows"]?.array?.count == 3)
    #expect(try host.expect(200, "GET", rows)["total"]?.int == 40)

    let listed = "/runs?pipeline=counted&since="
    #expect(try host.expect(200, "GET", "\(listed)2020-01-01T00:00:00Z")["items"]?.array?.count == 1)
    #expect(try host.expect(200, "GET", "\(listed)2999-01-01T00:00:00Z")["items"]?.array?.isEmpty == true)
    try host.expect(422, "GET", "\(listed)yesterday")
  }
}
