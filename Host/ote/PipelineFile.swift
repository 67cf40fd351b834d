// A pipeline document on the command line: read, resolved against the installed plugins, made into a plan.
import ArgumentParser
import FoundationEssentials
import JSONValue
import Model
import PipelineDocument
import WorkerProtocol

struct PipelineOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The pipeline document (YAML or JSON); - reads standard input.", valueName: "file"))
  var file: String

  @Option(
    name: [.customLong("param"), .short],
    help: ArgumentHelp("A parameter value; may be repeated.", valueName: "name=value"))
  var parameters: [String] = []

  mutating func validate() throws {
    for parameter in parameters where !parameter.contains("=") || parameter.hasPrefix("=") {
      throw ValidationError("--param takes NAME=VALUE, not '\(parameter)'.")
    }
  }

  var texts: [String: String] {
    parameters.reduce(into: [:]) { texts, parameter in
      let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      texts[String(parts[0])] = String(parts[1])
    }
  }
}

struct PipelineFile {
  let document: PipelineDocument
  let resolved: ResolvedPipeline
  let text: String

  init(_ options: PipelineOptions, in workspace: Workspace, run: String, startedAt: String) throws(Problems) {
    document = try PipelineDocument.read(path: options.file)
    text = (try? String(contentsOfFile: options.file, encoding: .utf8)) ?? document.canonicalText
    let values = document.parameterValues(fromText: options.texts)
    let pipeline = document.pipeline
    var installed: [InstalledPlugin]
    var resolved: ResolvedPipeline
    let named = Set(pipeline.nodes.map(\.plugin) + pipeline.requiredPlugins.map(\.name))
    do {
      installed = workspace.plugins(only: named)
      resolved = try document.resolve(parameters: values, plugins: installed, run: run, startedAt: startedAt)
    } catch {
      // Something is missing: with every plugin at hand, one may fit, or at least be named in the problem.
      installed = workspace.plugins()
      resolved = try document.resolve(parameters: values, plugins: installed, run: run, startedAt: startedAt)
    }
    // One worker runs all plugins of the run, so the strictest of the admin's bounds holds for it.
    let used = Set(resolved.plugins.map(\.name))
    for plugin in installed where used.contains(plugin.name) {
      if let limits = plugin.policy?.limits { resolved.limits = resolved.limits.tightened(by: limits) }
    }
    self.resolved = resolved
  }

  /// A plugin names a field of its own configuration; the reader of the document wants file and line.
  static func locate(_ problem: Problem, in document: PipelineDocument) -> Problem {
    guard let node = problem.node, let field = problem.at?.pointer, problem.at?.file == nil else { return problem }
    var problem = problem
    let token = node.replacing("~", with: "~0").replacing("/", with: "~1")
    problem.at = document.location(at: "/nodes/\(token)/with\(field)")
    return problem
  }

  func plan(_ mode: RunPlan.Mode, run: String, startedAt: String, folder: String) -> RunPlan {
    RunPlan(
      mode: mode, run: run, attempt: 1, pipeline: resolved.pipeline.name, startedAt: startedAt,
      plugins: resolved.plugins, nodes: resolved.nodes, folder: folder, limits: resolved.limits)
  }
}
