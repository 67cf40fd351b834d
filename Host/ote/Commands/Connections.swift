// ote connections: configurations that are saved under a name, with their secrets by reference.
import ArgumentParser
import ControlPlane
import JSONValue
import MetadataStore
import Model
import Registry
import Supervisor

struct Connections: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Save, check and roll back connections.",
    discussion: """
      A connection is the configuration of a component under a name: nodes say connection: NAME. Secrets stand in it as
      ${secrets.NAME}. A change is checked first; where it does not work, what was saved before stays in use.
      """,
    subcommands: [List.self, Show.self, Add.self, Check.self, Budget.self, Rollback.self, Remove.self])

  /// Which connection, and where.
  struct Address: ParsableArguments {
    @Argument(help: "Its name.") var name: String
    @Option(help: "The project.") var project = Project.standard
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func desk(_ workspace: Workspace) -> ConnectionDesk {
      ConnectionDesk(
        project: project, metadata: workspace.metadata,
        inquiry: ComponentInquiry(
          metadata: workspace.metadata, artifacts: workspace.artifacts, workers: workspace.workers,
          plugins: { workspace.plugins(only: $0) }, secrets: workspace.secrets(of: project)))
    }

    func note(_ action: String, _ workspace: Workspace, detail: JSONValue = [:]) throws(Problem) {
      try AuditLog(workspace.metadata).note(
        CommandLineActor.current, action, "connection:\(project)/\(name)", project: project, detail: detail)
    }

    func answer(_ connection: SavedConnection, _ verdict: ConnectionVerdict?, _ done: String) throws {
      if json {
        return print(
          JSONValue.object([
            "connection": try JSONValue(encoding: connection),
            "check": try verdict.map { try JSONValue(encoding: $0) } ?? .null,
          ]).prettyText)
      }
      print("connection \(name) of the project \(project): \(done), revision \(connection.revision)")
      guard let verdict else { return }
      let words = verdict.message ?? ""
      switch verdict.works {
      case true?: print("  \(Style.output.green("works"))  \(words)")
      case false?: print("  \(Style.output.red("does not work"))  \(words)")
      case nil: print("  \(words)")
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List connections with what their last check found.")
    @Option(help: "Only of this project.") var project: String?
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let connections = try Workspace(stores).metadata.connections(of: project.map { [$0] })
      if json { return try Standard.json(connections) }
      guard !connections.isEmpty else {
        return print("no connections yet; save one: ote connections add NAME --use PLUGIN/COMPONENT")
      }
      var table = Table("project", "connection", "component", ">revision", "saved", "health", "checked")
      for connection in connections {
        table.add(
          connection.project, connection.name, connection.use, String(connection.revision),
          String(connection.updatedAt.prefix(19)), HealthWords.short(connection.health),
          String((connection.health?.checkedAt ?? "").prefix(19)))
      }
      print(table.text())
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a connection, its history and what it was used for.")
    @OptionGroup var connection: Address

    func run() throws {
      let metadata = try Workspace(connection.stores).metadata
      let saved = try metadata.connection(connection.name, of: connection.project)
      let revisions = try metadata.connectionRevisions(connection.name, of: connection.project)
      let usage = try metadata.connectionUsage(connection.name, of: connection.project)
      if connection.json {
        var object = try JSONValue(encoding: saved).object ?? [:]
        object["revisions"] = try JSONValue(encoding: revisions)
        object["usage"] = try JSONValue(encoding: usage)
        return print(JSONValue.object(object).prettyText)
      }
      print(
        "\(Style.output.bold(saved.name))  \(saved.use)  revision \(saved.revision)  \(HealthWords.short(saved.health))"
      )
      if let message = saved.health?.message { print("  \(message)") }
      print(saved.config.prettyText.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n") + "\n")
      var table = Table(">revision", "saved", "by", "")
      for revision in revisions {
        table.add(
          String(revision.revision), String(revision.savedAt.prefix(19)), revision.savedBy ?? "",
          revision.restores.map { "brought back \($0)" } ?? "")
      }
      print(table.text(indent: "  "))
      if let budget = saved.budget { print("\n  budget (UTC): \(BudgetWords.text(budget))") }
      guard !usage.isEmpty else { return }
      var days = Table("day", ">requests", ">input tokens", ">output tokens", ">cost")
      for day in usage {
        days.add(
          day.day, Figures.count(day.requests), Figures.count(day.inputTokens), Figures.count(day.outputTokens),
          day.cost.map(Figures.short) ?? Figures.missing)
      }
      print("\n" + days.text(indent: "  "))
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Save a connection, or change one.",
      discussion: """
        ote connections add my-openai --use openai-compatible/model --set base_url=https://api.example.com/v1 \
        --set 'api_key=${secrets.OPENAI_KEY}'
        """)
    @OptionGroup var connection: Address
    @Option(help: ArgumentHelp("The component; needed for a new one.", valueName: "plugin/component")) var use: String?
    @Option(
      name: .customLong("with"),
      help: ArgumentHelp("Its configuration as JSON; - reads standard input.", valueName: "json"))
    var with: String?
    @Option(
      name: .customLong("set"),
      help: ArgumentHelp("One field, over what is saved; may be repeated.", valueName: "field=value"))
    var fields: [String] = []
    @Flag(name: .customLong("check"), inversion: .prefixedNo, help: "Try it before it is saved.") var checks = true

    func run() throws {
      let workspace = try Workspace(connection.stores)
      let earlier = try workspace.metadata.connections(of: [connection.project]).first { $0.name == connection.name }
      guard let use = use ?? earlier?.use else {
        throw ValidationError("A new connection needs --use PLUGIN/COMPONENT.")
      }
      let config = try configuration(over: with == nil && use == earlier?.use ? earlier?.config : nil)
      let (saved, verdict) = try connection.desk(workspace).save(
        connection.name, use: use, config: config, by: CommandLineActor.current.name, checks: checks,
        ifRevision: earlier?.revision ?? 0)
      try connection.note("connection.save", workspace, detail: ["revision": .int(Int64(saved.revision))])
      try connection.answer(saved, verdict, earlier == nil ? "added" : "changed")
    }

    private func configuration(over earlier: JSONValue?) throws -> JSONValue {
      var entries = earlier?.object ?? [:]
      if let with { entries = try FieldTexts.object(with) }
      entries.merge(try FieldTexts.fields(fields), uniquingKeysWith: { $1 })
      return .object(entries)
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Try a saved connection, and note what was found.")
    @OptionGroup var connection: Address

    func run() throws {
      let workspace = try Workspace(connection.stores)
      let (saved, verdict) = try connection.desk(workspace).check(connection.name)
      try connection.answer(saved, verdict, "checked")
      if verdict.works == false { throw Exit.failed }
    }
  }

  struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bring an earlier revision back.")
    @OptionGroup var connection: Address
    @Option(help: "Which; the one before, unless given.") var revision: Int?
    @Flag(name: .customLong("check"), inversion: .prefixedNo, help: "Try it before it is saved.") var checks = true

    func run() throws {
      let workspace = try Workspace(connection.stores)
      let (saved, verdict) = try connection.desk(workspace).rollback(
        connection.name, to: revision, by: CommandLineActor.current.name, checks: checks)
      try connection.note("connection.rollback", workspace, detail: ["revision": .int(Int64(saved.revision))])
      try connection.answer(saved, verdict, "rolled back")
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a connection with its history.", discussion: "Refused while a pipeline names it.")
    @OptionGroup var connection: Address

    func run() throws {
      let workspace = try Workspace(connection.stores)
      let naming = try workspace.registry.documents(namingConnection: connection.name, of: connection.project)
      try workspace.metadata.removeConnection(connection.name, of: connection.project, others: naming)
      try connection.note("connection.remove", workspace)
      if connection.json { return try Standard.json(["removed": connection.name]) }
      print("connection \(connection.name) of the project \(connection.project) is removed")
    }
  }
}

enum HealthWords {
  static func short(_ health: ConnectionHealth?) -> String {
    guard let health else { return "not tried" }
    return health.works ? "works" : "does not work"
  }
}

/// Fields of a configuration on a command line.
enum FieldTexts {
  /// A value that reads as JSON is that; any other is a text.
  static func fields(_ texts: [String]) throws -> [String: JSONValue] {
    try texts.reduce(into: [:]) { fields, text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ValidationError("--set takes FIELD=VALUE, not '\(text)'.")
      }
      fields[parts[0]] = (try? JSONValue(parsing: parts[1])) ?? .string(parts[1])
    }
  }

  static func object(_ text: String) throws -> [String: JSONValue] {
    var json = text
    if text == "-" {
      json = ""
      while let line = readLine(strippingNewline: false) { json += line }
    }
    guard let value = try? JSONValue(parsing: json), let object = value.object else {
      throw ValidationError("--with takes a JSON object.")
    }
    return object
  }
}
