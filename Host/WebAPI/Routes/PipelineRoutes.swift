// Pipelines: saved documents and their versions.
import ControlPlane
import Foundation
import JSONValue
import MetadataStore
import Model
import Registry
import PipelineDocument
import Supervisor
import WorkerProtocol

enum PipelineRoutes {
  static let all: [String: Route] = [
    "listPipelines": list,
    "createPipeline": { call in
      let draft = try draft(call, project: call.body["project"]?.string ?? Project.standard)
      guard try call.plane.metadata.pipelineRecord(draft.name) == nil else {
        throw Problem(.nameTaken, "there is a pipeline \(draft.name) already", next: "Change metadata.name.")
      }
      return try save(draft, call, ifVersion: 0, action: "pipeline.create")
    },
    "readPipeline": { call in
      let name = call.path("pipeline")
      let (record, stored) = try find(name, call)
      let etag = etag(record)
      if call.header("If-None-Match") == etag { return Answer(status: 304, headers: [("ETag", etag)]) }
      return try Answer.json(view(record, stored, call), etag: etag)
    },
    "savePipeline": { call in
      let name = call.path("pipeline")
      let (record, _) = try find(name, call)
      try call.requireMatch(etag(record), of: name)
      let draft = try draft(call, project: record.project)
      guard draft.name == name else {
        throw Problem(
          .wrongState, "the document's metadata.name is \(draft.name), the pipeline's \(name)",
          next: "Keep the name, or save it as a new pipeline.")
      }
      return try save(draft, call, ifVersion: record.version, action: "pipeline.save")
    },
    "changePipeline": { call in
      let name = call.path("pipeline")
      let metadata = call.plane.metadata
      if let paused = call.body["paused"]?.bool { try metadata.setPaused(paused, of: name) }
      if let archived = call.body["archived"]?.bool {
        if archived { try metadata.archivePipeline(name) } else { try metadata.restorePipeline(name) }
      }
      try call.audit("pipeline.change", "pipeline:\(name)", detail: call.body)
      let (record, stored) = try find(name, call)
      call.plane.runs.pipelineSaved(record)
      announce(record, call)
      return try Answer.json(view(record, stored, call), etag: etag(record))
    },
    "saveLayout": { call in
      try call.plane.metadata.setLayout(call.body, of: call.path("pipeline"))
      return .nothing
    },
    "listKeptState": { call in try Answer.items(try call.plane.metadata.keptState(of: call.path("pipeline"))) },
    "forgetState": { call in
      let (name, node) = (call.path("pipeline"), call.text("node"))
      let forgotten = try call.plane.metadata.forgetState(of: name, node: node)
      guard node == nil || !forgotten.isEmpty else {
        throw Problem(.nothingHere, "the node '\(node ?? "")' of \(name) remembers nothing")
      }
      try call.audit(
        "pipeline.forget", "pipeline:\(name)",
        detail: ["nodes": .array(Set(forgotten.map(\.node)).sorted().map { .string($0) })])
      return .nothing
    },
    "listPipelineVersions": { call in
      try Answer.items(try call.plane.metadata.pipelineVersions(call.path("pipeline")))
    },
    "readPipelineVersion": { call in
      let (name, version) = (call.path("pipeline"), call.int("version") ?? 0)
      guard let stored = try call.plane.metadata.pipeline(name, version: version),
        let entry = try call.plane.metadata.pipelineVersions(name).first(where: { $0.version == version })
      else { throw Problem(.nothingHere, "\(name) has no version \(version)") }
      return try Answer.json(
        JSONValue.fields([
          "version": .int(Int64(version)), "digest": .string(entry.digest), "at": .string(entry.at),
          "author": entry.author.json, "message": entry.message.json, "document": .string(stored.document),
        ]))
    },
    "startRun": { call in
      let name = call.path("pipeline")
      let (record, _) = try find(name, call)
      guard record.archivedAt == nil else {
        throw Problem(.wrongState, "\(name) is archived", next: "Restore it first.")
      }
      let version = call.body["version"]?.int.map { Int($0) } ?? record.version
      guard let stored = try call.plane.metadata.pipeline(name, version: version) else {
        throw Problem(.nothingHere, "\(name) has no version \(version)")
      }
      let parameters = call.body["parameters"]?.object ?? [:]
      // What is wrong with the parameters is told now, not in a failed run.
      _ = try PreparedPipeline(
        document: try PipelineDocument(parsing: stored.document), text: stored.document, parameters: parameters,
        run: "check", startedAt: TimeStamp.now(), plugins: call.plane.plugins.installed,
        registry: call.plane.registry.lookup(in: record.project))
      let caller = try call.caller
      let order = RunOrder(
        run: RunIdentifier.make(), project: record.project, pipeline: name, version: version, parameters: parameters,
        actor: caller.actor, cause: caller.token == nil ? .manual : .api,
        priority: Int(call.body["priority"]?.int ?? 0), queuedAt: TimeStamp.now())
      try call.audit("run.start", "run:\(order.run)", detail: ["pipeline": .string(name)])
      try call.plane.runs.order(order)
      return try Answer.json(RunView(try call.plane.metadata.runEntry(order.run)))
    },
  ]

  @Sendable private static func list(_ call: Call) async throws -> Answer {
    let query = PipelineQuery(
      projects: try call.visibleProjects(), text: call.text("q"), label: call.text("label"),
      includesArchived: call.flag("archived"), limit: call.limit + 1, after: call.cursor)
    let records = try call.plane.metadata.pipelineRecords(query)
    let items = records.prefix(call.limit).map { summary($0) }
    return try Answer.page(items, next: records.count > call.limit ? records[call.limit - 1].name : nil)
  }

  private static func find(_ name: String, _ call: Call) throws(Problem) -> (PipelineRecord, RegisteredPipeline) {
    guard let record = try call.plane.metadata.pipelineRecord(name), let stored = try call.plane.metadata.pipeline(name)
    else { throw Problem(.nothingHere, "there is no pipeline \(name)") }
    return (record, stored)
  }

  /// A document that does not parse is not saved; one that cannot run yet (a plugin is missing) is.
  private static func draft(_ call: Call, project: String) throws -> PipelineDraft {
    let text = call.body["document"]?.string ?? ""
    let document = try PipelineDocument(parsing: text)
    let pipeline = document.pipeline
    if let schedule = pipeline.schedule { try ScheduleShape.check(schedule) }
    return PipelineDraft(
      name: pipeline.name, project: project, digest: PreparedPipeline.digest(of: document), document: text,
      title: pipeline.title, description: pipeline.description, labels: pipeline.labels, schedule: pipeline.schedule)
  }

  private static func save(_ draft: PipelineDraft, _ call: Call, ifVersion: Int, action: String) throws -> Answer {
    _ = try call.plane.metadata.savePipeline(
      draft, actor: try call.caller.user.name, message: call.body["message"]?.string, ifVersion: ifVersion)
    if let layout = call.body["layout"] { try call.plane.metadata.setLayout(layout, of: draft.name) }
    let (record, stored) = try find(draft.name, call)
    try call.audit(action, "pipeline:\(draft.name)", detail: ["version": .int(Int64(record.version))])
    call.plane.runs.pipelineSaved(record)
    announce(record, call)
    return try Answer.json(view(record, stored, call), etag: etag(record))
  }

  private static func announce(_ record: PipelineRecord, _ call: Call) {
    call.plane.events.append(
      HostEvent(
        at: TimeStamp.now(), type: "pipeline.saved", project: record.project, subject: record.name,
        body: [
          "version": .int(Int64(record.version)), "by": .string((try? call.caller.user.name) ?? ""),
          "paused": .bool(record.isPaused), "archived": .bool(record.archivedAt != nil),
        ]))
  }

  private static func etag(_ record: PipelineRecord) -> String { Answer.etag("\(record.version)") }

  static func summary(_ record: PipelineRecord) -> JSONValue {
    .fields([
      "name": .string(record.name), "project": .string(record.project), "title": record.title.json,
      "description": record.description.json, "labels": .object(record.labels.mapValues { .string($0) }),
      "version": .int(Int64(record.version)), "updated_at": .string(record.updatedAt),
      "updated_by": record.updatedBy.json, "paused": .bool(record.isPaused),
      "archived": .bool(record.archivedAt != nil), "schedule": record.schedule.flatMap(ScheduleShape.view),
      "last_run": record.lastRun.map { lastRun($0, record) },
    ])
  }

  private static func lastRun(_ run: PipelineRecord.LastRun, _ record: PipelineRecord) -> JSONValue {
    .fields([
      "run": .string(run.run), "status": .string(run.status.rawValue), "started_at": .string(run.startedAt),
      "seconds": run.seconds.map { .double($0) }, "attempts": 1,
      "pipeline": [
        "name": .string(record.name), "version": .int(Int64(record.version)), "digest": .string(record.digest),
      ],
    ])
  }

  private static func view(_ record: PipelineRecord, _ stored: RegisteredPipeline, _ call: Call) -> JSONValue {
    var object = summary(record).object ?? [:]
    object["digest"] = .string(record.digest)
    object["document"] = .string(stored.document)
    object["layout"] = record.layout
    object["labels"] = nil
    object["description"] = nil
    return .object(object)
  }
}
