// Saves, checks and rolls back connections. What does not work is not saved: the configuration before stays in use.
package import JSONValue
package import MetadataStore
package import Model
import PipelineDocument
import WorkerProtocol

/// What a check of a connection found out.
package struct ConnectionVerdict: Codable, Sendable {
  /// nil: it could not be tried without what the nodes add.
  package var works: Bool?
  package var message: String?
  /// What the component reports about it.
  package var report: JSONValue?
  /// Why it does not work.
  package var problem: Problem?

  package var health: ConnectionHealth? {
    works.map { ConnectionHealth(works: $0, message: message, checkedAt: TimeStamp.now()) }
  }
}

package struct ConnectionDesk: Sendable {
  private let metadata: MetadataStore
  private let inquiry: ComponentInquiry
  private let project: String

  /// `inquiry` has the secrets of the project.
  package init(project: String, metadata: MetadataStore, inquiry: ComponentInquiry) {
    self.project = project
    self.metadata = metadata
    self.inquiry = inquiry
  }

  /// `ifRevision` is what the person saw, 0 where the name must be new. With `checks` it has to work first.
  package func save(
    _ name: String, use: String, config: JSONValue, by user: String, checks: Bool, ifRevision: Int? = nil,
    restores: Int? = nil
  ) throws -> (connection: SavedConnection, verdict: ConnectionVerdict?) {
    guard name.wholeMatch(of: /[A-Za-z][A-Za-z0-9_-]{0,63}/) != nil else {
      throw Problem(.invalidName, "'\(name)' is no name for a connection")
    }
    let question = try question(use, config)
    let open = try inquiry.openFields(question)
    let verdict = checks ? try test(question, open) : nil
    if let verdict, verdict.works == false {
      throw Problem(
        .connectionFails, "\(name): \(verdict.message ?? "it does not work")", plugin: question.plugin,
        at: verdict.problem?.at, next: verdict.problem?.next)
    }
    var saved = try metadata.putConnection(
      name, of: project, use: use, config: config, by: user, ifRevision: ifRevision, restores: restores)
    saved.health = verdict?.health
    if let health = verdict?.health {
      try metadata.noteHealth(health, ofConnection: name, revision: saved.revision, of: project)
    }
    return (saved, verdict)
  }

  /// Brings an earlier revision back as the newest: the one before, unless another is named.
  package func rollback(
    _ name: String, to revision: Int?, by user: String, checks: Bool
  ) throws -> (connection: SavedConnection, verdict: ConnectionVerdict?) {
    let revisions = try metadata.connectionRevisions(name, of: project)
    let wanted = revision ?? revisions.dropFirst().first?.revision
    guard let wanted, let earlier = revisions.first(where: { $0.revision == wanted }) else {
      let known = revisions.map { String($0.revision) }.joined(separator: ", ")
      throw Problem(
        .connectionNotFound,
        "'\(name)' has no revision \(wanted.map(String.init) ?? "before this one"); it has \(known)")
    }
    guard wanted != revisions.first?.revision else {
      throw Problem(.wrongState, "'\(name)' has the configuration of revision \(wanted) now")
    }
    return try save(
      name, use: earlier.use, config: earlier.config, by: user, checks: checks,
      ifRevision: revisions.first?.revision, restores: earlier.revision)
  }

  /// An empty one takes the limits away. Only what asks models counts what it uses, so only that has a budget.
  package func setBudget(_ budget: ConnectionBudget, of name: String) throws -> SavedConnection {
    let saved = try metadata.connection(name, of: project)
    guard !budget.isEmpty else { return try metadata.setBudget(nil, ofConnection: name, of: project) }
    let kind = try inquiry.component(question(saved.use, saved.config)).kind
    guard kind == .provider else {
      throw Problem(
        .wrongState, "'\(name)' goes to \(saved.use), a \(kind.rawValue): only a provider counts what is used")
    }
    return try metadata.setBudget(budget, ofConnection: name, of: project)
  }

  /// Tries the saved one, and notes what was found.
  package func check(_ name: String) throws -> (connection: SavedConnection, verdict: ConnectionVerdict) {
    var connection = try metadata.connection(name, of: project)
    let verdict = try test(use: connection.use, config: connection.config)
    if let health = verdict.health {
      try metadata.noteHealth(health, ofConnection: name, revision: connection.revision, of: project)
      connection.health = health
    }
    return (connection, verdict)
  }

  /// Tries one that is not saved.
  package func test(use: String, config: JSONValue) throws -> ConnectionVerdict {
    let question = try question(use, config)
    return try test(question, try inquiry.openFields(question))
  }

  private func test(_ question: ComponentQuestion, _ open: [String]) throws -> ConnectionVerdict {
    guard open.isEmpty else {
      return ConnectionVerdict(
        message: "not tried: \(open.joined(separator: ", ")) come\(open.count == 1 ? "s" : "") from the pipelines")
    }
    do {
      let found = try inquiry.test(question)
      return ConnectionVerdict(works: found.works, message: found.message, report: found.report)
    } catch let problem as Problem where problem.origin != .host || problem.code == .secretUnavailable {
      return ConnectionVerdict(works: false, message: "\(problem.title): \(problem.detail)", problem: problem)
    }
  }

  private func question(_ use: String, _ config: JSONValue) throws(Problem) -> ComponentQuestion {
    let names = use.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard names.count == 2, names.allSatisfy({ !$0.isEmpty }) else {
      throw Problem(.invalidName, "'\(use)' names no component", next: "Write plugin/component.")
    }
    guard config.object != nil else {
      throw Problem(.invalidConfiguration, "the configuration of a connection is a mapping of its fields")
    }
    return ComponentQuestion(
      plugin: names[0], component: names[1], configuration: config, parameters: [:], project: project)
  }
}
