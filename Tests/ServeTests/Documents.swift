// Documents that tests of the host save and run.
import Foundation
import TestSupport

enum Documents {
  /// Rows into a file; `source` names the plugin that makes the rows.
  static func toFile(
    _ name: String, _ path: String, source: String = "well-behaved", rows: Int = 200, more: String = ""
  )
    -> String
  {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: \(name)}
    nodes:
      rows: {use: \(source)/source, with: {rows: \(rows)}}
      out: {use: well-behaved/sink, in: rows, with: {path: \(path)}}
    \(more)
    """
  }

  /// Rows into a version of a dataset.
  static func toDataset(_ name: String, _ dataset: String, rows: Int = 200, more: String = "") -> String {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: \(name)}
    nodes:
      rows: {use: slow-source/source, with: {rows: \(rows)}}
      publish: {use: duckdb/dataset, in: rows, with: {name: \(dataset)}}
    \(more)
    """
  }

  /// Rows into a version of a model: NAME, or NAME@ALIAS. `folder` is made here.
  static func toModel(_ name: String, _ model: String, below folder: String, more: String = "") throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: \(name)}
      nodes:
        rows: {use: slow-source/source, with: {rows: 10}}
        train: {use: registers-models/sink, in: rows, with: {path: "\(folder)/\(model)"}}
      \(more)
      """
  }

  /// The plugin looks for its library in these places too.
  static let hasDuckDB: Bool = {
    let environment = ProcessInfo.processInfo.environment
    let cache = "\(environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "")/.cache")/opentrusteval/duckdb"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []
    return ([environment["LIBDUCKDB"] ?? ""] + versions.map { "\(cache)/\($0)/libduckdb.so" }).contains {
      !$0.isEmpty && FileManager.default.fileExists(atPath: $0)
    }
  }()
}
