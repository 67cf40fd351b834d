// Datasets: catalog, versions, rows, profile, differences, lineage, download.
import ArtifactStore
import ControlPlane
import Foundation
import Hummingbird
import JSONValue
import MetadataStore
import Model
import NIOCore

enum DatasetRoutes {
  static let all: [String: Route] = [
    "listDatasets": { call in
      let query = DatasetQuery(
        projects: try call.visibleProjects(), text: call.text("q"), tag: call.text("tag"), limit: call.limit + 1,
        after: call.cursor)
      let records = try call.plane.metadata.datasetRecords(query)
      let page = records.prefix(call.limit)
      return try Answer.json(
        JSONValue.fields([
          "items": .array(page.map(summary)),
          "next": records.count > call.limit ? .string(records[call.limit - 1].summary.dataset) : .null,
          "tags": .array(Set(records.flatMap(\.tags)).sorted().map { .string($0) }),
        ]))
    },
    "readDataset": { call in
      let record = try find(call)
      let etag = Answer.etag("\(record.updatedAt).\(record.summary.version)")
      if call.header("If-None-Match") == etag { return Answer(status: 304, headers: [("ETag", etag)]) }
      return try view(record, call)
    },
    "changeDataset": { call in
      let record = try find(call)
      try call.requireMatch(Answer.etag("\(record.updatedAt).\(record.summary.version)"), of: record.summary.dataset)
      try call.plane.metadata.setDatasetDetails(
        record.summary.dataset, description: call.body["description"]?.string ?? record.description,
        tags: call.body["tags"]?.array?.compactMap(\.string) ?? record.tags, ifUpdatedAt: record.updatedAt)
      try call.audit("dataset.change", "dataset:\(record.summary.dataset)", detail: call.body)
      return try view(try find(call), call)
    },
    "readDatasetVersion": { call in try Answer.json(version(try versionOf(call), call)) },
    "readDatasetRows": { call in
      let version = try versionOf(call)
      let filter = try call.text("filter").map { text throws(Problem) in
        guard let value = try? JSONValue(parsing: text) else { throw Problem(.requestInvalid, "filter is not JSON") }
        return value
      }
      let (offset, limit) = (call.int("offset") ?? 0, call.int("limit") ?? 100)
      let columns = (version.schema.array ?? []).compactMap { $0["name"]?.string }
      let query = try RowQuery(columns: columns, sort: call.text("sort"), filter: filter, offset: offset, limit: limit)
      let reading = call.plane.reading
      let began = ContinuousClock.now
      let (text, count) = (query.text, query.countText)
      let (rows, total) = try await BlockingWork.run { () throws -> (DatasetReading.Rows, Int64?) in
        let total = try count.map { try reading.rows(of: version, query: $0, count: 1).rows.first?.first?.int }
        return (try reading.rows(of: version, query: text, count: limit), total ?? version.rows)
      }
      return try Answer.json(
        CheckRoutes.rowsView(
          rows, offset: offset, total: total, seconds: (ContinuousClock.now - began).seconds))
    },
    "readDatasetProfile": { call in
      let version = try versionOf(call)
      let reading = call.plane.reading
      let began = ContinuousClock.now
      let columns = try await BlockingWork.run { try ColumnProfile(reading).columns(of: version) }
      return try Answer.json(
        JSONValue.fields([
          "dataset": .string(version.dataset), "version": .int(Int64(version.version)),
          "rows": version.rows.map { .int($0) } ?? .null, "columns": .array(columns),
          "seconds": .double((ContinuousClock.now - began).seconds),
        ]))
    },
    "downloadDataset": { call in
      let version = try versionOf(call)
      let path = try call.plane.artifacts.path(of: version.digest)
      try call.audit("dataset.download", "dataset:\(version.dataset)@\(version.version)")
      return try FileDownload.answer(
        path, name: "\(version.dataset.replacing("/", with: "-"))-v\(version.version).parquet")
    },
    "compareDatasetVersions": { call in
      let name = call.path("dataset")
      let from = try call.plane.metadata.dataset(name, version: call.int("from"))
      let to = try call.plane.metadata.dataset(name, version: call.int("to"))
      return try Answer.json(DatasetDiff.between(from, to))
    },
    "readLineage": { call in
      let lineage = try call.plane.metadata.lineage(of: call.path("dataset"), depth: call.int("depth") ?? 5)
      let caller = try call.caller
      return try Answer.json(LineageShape.view(lineage, caller))
    },
  ]

  private static func find(_ call: Call) throws(Problem) -> DatasetRecord {
    guard let record = try call.plane.metadata.datasetRecord(call.path("dataset")) else {
      throw Problem(.nothingHere, "there is no dataset \(call.path("dataset"))")
    }
    return record
  }

  private static func versionOf(_ call: Call) throws(Problem) -> DatasetVersion {
    try call.plane.metadata.dataset(call.path("dataset"), version: call.int("version"))
  }

  private static func summary(_ record: DatasetRecord) -> JSONValue {
    let newest = record.summary
    return .fields([
      "dataset": .string(newest.dataset), "project": .string(record.project), "description": record.description.json,
      "tags": .array(record.tags.map { .string($0) }), "version": .int(Int64(newest.version)),
      "versions": .int(Int64(newest.versions)), "rows": newest.rows.map { .int($0) } ?? .null,
      "bytes": .int(newest.bytes), "columns": .int(Int64(record.columns)), "run": .string(newest.run),
      "published_at": .string(newest.publishedAt),
    ])
  }

  private static func view(_ record: DatasetRecord, _ call: Call) throws -> Answer {
    let versions = try call.plane.metadata.versions(of: record.summary.dataset)
    let body = JSONValue.fields([
      "dataset": .string(record.summary.dataset), "project": .string(record.project),
      "description": record.description.json, "tags": .array(record.tags.map { .string($0) }),
      "updated_at": .string(record.updatedAt), "versions": .array(versions.map { version($0, call) }),
    ])
    return try Answer.json(body, etag: Answer.etag("\(record.updatedAt).\(record.summary.version)"))
  }

  private static func version(_ version: DatasetVersion, _ call: Call) -> JSONValue {
    var object = JSONValue(of: version).object ?? [:]
    if object["rows"] == nil { object["rows"] = .null }
    object["pipeline"] = (try? call.plane.metadata.runEntry(version.run).summary.pipeline.name).json
    return .object(object)
  }
}

/// Columns and figures that differ between two versions.
enum DatasetDiff {
  static func between(_ from: DatasetVersion, _ to: DatasetVersion) -> JSONValue {
    let (old, new) = (from.schema.array ?? [], to.schema.array ?? [])
    func type(_ name: String, _ fields: [JSONValue]) -> String? {
      fields.first { $0["name"]?.string == name }?["type"]?.string
    }
    let names = new.compactMap { $0["name"]?.string }
    let changed = names.compactMap { name -> JSONValue? in
      guard let before = type(name, old), let after = type(name, new), before != after else { return nil }
      return ["name": .string(name), "from": .string(before), "to": .string(after)]
    }
    let figures = names.compactMap { name -> JSONValue? in
      guard let before = from.statistics?[name], let after = to.statistics?[name], before != after else { return nil }
      return ["column": .string(name), "from": before, "to": after]
    }
    return [
      "from": .int(Int64(from.version)), "to": .int(Int64(to.version)),
      "added": .array(new.filter { type($0["name"]?.string ?? "", old) == nil }),
      "removed": .array(old.filter { type($0["name"]?.string ?? "", new) == nil }),
      "changed": .array(changed), "figures": .array(figures),
      "rows": ["from": from.rows.map { .int($0) } ?? .null, "to": to.rows.map { .int($0) } ?? .null],
    ]
  }
}

/// Lineage as nodes and edges; what the caller may not see is a node without a name of its own.
enum LineageShape {
  static func view(_ lineage: Lineage, _ caller: Caller) -> JSONValue {
    var hidden: Set<String> = []
    let nodes = lineage.nodes.map { node -> JSONValue in
      let id = "\(node.kind.rawValue):\(node.name)"
      if let project = node.project, caller.role(in: project) == nil {
        hidden.insert(id)
        return ["id": .string(mask(id)), "kind": "external", "name": "in another project"]
      }
      return .fields([
        "id": .string(id), "kind": .string(node.kind.rawValue), "name": .string(node.name),
        "project": node.project.json,
      ])
    }
    let edges = lineage.edges.map { edge -> JSONValue in
      let (dataset, pipeline) = ("dataset:\(edge.dataset)", "pipeline:\(edge.pipeline)")
      let ends = edge.isInput ? (dataset, pipeline) : (pipeline, dataset)
      func shown(_ id: String) -> JSONValue { .string(hidden.contains(id) ? mask(id) : id) }
      return ["from": shown(ends.0), "to": shown(ends.1)]
    }
    return ["nodes": .array(nodes), "edges": .array(edges)]
  }

  private static func mask(_ id: String) -> String { "hidden:\(abs(id.hashValue))" }
}

/// A file sent a piece at a time.
enum FileDownload {
  private static let pieceBytes = 256 << 10

  static func answer(_ path: String, name: String) throws -> Answer {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Problem(.artifactCorrupt, "the stored file cannot be opened") }
    var status = stat()
    fstat(descriptor, &status)
    let size = Int(status.st_size)
    let body = ResponseBody(contentLength: size) { writer in
      defer { close(descriptor) }
      while true {
        let piece = try await BlockingWork.run {
          var bytes = [UInt8](repeating: 0, count: pieceBytes)
          let count = read(descriptor, &bytes, bytes.count)
          return Array(bytes.prefix(max(0, count)))
        }
        guard !piece.isEmpty else { break }
        try await writer.write(ByteBuffer(bytes: piece))
      }
      try await writer.finish(nil)
    }
    return Answer(
      content: .stream(body, type: "application/vnd.apache.parquet"),
      headers: [("Content-Disposition", "attachment; filename=\"\(name)\"")])
  }
}
