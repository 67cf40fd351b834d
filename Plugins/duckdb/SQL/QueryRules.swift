// What a query may do, and how its errors are told.
import JSONValue
import PluginKit

enum QueryRules {
  /// Functions that reach outside the inputs, change the instance or hide SQL in text. The instance is locked down as
  /// well; this says it in plain words, and before anything runs.
  private static let refused: [(names: [String], reason: String)] = [
    (
      [
        "read_csv", "read_csv_auto", "read_json", "read_json_auto", "read_json_objects", "read_json_objects_auto",
        "read_ndjson", "read_ndjson_auto", "read_ndjson_objects", "read_parquet", "parquet_scan", "read_text",
        "read_blob", "read_xlsx", "read_duckdb", "glob", "sniff_csv", "parquet_metadata", "parquet_schema",
        "parquet_file_metadata", "parquet_kv_metadata", "parquet_bloom_probe",
      ], "a query reads its inputs, not files: connect a `read` node"
    ),
    (["query", "query_table"], "SQL in a text would escape the checks: write it out"),
    (["arrow_input"], "name the input instead"),
    (
      [
        "enable_logging", "disable_logging", "truncate_duckdb_logs", "write_log", "enable_profiling",
        "disable_profiling", "enable_profile", "disable_profile", "checkpoint", "force_checkpoint",
        "duckdb_secrets", "which_secret", "duckdb_settings", "current_setting", "pragma_database_size",
        "add_parquet_key", "import_database", "set_config",
      ], "it belongs to DuckDB's own administration"
    ),
  ]

  /// Throws `configuration` for a query that calls a refused function.
  static func check(_ query: String, _ connection: Connection) throws {
    guard query.utf8.contains(where: { $0 != 0x20 && $0 != 0x0A }) else {
      throw PluginError.configuration("the query is empty", at: "/query")
    }
    // Answers an error document where the query does not parse; preparing it then tells more.
    let tree = try connection.rows("SELECT json_serialize_sql(\(query.sqlLiteral))::VARCHAR").first?.first?.string
    guard let tree else { return }
    let text = tree.lowercased()
    for (names, reason) in refused {
      guard let name = names.first(where: { text.contains("\"function_name\":\"\($0)\"") }) else { continue }
      throw PluginError.configuration("the query calls \(name)(): \(reason)", at: "/query")
    }
  }

  /// The planner's error, which DuckDB gives as JSON with the position as a byte offset.
  static func problem(_ error: EngineError, in query: String, inputs: [String]) -> PluginError {
    guard let brace = error.text.firstIndex(of: "{"),
      let document = try? JSONValue(parsing: String(error.text[brace...]))
    else { return .configuration(error.message, at: "/query") }
    var message = document["exception_message"]?.string ?? error.message
    var details: [String: JSONValue] = ["path": "/query"]
    if document["exception_type"]?.string == "Permission" {
      message = "a query reads its inputs only (\(inputs.joined(separator: ", "))): \(message)"
    }
    if let offset = document["position"]?.string.flatMap({ Int($0) }), offset <= query.utf8.count {
      let before = Array(query.utf8.prefix(offset))
      let line = before.count(where: { $0 == 0x0A }) + 1
      let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      let column = String(decoding: before[lineStart...], as: UTF8.self).count + 1
      message += " (line \(line), column \(column) of the query)"
      details["position"] = .int(Int64(offset))
      details["query_line"] = .int(Int64(line))
      details["query_column"] = .int(Int64(column))
    }
    return PluginError(.configuration, message, details: details)
  }
}
