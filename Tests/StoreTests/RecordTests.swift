// Records of what happened and what was said: events, the audit log, comments, notifications, uploads, requests.
import JSONValue
import Model
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct RecordTests {
  private let folder = TemporaryFolder()
  private func open() throws -> MetadataStore { try MetadataStore(path: "\(folder.path)/m.sqlite") }
  private let time = "2026-01-01T00:00:00.000Z"

  @Test func `events count up and their numbers never come back`() throws {
    let store = try open()
    #expect(try store.lastEventID() == 0)
    func event(_ subject: String, _ project: String?, _ user: String? = nil) -> HostEvent {
      HostEvent(at: time, type: "run.queued", project: project, subject: subject, user: user, body: ["a": 1])
    }
    let events = [event("a", "p1"), event("b", "p2"), event("c", nil), event("d", nil, "ann")]
    #expect(try store.appendEvents(events) == [1, 2, 3, 4])
    func subjects(_ after: Int64, _ filter: EventFilter) throws -> [String] {
      try store.events(after: after, filter).map(\.subject)
    }
    #expect(try subjects(1, EventFilter()) == ["b", "c", "d"])
    #expect(try subjects(0, EventFilter(projects: ["p1"], user: "bob")) == ["a", "c"])
    #expect(try subjects(0, EventFilter(projects: [], user: "ann")) == ["c", "d"])
    #expect(try subjects(0, EventFilter(types: ["x"])).isEmpty)
    #expect(try subjects(0, EventFilter(types: ["x", "run.queued"], subject: "b")) == ["b"])
    #expect(try store.events(after: 0, limit: 2).map(\.id) == [1, 2])
    try store.trimEvents(keeping: 1)
    #expect(try store.firstEventID() == 4)
    try store.trimEvents(keeping: 0)
    #expect(try store.lastEventID() == 4)
    #expect(try store.appendEvents([event("e", nil)]) == [5])
  }

  @Test func `the audit log is a chain that nobody can change`() throws {
    let store = try open()
    for number in 1...5 {
      try store.appendAudit(actor: Actor(.user, "ann"), action: "a.\(number)", subject: "s") { "\($0)+\($1.id)" }
    }
    var lines: [AuditEntry] = []
    try store.auditSequence(batch: 2) { lines += $0 }
    #expect(lines.map(\.hash) == ["+1", "+1+2", "+1+2+3", "+1+2+3+4", "+1+2+3+4+5"])
    #expect(lines.map(\.previous) == [""] + lines.map(\.hash).dropLast())
    #expect(try store.auditAnchor() == AuditAnchor(id: 5, hash: "+1+2+3+4+5"))
    #expect(try store.auditEntries(AuditQuery(action: "a.2")).map(\.id) == [2])
    #expect(try store.auditEntries(AuditQuery(actor: "ann", subject: "s", limit: 2, before: 4)).map(\.id) == [3, 2])
    for sql in [
      "UPDATE audit SET actor = 'bob'", "DELETE FROM audit WHERE id = 5",
      "INSERT OR REPLACE INTO audit SELECT id, at, actor_kind, 'bob', action, subject, project, detail, previous, hash FROM audit",
    ] {
      let code = problemCode { try store.write { try $0.perform(sql) } }
      #expect(code == .storeUnreadable)
    }
    #expect(try store.auditEntries().map(\.actor.name) == Array(repeating: "ann", count: 5))
  }

  @Test func `comments stand by their subject and its nodes`() throws {
    let store = try open()
    for (id, subject) in [("1", "pipeline:p"), ("2", "pipeline:p#n"), ("3", "pipeline:px"), ("4", "run:p")] {
      try store.addComment(
        Comment(
          id: id, project: "default", subject: subject, author: "ann", text: "t", mentions: ["bob"], createdAt: time))
    }
    #expect(try store.comments(on: "pipeline:p").map(\.id) == ["1", "2"])
    #expect(try store.commentCounts(on: ["pipeline:p", "pipeline:px", "x"]) == ["pipeline:p": 1, "pipeline:px": 1])
    try store.editComment("1", text: "new", mentions: [])
    try store.resolveComment("1")
    let comment = try #require(try store.comment("1"))
    #expect(comment.text == "new" && comment.isResolved && comment.editedAt != nil && comment.mentions.isEmpty)
    #expect(try store.commentCounts(on: ["pipeline:p"]).isEmpty)
    try store.deleteComment("1")
    #expect(problemCode { try store.deleteComment("1") } == .nothingHere)
  }

  @Test func `notifications are read up to one`() throws {
    let store = try open()
    try store.createUser(Samples.user("ann"))
    let one = UserNotification(
      id: 0, user: "ann", kind: "mention", project: nil, subject: "run:r", text: "t", createdAt: time)
    var gone = one
    gone.user = "nobody"
    #expect(try store.addNotifications([one, gone, one, one]).map(\.id) == [1, 2, 3])
    #expect(try store.unreadCount(of: "ann") == 3)
    try store.markNotificationsRead(of: "ann", upTo: 2)
    #expect(try store.notifications(of: "ann", unreadOnly: true).map(\.id) == [3])
    #expect(try store.notifications(of: "ann", limit: 1, before: 3).map(\.id) == [2])
    #expect(try store.unreadCount(of: "ann") == 1)
  }

  @Test func `an upload only goes forward`() throws {
    let store = try open()
    try store.createUpload(Upload(id: "u", project: "default", user: "ann", name: "a.csv", bytes: 9, createdAt: time))
    try store.advanceUpload("u", received: 5)
    try store.advanceUpload("u", received: 3)
    #expect(try store.upload("u")?.received == 5)
    #expect(try store.staleUploads(before: "2999").map(\.id) == ["u"])
    #expect(try store.staleUploads(before: time).isEmpty)
    try store.setUpload("u", state: .complete, digest: "sha256:1")
    try store.setUpload("u", state: .published)
    #expect(try store.upload("u")?.digest == "sha256:1")
    #expect(try store.staleUploads(before: "2999").isEmpty)
    try store.deleteUpload("u")
    #expect(try store.upload("u") == nil)
    #expect(problemCode { try store.advanceUpload("u", received: 1) } == .nothingHere)
  }

  @Test func `a request that is sent again gets the answer of the first`() throws {
    let store = try open()
    #expect(try store.beginRequest(key: "k", user: "ann", digest: "d") == .new)
    #expect(try store.beginRequest(key: "k", user: "ann", digest: "d") == .inProgress)
    #expect(problemCode { try store.beginRequest(key: "k", user: "ann", digest: "e") } == .idempotencyKeyReused)
    #expect(try store.beginRequest(key: "k", user: "bob", digest: "e") == .new)
    try store.finishRequest(key: "k", user: "ann", status: 201, location: "/x", body: "{}")
    #expect(
      try store.beginRequest(key: "k", user: "ann", digest: "d") == .answered(status: 201, location: "/x", body: "{}"))
    try store.abandonRequest(key: "k", user: "bob")
    #expect(try store.beginRequest(key: "k", user: "bob", digest: "f") == .new)
    try store.write { try $0.perform("UPDATE idempotency SET created_at = '2020-01-01T00:00:00.000Z'") }
    #expect(try store.beginRequest(key: "k", user: "ann", digest: "other") == .new)
    try store.pruneRequests()
    #expect(try store.beginRequest(key: "k", user: "bob", digest: "g") == .new)
  }

  @Test func `trends follow a rule over runs, and the latest run tells what needs attention`() throws {
    let store = try open()
    _ = try store.register(name: "p", digest: "d", document: "x")
    for second in 0..<5 {
      var report = Samples.report("r\(second)", startedAt: "2026-01-01T00:00:0\(second).000Z")
      report.status = .succeeded
      report.findings[0].passed = second != 4
      try store.save(report)
    }
    _ = try store.publish(Samples.draft("sales", run: "r4"))
    let trends = try store.qualityTrends(projects: ["default"], dataset: "sales", limit: 3)
    #expect(trends.map(\.rule) == ["not_null"])
    #expect(trends.map(\.dataset) == ["sales"])
    #expect(trends.first?.points.map(\.finding) == [0, 0, 0])
    #expect(trends.first?.points.map(\.run) == ["r2", "r3", "r4"])
    #expect(trends.first?.points.last?.limit == ["max": 0])
    #expect(try store.qualityTrends(pipeline: "none").isEmpty)
    #expect(try store.attention(projects: ["default"]).map(\.failedRules) == [1])
    #expect(try store.attention(projects: ["lab"]).isEmpty)
    #expect(try store.runCounts().isEmpty)
    var now = Samples.report("now", startedAt: "2998-01-01T00:00:00.000Z")
    now.status = .succeeded
    now.findings = []
    try store.save(now)
    #expect(try store.attention().isEmpty)
    #expect(try store.runCounts(projects: ["default"]) == [.succeeded: 1])
  }

  @Test func `newest runs and their findings come from indexes`() throws {
    let store = try open()
    let (_, sql) = QualityRows.trends(projects: nil, dataset: nil, pipeline: "p")
    let plan = try store.plan(of: sql)
    #expect(plan.allSatisfy { !$0.hasPrefix("SCAN") }, "\(plan)")
    let attention = try store.plan(of: "\(QualityRows.attention) \(QualityRows.attentionEnd)")
    #expect(attention.filter { $0.hasPrefix("SCAN run") || $0.hasPrefix("SCAN finding") }.isEmpty, "\(attention)")
    let pipelines = try store.plan(of: "\(PipelineRows.select) ORDER BY o.name LIMIT 50")
    #expect(pipelines.allSatisfy { $0.contains("USING") || $0.contains("SUBQUERY") }, "\(pipelines)")
  }
}
