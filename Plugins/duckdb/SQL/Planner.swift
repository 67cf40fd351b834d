// Checks a user's query and learns its columns, without running it.
import JSONValue
import PluginKit
import Synchronization

/// One locked-down instance per process, since opening one costs about 20 ms. It sees only empty inputs.
final class Planner: @unchecked Sendable {
  static let shared = Planner()

  private let lock = Mutex(())
  private var connection: Connection?

  /// Throws `configuration` at /query with the position where the query is wrong.
  func plan(_ query: String, inputs: [(name: String, schema: Schema)]) throws -> PlannedQuery {
    try lock.withLock { _ in
      let connection = try opened()
      defer { Self.forget(inputs, connection) }
      try Self.checkNames(inputs.map(\.name))
      do {
        let ids = try Self.register(inputs, connection)
        try QueryRules.check(query, connection)
        let before = ids.map { connection.database.references($0) }
        let schema = try Self.bind(query, connection)
        let references = zip(ids, before).map { connection.database.references($0) - $1 }
        var planned = PlannedQuery(
          schema: schema.uniquelyNamed, references: references, columns: inputs.map { _ in nil })
        try Self.defineView(query, planned.schema, connection)
        planned.columns = Self.neededColumns(query, inputs, planned, connection)
        return planned
      } catch let error as EngineError {
        if error.isFatal { self.connection = nil }
        throw QueryRules.problem(Self.withRealNames(error, inputs), in: query, inputs: inputs.map(\.name))
      }
    }
  }

  /// An error about a column of an input, with the name that the input has for it.
  private static func withRealNames(
    _ error: EngineError, _ inputs: [(name: String, schema: Schema)]
  ) -> EngineError {
    var copy = error
    for (index, input) in inputs.enumerated() {
      for (column, field) in input.schema.fields.enumerated() {
        let hidden = "the column \\\"\(index).\(column)\\\" of an input"
        guard copy.text.contains(hidden) else { continue }
        copy.text = copy.text.replacing(
          hidden, with: "the column '\(field.name)' (\(field.type)) of the input '\(input.name)'")
        return copy
      }
    }
    return copy
  }

  private static func checkNames(_ names: [String]) throws {
    var seen: Set<String> = []
    for name in names where !seen.insert(name.lowercased()).inserted {
      throw PluginError.configuration("two inputs are called \"\(name)\" (case does not count in SQL)", at: "")
    }
  }

  private func opened() throws -> Connection {
    if let connection { return connection }
    let database = try Database([("threads", "1"), ("memory_limit", "256MB"), ("temp_directory", "")])
    let connection = try database.connect()
    try connection.execute(
      "SET TimeZone = 'UTC'; SET errors_as_json = true; SET enable_external_access = false; "
        + "SET lock_configuration = true")
    self.connection = connection
    return connection
  }

  /// Each input as an empty stream whose columns are called "input.column", behind a view with the real names: so the
  /// plan says of which input a column is read.
  private static func register(
    _ inputs: [(name: String, schema: Schema)], _ connection: Connection
  ) throws -> [Int64] {
    try inputs.enumerated().map { index, input in
      var hidden = input.schema
      for column in hidden.fields.indices { hidden.fields[column].name = "\(index).\(column)" }
      let id = try connection.database.add(BatchList(schema: hidden, batches: []))
      let columns = zip(hidden.fields, input.schema.fields).map { "\($0.name.sqlName) AS \($1.name.sqlName)" }
      try connection.execute(
        "CREATE OR REPLACE TEMP VIEW \(input.name.sqlName) AS SELECT \(columns.joined(separator: ", ")) "
          + "FROM arrow_input(\(id))")
      return id
    }
  }

  private static func forget(_ inputs: [(name: String, schema: Schema)], _ connection: Connection) {
    for name in inputs.map(\.name.sqlName) + [QueryNode.view] {
      // Where the view was not made there is nothing to drop.
      try? connection.execute("DROP VIEW IF EXISTS temp.\(name)")
    }
    connection.database.clearInputs()
  }

  private static func bind(_ query: String, _ connection: Connection) throws -> Schema {
    let statement = try connection.prepare(query)
    guard statement.type == Statement.select else {
      throw PluginError.configuration("the query must be a single SELECT", at: "/query")
    }
    guard statement.parameterCount == 0 else {
      throw PluginError.configuration(
        "the query has parameters such as ? or $1; write ${parameters.name} in the pipeline instead", at: "/query")
    }
    return try statement.schema()
  }

  /// The query will run as a view, where a few statements that count as SELECT (DESCRIBE, SUMMARIZE) are not allowed.
  private static func defineView(_ query: String, _ schema: Schema, _ connection: Connection) throws {
    let names = schema.fields.map(\.name.sqlName).joined(separator: ", ")
    try connection.execute("CREATE OR REPLACE TEMP VIEW \(QueryNode.view)(\(names)) AS \(query)")
  }

  /// Reads the needed columns off the plan and keeps them if the query still binds to the same answer without the
  /// others: a column that is named but not used may not be left out.
  private static func neededColumns(
    _ query: String, _ inputs: [(name: String, schema: Schema)], _ planned: PlannedQuery, _ connection: Connection
  ) -> [[String]?] {
    let all = inputs.map { _ in [String]?.none }
    guard let plan = try? connection.rows("EXPLAIN (FORMAT json) SELECT * FROM \(QueryNode.view)").first?.last?.string,
      let tree = try? JSONValue(parsing: plan)
    else { return all }
    var used = inputs.map { _ in Set<Int>() }
    collectColumns(tree, &used)
    let columns: [[String]?] = zip(inputs, used).map { input, used in
      // Rows without columns cannot flow: count(*) needs one column too.
      let kept = used.isEmpty ? [0] : used
      if kept.count == input.schema.fields.count { return nil }
      return input.schema.fields.indices.filter(kept.contains).map { input.schema.fields[$0].name }
    }
    guard columns.contains(where: { $0 != nil }) else { return all }
    let narrowed = zip(inputs, columns).map { input, columns in
      (name: input.name, schema: columns.map { input.schema.narrowed(to: $0) } ?? input.schema)
    }
    guard (try? register(narrowed, connection)) != nil, let schema = try? bind(query, connection),
      schema.uniquelyNamed == planned.schema
    else { return all }
    return columns
  }

  private static func collectColumns(_ value: JSONValue, _ used: inout [Set<Int>]) {
    switch value {
    case .array(let items): for item in items { collectColumns(item, &used) }
    case .object(let object):
      if object["name"]?.string == "ARROW_INPUT" {
        let projections = object["extra_info"]?["Projections"]
        for name in projections?.array?.compactMap(\.string) ?? projections?.string.map({ [$0] }) ?? [] {
          let parts = name.split(separator: ".").compactMap { Int($0) }
          if parts.count == 2, used.indices.contains(parts[0]) { used[parts[0]].insert(parts[1]) }
        }
      }
      for child in object["children"]?.array ?? [] { collectColumns(child, &used) }
    default: break
    }
  }
}

extension Schema {
  func narrowed(to names: [String]) -> Schema {
    Schema(fields.filter { names.contains($0.name) }, metadata: metadata)
  }
}
