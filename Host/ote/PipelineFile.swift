// A pipeline document on the command line: read, resolved against the installed plugins, made into a plan.
import ArgumentParser
import FoundationEssentials
import JSONValue
import Model
import Registry
import PipelineDocument
import Supervisor

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
  let prepared: PreparedPipeline
  var document: PipelineDocument { prepared.document }
  var resolved: ResolvedPipeline { prepared.resolved }

  init(_ options: PipelineOptions, in workspace: Workspace, run: String, startedAt: String) throws(Problems) {
    let document = try PipelineDocument.read(path: options.file)
    let text = (try? String(contentsOfFile: options.file, encoding: .utf8)) ?? document.canonicalText
    prepared = try PreparedPipeline(
      document: document, text: text, parameters: document.parameterValues(fromText: options.texts), run: run,
      startedAt: startedAt, plugins: workspace.plugins, registry: workspace.registry.lookup(in: Project.standard))
  }
}
