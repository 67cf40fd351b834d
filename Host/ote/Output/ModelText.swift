// One model version for a terminal: what it is, where it came from, how it did.
import ArtifactStore
import JSONValue
import MetadataStore
import Model
import Registry

struct ModelText {
  private let version: ModelVersion
  private let path: String
  private let figures: [Figure]
  private let history: [AliasChange]
  private let others: [ModelVersion]

  init(_ version: ModelVersion, _ workspace: Workspace) throws(Problem) {
    self.version = version
    path = try workspace.artifacts.path(of: version.digest)
    figures = try workspace.registry.figures(of: version)
    history = try workspace.metadata.aliasHistory(of: version.model)
    others = try workspace.metadata.versions(ofModel: version.model)
  }

  func json() throws -> JSONValue {
    var object = try JSONValue(encoding: version).object ?? [:]
    object["path"] = .string(path)
    object["figures"] = try JSONValue(encoding: figures)
    object["alias_history"] = try JSONValue(encoding: history)
    object["versions"] = .array(others.map { .int(Int64($0.version)) })
    return .object(object)
  }

  func print() {
    let aliases = version.aliases.isEmpty ? "" : "  (\(version.aliases.joined(separator: ", ")))"
    Swift.print(
      "\(Style.output.bold(version.name))\(aliases)  \(version.format ?? "")  \(Figures.bytes(version.bytes))")
    let origin = version.run.map { "run \($0), node \(version.node ?? ""), pipeline \(version.pipeline ?? "")" }
    Swift.print("  \(origin ?? "added by \(version.author ?? "somebody")"), \(version.createdAt)")
    Swift.print("  \(version.digest)\n  \(path)")
    if let license = version.document["license"]?.string { Swift.print("  licence \(license)") }
    if let use = version.document["serve"]?["use"]?.string { Swift.print("  served by \(use)") }
    if let base = version.document["base"] { Swift.print("  made from \(Self.words(base))") }
    printLineage()
    if !figures.isEmpty { Swift.print("\n" + table.text(indent: "  ")) }
    if others.count > 1 {
      Swift.print("\n  versions: \(others.map { String($0.version) }.joined(separator: ", "))")
    }
  }

  private static func words(_ base: JSONValue) -> String {
    guard let name = base["name"]?.string else { return base["path"]?.string ?? base["artifact"]?.string ?? "?" }
    return base["version"]?.int.map { "\(name)@\($0)" } ?? name
  }

  private func printLineage() {
    func list(_ key: String, _ title: String, _ words: (JSONValue) -> String) {
      let items = (version.lineage[key]?.array ?? []).map(words)
      if !items.isEmpty { Swift.print("  \(title) \(items.joined(separator: ", "))") }
    }
    list("datasets", "datasets") { "\($0["dataset"]?.string ?? "")@\($0["version"]?.int ?? 0)" }
    list("models", "used") { "\($0["model"]?.string ?? "")@\($0["version"]?.int ?? 0)" }
    list("plugins", "plugins") { "\($0["name"]?.string ?? "") \($0["version"]?.string ?? "")" }
    list("seeds", "seeds") { "\($0["node"]?.string ?? "")\($0["pointer"]?.string ?? "") \($0["value"]?.text ?? "")" }
    let parameters = (version.lineage["parameters"]?.object ?? [:]).sorted { $0.key < $1.key }
    if !parameters.isEmpty {
      Swift.print("  parameters \(parameters.map { "\($0.key)=\($0.value.text)" }.joined(separator: ", "))")
    }
  }

  private var table: Table {
    var table = Table("evaluated by", "figure", ">value", "interval", ">n")
    for figure in figures {
      table.add(
        figure.node, figure.name, FigureText.value(figure), FigureText.interval(figure),
        figure.n.map { Figures.count($0) } ?? "")
    }
    return table
  }
}

enum FigureText {
  static func value(_ figure: Figure?) -> String {
    guard let figure, let value = figure.value else { return Figures.missing }
    return Figures.short(value) + (figure.unit.map { $0.isEmpty ? "" : " \($0)" } ?? "")
  }

  static func interval(_ figure: Figure?) -> String {
    guard let interval = figure?.interval else { return "" }
    return "\(Figures.short(interval[0])) to \(Figures.short(interval[1]))"
  }
}

/// Two sets of figures side by side.
struct ComparisonText {
  let first: String
  let second: String
  let pairs: [FigurePair]

  func answer(json: Bool) throws {
    if json {
      let answer: JSONValue = [
        "first": .string(first), "second": .string(second), "figures": try JSONValue(encoding: pairs),
      ]
      return print(answer.prettyText)
    }
    guard !pairs.isEmpty else { return print("neither \(first) nor \(second) has been evaluated") }
    var table = Table("figure", ">\(first)", "interval", ">\(second)", "interval", ">difference", "")
    for pair in pairs {
      table.add(
        pair.name, FigureText.value(pair.first), FigureText.interval(pair.first), FigureText.value(pair.second),
        FigureText.interval(pair.second),
        pair.difference.map { ($0 > 0 ? "+" : "") + Figures.short($0) } ?? Figures.missing,
        pair.verdict ?? "")
    }
    print(table.text())
  }
}
