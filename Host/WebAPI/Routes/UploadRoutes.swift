// Files from a browser: announced, streamed to disk in any number of pieces, looked at, published by a run.
import ControlPlane
import Foundation
import HummingbirdCore
import JSONValue
import MetadataStore
import Model
import NIOCore
import Supervisor
import WorkerProtocol

enum UploadRoutes {
  static let all: [String: Route] = [
    "createUpload": { call in
      let name = call.body["name"]?.string ?? ""
      guard !name.contains("/"), !name.contains("\\"), name != ".", name != "..",
        !name.unicodeScalars.contains(where: { $0.value < 32 })
      else { throw Problem(.requestInvalid, "'\(name)' is not a file name") }
      let bytes = call.body["bytes"]?.int ?? 0
      let upload = Upload(
        id: RunIdentifier.make(), project: call.project ?? Project.standard, user: try call.caller.user.name,
        name: name, bytes: bytes, createdAt: TimeStamp.now())
      try UploadFile(call.plane, upload).create()
      try call.plane.metadata.createUpload(upload)
      try call.audit("upload.create", "upload:\(upload.id)", detail: ["name": .string(name), "bytes": .int(bytes)])
      return try Answer.json(upload)
    },
    "readUpload": { call in try Answer.json(try find(call)) },
    "appendUpload": append,
    "removeUpload": { call in
      let upload = try find(call)
      UploadFile(call.plane, upload).remove()
      try call.plane.metadata.deleteUpload(upload.id)
      return .nothing
    },
    "completeUpload": { call in
      let upload = try find(call)
      guard upload.received == upload.bytes else {
        throw Problem(.uploadMismatch, "\(upload.received) of \(upload.bytes) bytes are here", next: "Send the rest.")
      }
      let file = UploadFile(call.plane, upload)
      let digest = try await BlockingWork.run { try file.digest() }
      if let wanted = call.body["digest"]?.string, wanted != digest {
        throw Problem(.uploadMismatch, "the file's digest is \(digest), \(wanted) was announced")
      }
      try call.plane.metadata.setUpload(upload.id, state: .complete, digest: digest)
      return try Answer.json(try find(call))
    },
    "inspectUpload": { call in
      let upload = try complete(call)
      let (desk, file) = (PipelineDesk(call.plane), UploadFile(call.plane, upload))
      let text = file.document(dataset: nil, options: call.body["options"] ?? [:])
      let count = Int(call.body["rows"]?.int ?? 50)
      let began = ContinuousClock.now
      let rows = try await BlockingWork.run {
        try desk.preview(text, parameters: [:], node: "rows", port: nil, rows: count)
      }
      return try Answer.json(
        JSONValue.fields([
          "format": .string(file.format), "reader": "duckdb/read", "schema": rows.schema,
          "rows": .array(rows.rows.map { .array($0) }), "seconds": .double((ContinuousClock.now - began).seconds),
        ]))
    },
    "publishUpload": publish,
  ]

  private static let notedEvery: Int64 = 16 << 20

  @Sendable private static func append(_ call: Call) async throws -> Answer {
    let upload = try find(call)
    let offset = Int64(call.int("offset") ?? 0)
    guard upload.state == .receiving else { throw Problem(.wrongState, "the upload is \(upload.state.rawValue)") }
    guard offset == upload.received else {
      throw Problem(
        .uploadMismatch, "the next byte to send is \(upload.received), not \(offset)",
        next: "Ask for the upload, and go on from what was received.")
    }
    let file = UploadFile(call.plane, upload)
    let descriptor = try file.open()
    defer { close(descriptor) }
    var received = offset
    var noted = offset
    if let body = call.bytes {
      do {
        for try await buffer in body {
          guard received + Int64(buffer.readableBytes) <= upload.bytes else {
            throw Problem(.uploadMismatch, "more bytes arrived than the \(upload.bytes) that were announced")
          }
          try file.write(Array(buffer.readableBytesView), to: descriptor, at: received)
          received += Int64(buffer.readableBytes)
          // Now and then, so that a host that is killed asks for little of it again.
          if received - noted >= notedEvery {
            try call.plane.metadata.advanceUpload(upload.id, received: received)
            noted = received
          }
        }
      } catch {
        // What has arrived is kept: the next request goes on from there.
        try? call.plane.metadata.advanceUpload(upload.id, received: received)
        throw error
      }
    }
    try call.plane.metadata.advanceUpload(upload.id, received: received)
    return try Answer.json(try find(call))
  }

  /// A run like any other: what it publishes has a pipeline, a version and a digest behind it.
  @Sendable private static func publish(_ call: Call) async throws -> Answer {
    let upload = try complete(call)
    let dataset = call.body["dataset"]?.string ?? ""
    let file = UploadFile(call.plane, upload)
    let text = file.document(dataset: dataset, options: call.body["options"] ?? [:])
    let stored = try UploadPipeline.save(text, upload, call)
    let order = RunOrder(
      run: RunIdentifier.make(), project: upload.project, pipeline: stored.identity.name,
      version: stored.identity.version, actor: try call.caller.actor, cause: .upload, causedBy: upload.id,
      queuedAt: TimeStamp.now())
    try call.audit("upload.publish", "dataset:\(dataset)", detail: ["upload": .string(upload.id)])
    try call.plane.runs.order(order)
    try call.plane.metadata.setUpload(upload.id, state: .published)
    return try Answer.json(RunView(try call.plane.metadata.runEntry(order.run)))
  }

  private static func find(_ call: Call) throws(Problem) -> Upload {
    guard let upload = try call.plane.metadata.upload(call.path("upload")) else {
      throw Problem(.nothingHere, "there is no upload \(call.path("upload"))")
    }
    return upload
  }

  private static func complete(_ call: Call) throws(Problem) -> Upload {
    let upload = try find(call)
    guard upload.state != .receiving else {
      throw Problem(.wrongState, "the upload is not complete", next: "Send the rest, then complete it.")
    }
    return upload
  }
}
