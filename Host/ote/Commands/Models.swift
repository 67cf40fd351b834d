// ote models: what is registered, where it came from, and what points at it.
import ArgumentParser
import ControlPlane
import JSONValue
import MetadataStore
import Model
import Registry
import Supervisor

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, add, compare and remove models; set aliases.",
    subcommands: [List.self, Show.self, Add.self, Alias.self, Compare.self, Remove.self, Chat.self])

  static func note(_ action: String, _ model: String, _ workspace: Workspace, detail: JSONValue = [:]) throws(Problem) {
    try AuditLog(workspace.metadata).note(
      CommandLineActor.current, action, "model:\(model)",
      project: try workspace.metadata.project(ofModel: model) ?? Project.standard, detail: detail)
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List models with their newest version and aliases.")
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let models = try Workspace(stores).metadata.models()
      if json { return try Standard.json(models) }
      guard !models.isEmpty else { return print("no models yet; add one: ote models add NAME PATH") }
      var table = Table("model", ">version", "format", ">size", "created", "aliases", "run")
      for model in models {
        let aliases = model.aliases.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        table.add(
          model.model, String(model.version), model.format ?? "", Figures.bytes(model.bytes),
          String(model.createdAt.prefix(19)), aliases.joined(separator: ", "), model.run ?? "added")
      }
      print(table.text())
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a version: where it came from, its figures, its aliases.")
    @Argument(help: "NAME, NAME@VERSION or NAME@ALIAS.") var name: String
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let workspace = try Workspace(stores)
      let version = try workspace.metadata.model(try ModelReference(parsing: name))
      let text = try ModelText(version, workspace)
      if json { print(try text.json().prettyText) } else { text.print() }
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Register a model from a file or folder of this machine.",
      discussion: """
        GGUF files, fastText models and Hugging Face folders are known by their content. It is copied. With --use the
        provider has to load it first; where it does not, nothing is registered.
        """)
    @Argument(help: "The model's name.") var name: String
    @Argument(help: "The file or folder.") var path: String
    @Option(help: ArgumentHelp("The provider that serves it.", valueName: "plugin/component")) var use: String?
    @Option(name: .customLong("with"), help: ArgumentHelp("The provider's configuration as JSON.", valueName: "json"))
    var with: String?
    @Option(
      help: "What it is, where its content does not tell: gguf, gguf-lora, hf, hf-lora, fasttext or another word.")
    var format: String?
    @Option(help: "Its licence, such as apache-2.0.") var license: String?
    @Option(help: ArgumentHelp("What it was made from: NAME@VERSION.", valueName: "model")) var base: String?
    @Option(help: "An alias to set to the new version.") var alias: String?
    @Option(help: "The project.") var project = Project.standard
    @Flag(name: .customLong("check"), inversion: .prefixedNo, help: "Let the provider load it first.") var checks = true
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let workspace = try Workspace(stores)
      var addition = ModelAddition(name: name, path: Workspace.absolute(path), project: project)
      addition.format = format
      addition.license = license
      addition.alias = alias
      addition.author = CommandLineActor.current.name
      addition.base = try base.map { try ModelReference(parsing: $0) }
      if let use {
        guard use.split(separator: "/").count == 2 else { throw ValidationError("--use takes PLUGIN/COMPONENT.") }
        addition.serve = ["use": .string(use), "with": .object(try with.map(FieldTexts.object) ?? [:])]
      } else if with != nil {
        throw ValidationError("--with needs --use PLUGIN/COMPONENT.")
      }
      if checks, try trial(in: workspace).load(try workspace.registry.document(of: addition)) {
        Standard.error(Style.error.dim("\(use ?? "") loads it"))
      }
      let version = try workspace.registry.add(addition)
      try Models.note("model.add", name, workspace, detail: ["version": .int(Int64(version.version))])
      if json { return try Standard.json(version) }
      print("\(version.name)  \(version.format ?? "")  \(Figures.bytes(version.bytes))  \(version.digest)")
    }

    private func trial(in workspace: Workspace) -> ModelTrial {
      ModelTrial(
        metadata: workspace.metadata, artifacts: workspace.artifacts, workers: workspace.workers,
        plugins: workspace.plugins, secrets: workspace.secrets(of: project))
    }
  }

  struct Alias: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Point an alias at a version, or take it away.",
      discussion: "ote models alias smollm@3 champion\note models alias smollm champion --remove")
    @Argument(help: "NAME@VERSION or NAME@ALIAS; NAME is the newest version.") var name: String
    @Argument(help: "The alias.") var alias: String
    @Flag(help: "Take it away.") var remove = false
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let workspace = try Workspace(stores)
      let reference = try ModelReference(parsing: name)
      try Registry.checkAlias(alias)
      let version = remove ? nil : try workspace.metadata.model(reference).version
      try workspace.metadata.setAlias(alias, of: reference.name, to: version, by: CommandLineActor.current.name)
      try Models.note(
        "model.alias", reference.name, workspace,
        detail: ["alias": .string(alias), "version": version.map { .int(Int64($0)) } ?? .null])
      if json { return try Standard.json(try workspace.metadata.aliasHistory(of: reference.name)) }
      print(
        version.map { "\(reference.name)@\(alias) is version \($0)" } ?? "\(reference.name) has no alias \(alias) now")
    }
  }

  struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the figures of two versions side by side.",
      discussion: """
        A difference is claimed only where the intervals lie apart. Figures of the same rows say more when they are
        compared row by row: that is what a paired comparison in a pipeline does.
        """)
    @Argument(help: "NAME, NAME@VERSION or NAME@ALIAS.") var first: String
    @Argument(help: "The other.") var second: String
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let workspace = try Workspace(stores)
      let one = try workspace.metadata.model(try ModelReference(parsing: first))
      let other = try workspace.metadata.model(try ModelReference(parsing: second))
      let pairs = FigureComparison.pairs(
        try workspace.registry.figures(of: one), try workspace.registry.figures(of: other))
      try ComparisonText(first: one.name, second: other.name, pairs: pairs).answer(json: json)
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a version from the registry.",
      discussion: "Refused while an alias, a pipeline, a connection or a model made from it refers to it.")
    @Argument(help: "NAME@VERSION.") var name: String
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let reference = try ModelReference(parsing: name)
      guard case .version = reference.choice else { throw ValidationError("Name one version: NAME@VERSION.") }
      let workspace = try Workspace(stores)
      let version = try workspace.metadata.model(reference)
      let others = try workspace.registry.documents(namingModel: version)
      try workspace.metadata.removeModelVersion(version, others: others)
      try Models.note("model.remove", version.model, workspace, detail: ["version": .int(Int64(version.version))])
      if json { return try Standard.json(["removed": version.name]) }
      print("\(version.name) is removed")
    }
  }
}
