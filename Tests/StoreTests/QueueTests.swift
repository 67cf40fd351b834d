// The queue of runs and the lists that show them.
import JSONValue
import Model
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct QueueTests {
  private let folder = TemporaryFolder()
  private func open() throws -> MetadataStore { try MetadataStore(path: "\(folder.path)/m.sqlite") }

  @Test func `an order shows as a queued run and is no orphan`() throws {
    let store = try open()
    var order = Samples.order("r1")
    order.priority = 5
    order.resumes = "r0"
    #expect(try store.enqueue(order))
    #expect(try store.enqueue(order) == false)
    #expect(try store.queuedOrders() == [order])
    #expect(try store.unfinishedRuns().isEmpty)
    let entry = try store.runEntry("r1")
    #expect(entry.summary.status == .queued && entry.actor == order.actor && entry.cause == .manual)
    #expect(entry.priority == 5 && entry.queuedAt == order.queuedAt && entry.resumes == "r0")
    #expect(try store.markStarted("r1"))
    #expect(try store.markStarted("r1") == false)
    #expect(try store.removeOrder("r1") == false)
    #expect(try store.startedOrders() == [order])
    #expect(try store.unfinishedRuns().map(\.run) == ["r1"])
    try store.save(Samples.report("r1", startedAt: "2026-01-01T00:05:00.000Z"), owner: "me")
    let started = try store.runEntry("r1")
    #expect(started.cause == .manual && started.summary.startedAt == "2026-01-01T00:05:00.000Z")
    try store.markDone("r1")
    #expect(try store.startedOrders().isEmpty)
    #expect(try store.order(ofRun: "r1") == order)
  }

  @Test func `a slot or a dataset version orders one run, also after that was cancelled`() throws {
    let store = try open()
    for (cause, expected) in [(RunOrder.Cause.schedule, false), (.dataset, false), (.retry, true)] {
      var order = Samples.order("\(cause)-1", cause: cause)
      order.causedBy = "\(cause)"
      #expect(try store.enqueue(order))
      #expect(try store.removeOrder(order.run))
      #expect(try store.runEntry(order.run).summary.status == .cancelled)
      order.run = "\(cause)-2"
      #expect(try store.enqueue(order) == expected)
      order.run = "\(cause)-3"
      order.pipeline = "other"
      #expect(try store.enqueue(order))
    }
    _ = try store.register(name: "p", digest: "d", document: "x")
    try store.rememberSlot("2026-01-01T05:00:00Z", of: "p")
    #expect(try store.lastSlots() == ["p": "2026-01-01T05:00:00Z"])
  }

  @Test func `higher priority goes first, then the older`() throws {
    let store = try open()
    for (run, priority, second) in [("a", 0, 2), ("b", 0, 1), ("c", 9, 3)] {
      var order = Samples.order(run)
      order.priority = priority
      order.queuedAt = "2026-01-01T00:00:0\(second).000Z"
      #expect(try store.enqueue(order))
    }
    #expect(try store.queuedOrders().map(\.run) == ["c", "b", "a"])
  }

  private func fill(_ store: MetadataStore, _ count: Int) throws {
    try store.write { database in
      try database.perform(
        """
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(count - 1))
        INSERT INTO run (id, pipeline, pipeline_version, pipeline_digest, status, started_at, attempts, parameters,
          project, cause)
        SELECT printf('r%06d', i), 'p' || (i % 10), 1, 'd', CASE i % 3 WHEN 0 THEN 'failed' ELSE 'succeeded' END,
          printf('2026-01-01T%06d', i), 1, '{}', 'q' || (i % 4), CASE i % 2 WHEN 0 THEN 'schedule' END FROM n
        """)
      try database.perform("ANALYZE")
    }
  }

  @Test(arguments: [
    RunEntryQuery(), RunEntryQuery(projects: ["q1"]), RunEntryQuery(projects: ["q1", "q2", "q3"]),
    RunEntryQuery(statuses: [.failed]), RunEntryQuery(projects: ["q1", "q2"], statuses: [.failed, .succeeded]),
    RunEntryQuery(projects: ["q1"], pipeline: "p1"), RunEntryQuery(projects: ["q1", "q2"], cause: .order(.schedule)),
    RunEntryQuery(cause: .commandLine), RunEntryQuery(cause: .order(.upload)), RunEntryQuery(text: "nowhere"),
    RunEntryQuery(projects: ["q0", "q2"], text: "P2"), RunEntryQuery(text: "r0199"), RunEntryQuery(projects: []),
    RunEntryQuery(projects: (0..<40).map { "q\($0)" }), RunEntryQuery(projects: ["q2"], before: "r010000"),
    RunEntryQuery(projects: ["q2", "q3"], statuses: [.failed], before: "r010000"),
  ])
  func `a list of runs among 20,000 comes from indexes in order`(query: RunEntryQuery) throws {
    let store = try open()
    try fill(store, 20_000)
    let sql = try store.read { try RunEntryRows.question(query, in: $0) }
    let plan = try store.plan(of: sql.0)
    // A page of runs that a covering index found may be put in order; whatever was passed over must not be.
    let sorts = plan.filter { $0.contains("TEMP B-TREE") }
    #expect(sorts.count <= (plan.contains { $0.contains("COVERING INDEX run_by_") } ? 1 : 0), "\(plan)")
    #expect(plan.filter { $0.contains("run") && !$0.contains("USING") }.isEmpty, "\(plan)")
    let entries = try store.runEntries(query)
    let expected = (0..<20_000).reversed().filter { Self.isWanted($0, query) }.prefix(50)
    #expect(entries.map { Int($0.summary.run.dropFirst()) } == Array(expected))
  }

  /// What `fill` says of the run with this number, asked without SQL.
  private static func isWanted(_ number: Int, _ query: RunEntryQuery) -> Bool {
    if let projects = query.projects, !projects.contains("q\(number % 4)") { return false }
    let status = number % 3 == 0 ? RunStatus.failed : .succeeded
    if !query.statuses.isEmpty, !query.statuses.contains(status) { return false }
    if let pipeline = query.pipeline, pipeline != "p\(number % 10)" { return false }
    switch query.cause {
    case .order(.schedule): if number % 2 != 0 { return false }
    case .commandLine: if number % 2 == 0 { return false }
    case .order: return false
    case nil: break
    }
    if query.before != nil, number >= 10_000 { return false }
    switch query.text {
    case "P2": return number % 10 == 2
    case "r0199": return (19_900..<20_000).contains(number)
    case "nowhere": return false
    default: return true
    }
  }
}
