// Connections in the store: every revision stays, and an edit that nobody saw is not lost.
import JSONValue
import Model
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct ConnectionStoreTests {
  private let folder = TemporaryFolder()
  private func open() throws -> MetadataStore { try MetadataStore(path: "\(folder.path)/m.sqlite") }

  private func put(_ store: MetadataStore, _ url: String, if revision: Int? = nil, restores: Int? = nil) throws -> Int {
    try store.putConnection(
      "api", of: "default", use: "web/model", config: ["url": .string(url), "key": "${secrets.KEY}"], by: "ann",
      ifRevision: revision, restores: restores
    ).revision
  }

  @Test func `a change keeps what was there, and a rollback is a change too`() throws {
    let store = try open()
    #expect(try put(store, "one", if: 0) == 1)
    #expect(try put(store, "two", if: 1) == 2)
    #expect(problemCode { try put(store, "three", if: 1) } == .editConflict)
    #expect(problemCode { try put(store, "three", if: 0) } == .nameTaken)
    #expect(try put(store, "one", if: 2, restores: 1) == 3)
    let revisions = try store.connectionRevisions("api", of: "default")
    #expect(revisions.map(\.revision) == [3, 2, 1])
    #expect(revisions.map(\.restores) == [1, nil, nil])
    #expect(revisions.map { $0.config["url"] } == ["one", "two", "one"])
    #expect(try store.connection("api", of: "default").config["url"] == "one")
  }

  @Test func `what a check found belongs to the revision that was checked`() throws {
    let store = try open()
    _ = try put(store, "one")
    let health = ConnectionHealth(works: true, message: "3 models", checkedAt: "2026-01-01T00:00:00.000Z")
    try store.noteHealth(health, ofConnection: "api", revision: 1, of: "default")
    #expect(try store.connection("api", of: "default").health == health)
    _ = try put(store, "two")
    #expect(try store.connection("api", of: "default").health == nil)
    try store.noteHealth(health, ofConnection: "api", revision: 1, of: "default")
    #expect(try store.connection("api", of: "default").health == nil)
  }

  @Test func `a name that is not there is told with the nearest one`() throws {
    let store = try open()
    _ = try put(store, "one")
    do {
      _ = try store.connection("apo", of: "default")
      Issue.record("it was found")
    } catch {
      #expect(error.code == .connectionNotFound)
      #expect(error.detail.contains("did you mean 'api'?"))
    }
    #expect(problemCode { try store.connection("api", of: "other") } == .connectionNotFound)
    #expect(
      problemCode { try store.putConnection("a", of: "none", use: "a/b", config: [:], by: nil) } == .nothingHere)
  }

  @Test func `a connection that something names stays`() throws {
    let store = try open()
    _ = try put(store, "one")
    #expect(
      problemCode { try store.removeConnection("api", of: "default", others: ["the pipeline 'p' names it"]) }
        == .stillReferred)
    try store.removeConnection("api", of: "default")
    #expect(try store.connections().isEmpty)
    #expect(problemCode { try store.connectionRevisions("api", of: "default") } == .connectionNotFound)
  }

  @Test func `a budget stands beside what that day has used, until it is taken away`() throws {
    let store = try open()
    _ = try put(store, "one")
    let day = "2026-01-01"
    #expect(try store.allowances(["api", "other"], of: "default", day: day).isEmpty)
    let budget = ConnectionBudget(tokensPerDay: 100, costPerDay: 0.5)
    #expect(try store.setBudget(budget, ofConnection: "api", of: "default").budget == budget)
    var used = ConnectionUsage(connection: "api", day: day)
    used.inputTokens = 60
    used.outputTokens = 39
    try store.addUsage(used, of: "default")
    let allowance = try #require(try store.allowances(["api", "other"], of: "default", day: day)["api"])
    #expect(allowance.budget == budget && allowance.before == used)
    #expect(try store.allowances(["api"], of: "default", day: "2026-01-02")["api"]?.before.inputTokens == nil)
    // Another configuration keeps it, also one that comes back.
    _ = try put(store, "two")
    #expect(try store.connection("api", of: "default").budget == budget)
    #expect(try store.setBudget(nil, ofConnection: "api", of: "default").budget == nil)
    #expect(try store.allowances(["api"], of: "default", day: day).isEmpty)
    #expect(problemCode { try store.setBudget(budget, ofConnection: "no", of: "default") } == .connectionNotFound)
  }

  @Test func `a budget has room until a limit is reached, and cost that nobody tells is no room`() {
    func problem(
      _ budget: ConnectionBudget, _ metrics: [String: Double], begun: Int64 = 0
    ) -> String? {
      let none = ConnectionUsage(connection: "api", day: "2026-01-01")
      var before = none
      before.add(ConnectionUsage(["requests": 3, "input_tokens": 50], connection: "api", day: "2026-01-01"))
      let since = ConnectionUsage(metrics, connection: "api", day: "2026-01-01") ?? none
      return ConnectionAllowance(connection: "api", budget: budget, before: before).problem(since: since, begun: begun)?
        .detail
    }
    #expect(problem(ConnectionBudget(requestsPerDay: 5), ["requests": 1]) == nil)
    // Requests under way count as well.
    #expect(
      problem(ConnectionBudget(requestsPerDay: 5), ["requests": 1], begun: 2)
        == "the connection 'api' may use 5 requests a day, and 5 are used today (UTC)")
    #expect(problem(ConnectionBudget(tokensPerDay: 60), ["input_tokens": 4, "output_tokens": 5]) == nil)
    #expect(
      problem(ConnectionBudget(tokensPerDay: 60), ["input_tokens": 4, "output_tokens": 6])?.contains("60 tokens")
        == true)
    #expect(problem(ConnectionBudget(costPerDay: 1), [:]) == nil)
    #expect(problem(ConnectionBudget(costPerDay: 1), ["requests": 1, "cost": 0.99]) == nil)
    #expect(problem(ConnectionBudget(costPerDay: 1), ["requests": 1, "cost": 1.000001])?.contains("1.000001") == true)
    #expect(problem(ConnectionBudget(costPerDay: 1), ["requests": 1])?.contains("tells no cost") == true)
    #expect(problem(ConnectionBudget(requestsPerDay: 0), [:]) != nil)
  }

  @Test func `what was used adds up by day, and what nobody told stays unknown`() throws {
    let store = try open()
    func add(_ day: String, tokens: Int64?, cost: Double?) throws {
      var usage = ConnectionUsage(connection: "api", day: day)
      usage.outputTokens = tokens
      usage.cost = cost
      let report = Samples.report("r-\(day)")
      _ = try store.finish(RunEnd(usage: [usage], report: { _, _ in report }))
    }
    try add("2026-01-01", tokens: 5, cost: nil)
    try add("2026-01-01", tokens: 7, cost: 0.5)
    try add("2026-01-02", tokens: nil, cost: nil)
    let usage = try store.connectionUsage("api", of: "default")
    #expect(usage.map(\.day) == ["2026-01-01", "2026-01-02"])
    #expect(usage.map(\.outputTokens) == [12, nil])
    #expect(usage.map(\.cost) == [0.5, nil])
    #expect(usage.allSatisfy { $0.inputTokens == nil && $0.requests == nil })
  }
}
