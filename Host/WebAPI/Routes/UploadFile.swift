// An upload on disk, and the small pipeline that reads it.
import ArtifactStore
import ControlPlane
import Foundation
import JSONValue
import MetadataStore
import Model
import PipelineDocument
import Supervisor

struct UploadFile: Sendable {
  private static let readable = [
    "csv": "csv", "tsv": "csv", "txt": "csv", "json": "json", "ndjson": "json", "jsonl": "json",
    "parquet": "parquet", "xlsx": "excel",
  ]

  private let upload: Upload
  let folder: String
  private var path: String { "\(folder)/\(upload.name)" }

  init(_ plane: ControlPlane, _ upload: Upload) {
    self.upload = upload
    folder = "\(plane.settings.home)/uploads/\(upload.id)"
  }

  /// By the name's end; the reader itself looks at the bytes.
  var format: String {
    Self.readable[upload.name.split(separator: ".").last.map { $0.lowercased() } ?? ""] ?? "unknown"
  }

  func create() throws(Problem) {
    try ArtifactStore.createFolder(folder)
    var status = statvfs()
    if statvfs(folder, &status) == 0, Int64(status.f_bavail) * Int64(status.f_frsize) < upload.bytes {
      remove()
      throw Problem(.diskFull, "the disk has less free space than the file's \(upload.bytes) bytes")
    }
    let descriptor = try open()
    close(descriptor)
  }

  func open() throws(Problem) -> Int32 {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Problem.file(.inputOutputFailed, "open", path) }
    return descriptor
  }

  func write(_ bytes: [UInt8], to descriptor: Int32, at offset: Int64) throws(Problem) {
    var done = 0
    while done < bytes.count {
      let start = done
      let count = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress! + start, bytes.count - start, off_t(offset) + off_t(start))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Problem.file(.inputOutputFailed, "write", path) }
      done += count
    }
  }

  func digest() throws(Problem) -> String {
    "sha256:" + (try FileDigest.hex(of: OpenFile(reading: path, code: .inputOutputFailed)))
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// Reads the file, and publishes it where a dataset is named.
  func document(dataset: String?, options: JSONValue) -> String {
    var nodes: [String: JSONValue] = [
      "file": [
        "use": "local-files/source",
        "with": ["path": .string(folder), "include": [.string(Self.literal(upload.name))]],
      ],
      "rows": ["use": "duckdb/read", "in": "file", "with": options],
    ]
    if let dataset {
      nodes["publish"] = ["use": "duckdb/dataset", "in": "rows", "with": ["name": .string(dataset)]]
    }
    let name = UploadPipeline.name(dataset ?? "preview")
    let document: JSONValue = [
      "apiVersion": "opentrusteval/v1", "kind": "Pipeline",
      "metadata": [
        "name": .string(name), "title": .string("Upload of \(dataset ?? upload.name)"), "labels": ["made-by": "upload"],
      ],
      "nodes": .object(nodes),
    ]
    return document.prettyText
  }

  /// A file name as a pattern that matches it alone.
  private static func literal(_ name: String) -> String {
    name.reduce(into: "") { text, character in
      if "*?[]{}\\!".contains(character) { text.append("\\") }
      text.append(character)
    }
  }
}

/// The pipeline that an upload runs as: one a dataset, a version an upload.
enum UploadPipeline {
  static func name(_ dataset: String) -> String {
    "upload-" + String(dataset.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" ? $0 : "-" })
  }

  static func save(_ text: String, _ upload: Upload, _ call: Call) throws -> RegisteredPipeline {
    let document = try PipelineDocument(parsing: text)
    let pipeline = document.pipeline
    return try call.plane.metadata.savePipeline(
      PipelineDraft(
        name: pipeline.name, project: upload.project, digest: PreparedPipeline.digest(of: document), document: text,
        title: pipeline.title, description: pipeline.description, labels: pipeline.labels),
      actor: try call.caller.user.name, message: "upload of \(upload.name)")
  }
}
