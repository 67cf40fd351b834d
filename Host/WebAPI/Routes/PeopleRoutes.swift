// Home, search, notifications, comments.
import ControlPlane
import JSONValue
import MetadataStore
import Model
import Supervisor
import WorkerProtocol

enum PeopleRoutes {
  static let all: [String: Route] = [
    "readHome": { call in try Answer.json(try home(call)) },
    "search": { call in
      let (text, limit) = (call.text("q") ?? "", call.int("limit") ?? 20)
      let found = try call.plane.metadata.search(text, projects: try call.caller.visibleProjects, limit: limit)
      var hits = found.map { hit -> JSONValue in
        .fields([
          "kind": .string(hit.kind.rawValue), "name": .string(hit.name), "title": hit.title.json,
          "project": .string(hit.project),
        ])
      }
      let wanted = text.lowercased()
      for plugin in call.plane.plugins.installed() where plugin.isUsable {
        if plugin.name.contains(wanted) || plugin.title.lowercased().contains(wanted) {
          hits.append(["kind": "plugin", "name": .string(plugin.name), "title": .string(plugin.title)])
        }
        for component in plugin.description?.components ?? [] where component.title.lowercased().contains(wanted) {
          hits.append([
            "kind": "component", "name": .string("\(plugin.name)/\(component.name)"), "title": .string(component.title),
          ])
        }
      }
      return try Answer.json(["items": Array(hits.prefix(limit))])
    },
    "listNotifications": { call in
      let user = try call.caller.user.name
      let items = try call.plane.metadata.notifications(
        of: user, unreadOnly: call.flag("unread"), limit: call.limit + 1, before: try call.countedCursor())
      let page = items.prefix(call.limit)
      return try Answer.json(
        JSONValue.fields([
          "items": .array(page.map { JSONValue(of: $0) }),
          "next": items.count > call.limit ? .string(String(items[call.limit - 1].id)) : .null,
          "unread": .int(Int64(try call.plane.metadata.unreadCount(of: user))),
        ]))
    },
    "markNotificationsRead": { call in
      try call.plane.metadata.markNotificationsRead(
        of: try call.caller.user.name, upTo: call.body["up_to"]?.int ?? 0)
      return .nothing
    },
  ]

  private static func home(_ call: Call) throws -> JSONValue {
    let metadata = call.plane.metadata
    let projects = try call.visibleProjects()
    let recent = try metadata.runEntries(RunEntryQuery(projects: projects, limit: 8))
    let pipelines = try metadata.pipelineRecords(PipelineQuery(projects: projects, limit: 200))
    let datasets = try metadata.datasetRecords(DatasetQuery(projects: projects, limit: 1))
    let steps: [(String, Bool)] = [
      ("run", !recent.isEmpty), ("dataset", !datasets.isEmpty),
      ("compose", pipelines.contains { $0.updatedBy != nil }), ("schedule", pipelines.contains { $0.schedule != nil }),
      ("invite", try metadata.users().count > 1),
    ]
    let upcoming = pipelines.filter { !$0.isPaused }.compactMap { record -> (String, String)? in
      guard let next = record.schedule.flatMap(ScheduleShape.view)?["next"]?.array?.first?.string else { return nil }
      return (record.name, next)
    }
    return [
      "attention": .array(try attention(call, projects, pipelines)),
      "recent": .array(recent.map { JSONValue(of: RunView($0)) }),
      "figures": .object(
        Dictionary(
          try metadata.runCounts(projects: projects).map { ($0.key.rawValue, JSONValue.int(Int64($0.value))) },
          uniquingKeysWith: { first, _ in first })),
      "upcoming": .array(
        upcoming.sorted { $0.1 < $1.1 }.prefix(5).map { ["pipeline": .string($0.0), "at": .string($0.1)] }),
      "steps": .array(steps.map { ["id": .string($0.0), "done": .bool($0.1)] }),
    ]
  }

  private static func attention(
    _ call: Call, _ projects: [String]?, _ pipelines: [PipelineRecord]
  ) throws -> [JSONValue] {
    var items = try call.plane.metadata.attention(projects: projects).map { entry -> JSONValue in
      let isStopped = entry.status == .stopped
      let kind = isStopped ? "run_stopped" : entry.status == .failed ? "run_failed" : "quality"
      let text =
        entry.failedRules > 0
        ? "\(entry.failedRules) rule\(entry.failedRules == 1 ? "" : "s") failed" : entry.detail ?? "failed"
      return .fields([
        "kind": .string(kind), "subject": .string("pipeline:\(entry.pipeline)"), "project": .string(entry.project),
        "text": .string("\(entry.pipeline): \(text)"), "at": .string(entry.at), "run": .string(entry.run),
      ])
    }
    for plugin in call.plane.plugins.installed() where plugin.problem != nil && plugin.problem?.code != .pluginDisabled
    {
      items.append([
        "kind": "plugin", "subject": .string("plugin:\(plugin.name)"),
        "text": .string("\(plugin.title) is not loaded: \(plugin.problem?.title ?? "")"),
        "at": .string(call.plane.startedAt),
      ])
    }
    for record in pipelines where record.isPaused && record.schedule != nil {
      items.append([
        "kind": "schedule_paused", "subject": .string("pipeline:\(record.name)"), "project": .string(record.project),
        "text": .string("\(record.name): its schedule is paused"), "at": .string(record.updatedAt),
      ])
    }
    return items
  }
}

enum CommentRoutes {
  static let all: [String: Route] = [
    "listComments": { call in try Answer.items(try call.plane.metadata.comments(on: call.text("subject") ?? "")) },
    "addComment": { call in
      let (author, text) = (try call.caller.user.name, call.body["text"]?.string ?? "")
      let comment = Comment(
        id: RunIdentifier.make(), project: call.project ?? Project.standard,
        subject: call.body["subject"]?.string ?? "", author: author, text: text,
        mentions: try mentions(in: text, call), createdAt: TimeStamp.now())
      try call.plane.metadata.addComment(comment)
      announce("comment.added", comment, call)
      notify(comment, call)
      return try Answer.json(comment)
    },
    "changeComment": { call in
      let comment = try find(call)
      if let text = call.body["text"]?.string {
        try requireOwn(comment, call)
        try call.plane.metadata.editComment(comment.id, text: text, mentions: try mentions(in: text, call))
      }
      if let resolved = call.body["resolved"]?.bool {
        try call.plane.metadata.resolveComment(comment.id, resolved)
      }
      let changed = try find(call)
      announce("comment.changed", changed, call)
      return try Answer.json(changed)
    },
    "removeComment": { call in
      let comment = try find(call)
      try requireOwn(comment, call)
      try call.plane.metadata.deleteComment(comment.id)
      announce("comment.removed", comment, call)
      return .nothing
    },
  ]

  private static func find(_ call: Call) throws(Problem) -> Comment {
    guard let comment = try call.plane.metadata.comment(call.path("comment")) else {
      throw Problem(.nothingHere, "the comment is gone")
    }
    return comment
  }

  private static func requireOwn(_ comment: Comment, _ call: Call) throws(Problem) {
    guard comment.author == (try call.caller.user.name) else {
      throw Problem(.notAllowed, "the comment is \(comment.author)'s", next: "Answer with a comment of your own.")
    }
  }

  /// `@name` of people who may read the thing.
  private static func mentions(in text: String, _ call: Call) throws(Problem) -> [String] {
    let words = text.split { $0.isWhitespace || ",;:!?()".contains($0) }.filter { $0.hasPrefix("@") }
    let names = Set(words.map { String($0.dropFirst()).trimmingSuffix(".") })
    let members = Set(try call.plane.metadata.members(of: call.project ?? "").map(\.user))
    return try call.plane.metadata.users().filter {
      names.contains($0.name) && !$0.isDisabled && ($0.isAdmin || members.contains($0.name))
    }.map(\.name)
  }

  private static func announce(_ type: String, _ comment: Comment, _ call: Call) {
    call.plane.events.append(
      HostEvent(
        at: TimeStamp.now(), type: type, project: comment.project, subject: comment.subject,
        body: ["id": .string(comment.id), "author": .string(comment.author)]))
  }

  private static func notify(_ comment: Comment, _ call: Call) {
    let people = comment.mentions.filter { $0 != comment.author }
    call.plane.notify(
      people.map {
        UserNotification(
          id: 0, user: $0, kind: "mention", project: comment.project, subject: comment.subject,
          text: "\(comment.author): \(comment.text.prefix(200))", createdAt: comment.createdAt)
      })
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
