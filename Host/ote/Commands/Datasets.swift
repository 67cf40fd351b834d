// ote datasets: what runs have published.
import ArgumentParser
import ArtifactStore
import JSONValue
import MetadataStore
import Model
import Supervisor
import WorkerProtocol

struct Datasets: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List and inspect datasets.", subcommands: [List.self, Show.self, Head.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List datasets with their newest version.")
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let datasets = try Workspace(stores).metadata.datasets()
      if json { return try Standard.json(datasets) }
      guard !datasets.isEmpty else { return print("no datasets yet; a run with a dataset sink publishes one") }
      var table = Table("dataset", ">version", ">rows", ">size", "published", "run")
      for dataset in datasets {
        table.add(
          dataset.dataset, String(dataset.version), Figures.count(dataset.rows), Figures.bytes(dataset.bytes),
          String(dataset.publishedAt.prefix(19)), dataset.run)
      }
      print(table.text())
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a dataset's columns, statistics and versions.")
    @Argument(help: "NAME or NAME@VERSION.") var name: String
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let workspace = try Workspace(stores)
      let (dataset, version) = try DatasetReference.parse(name)
      let shown = try workspace.metadata.dataset(dataset, version: version)
      let path = try workspace.artifacts.path(of: shown.digest)
      if json {
        var object = try JSONValue(encoding: shown).object ?? [:]
        object["path"] = .string(path)
        return print(JSONValue.object(object).prettyText)
      }
      print(
        "\(Style.output.bold(shown.dataset)) version \(shown.version)  \(Figures.count(shown.rows)) rows  \(Figures.bytes(shown.bytes))"
      )
      print("  run \(shown.run), node \(shown.node), \(shown.publishedAt)\n  \(shown.digest)\n  \(path)\n")
      print(columns(shown).text(indent: "  "))
      let versions = try workspace.metadata.versions(of: dataset)
      if versions.count > 1 { print("\n  versions: \(versions.map { String($0.version) }.joined(separator: ", "))") }
    }

    private func columns(_ version: DatasetVersion) -> Table {
      var table = Table("column", "type", ">nulls", "min", "max")
      func text(_ value: JSONValue?) -> String {
        value.map { $0.isNull ? Figures.missing : String(($0.string ?? $0.text).prefix(32)) } ?? Figures.missing
      }
      for field in version.schema.array ?? [] {
        let name = field["name"]?.string ?? ""
        let figures = version.statistics?[name]
        let nulls = figures?["nulls"]?.int
        table.add(
          name, field["type"]?.string ?? "", Figures.count(nulls), text(figures?["min"]), text(figures?["max"]))
      }
      return table
    }
  }

  struct Head: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the first rows of a dataset.")
    @Argument(help: "NAME or NAME@VERSION.") var name: String
    @Option(name: [.customShort("n"), .long], help: "How many rows.") var rows = 10
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func validate() throws {
      guard (1...10_000).contains(rows) else { throw ValidationError("--rows takes 1 to 10000.") }
    }

    func run() throws {
      let workspace = try Workspace(stores)
      let (dataset, version) = try DatasetReference.parse(name)
      let shown = try workspace.metadata.dataset(dataset, version: version)
      let preview = try DatasetPreview(workspace).rows(of: shown, count: rows)
      if json {
        let answer: JSONValue = [
          "dataset": .string(shown.dataset), "version": .int(Int64(shown.version)), "schema": preview.schema,
          "rows": .array(preview.rows.map { .array($0) }),
        ]
        return print(answer.prettyText)
      }
      let fields = preview.schema.array ?? []
      var lines = [fields.map { $0["name"]?.string ?? "" }]
      lines += preview.rows.map { $0.map { $0.isNull ? "" : String(($0.string ?? $0.text).prefix(40)) } }
      print(aligned(lines))
    }

    private func aligned(_ lines: [[String]]) -> String {
      let count = lines.first?.count ?? 0
      let widths = (0..<count).map { column in lines.map { $0[column].count }.max() ?? 0 }
      return lines.map { line in
        line.enumerated().map { $1 + String(repeating: " ", count: widths[$0] - $1.count) }.joined(separator: "  ")
      }.joined(separator: "\n")
    }
  }
}

/// Reads rows of a stored version through the same plugin that runs use, in a worker of its own.
struct DatasetPreview {
  private static let reader = (plugin: "duckdb", component: "table")
  let workspace: Workspace
  init(_ workspace: Workspace) { self.workspace = workspace }

  func rows(of version: DatasetVersion, count: Int) throws -> (schema: JSONValue, rows: [[JSONValue]]) {
    guard let plugin = workspace.plugins(only: [Self.reader.plugin]).first(where: \.isUsable),
      let component = plugin.component(Self.reader.component), let path = plugin.path, let digest = plugin.digest
    else {
      throw Problem(
        .missingPlugin, "reading a dataset needs the plugin '\(Self.reader.plugin)'; see: ote plugins list")
    }
    let run = RunIdentifier.make()
    let folder = try workspace.artifacts.runFolder(run)
    defer { try? workspace.artifacts.removeRunFolder(run) }
    let node = PlanNode(
      name: "head", plugin: plugin.name, component: component,
      configuration: ["dataset": .string(version.dataset), "version": .int(Int64(version.version))], inputs: [])
    let plan = RunPlan(
      mode: .preview(rows: count), run: run, attempt: 1, pipeline: "preview", startedAt: TimeStamp.now(),
      plugins: [PlanPlugin(name: plugin.name, version: plugin.version, digest: digest, path: path)], nodes: [node],
      folder: folder, limits: RunLimits())
    return try workspace.workers.preview(
      plan, requests: DatasetLookup(metadata: workspace.metadata, artifacts: workspace.artifacts))
  }
}
