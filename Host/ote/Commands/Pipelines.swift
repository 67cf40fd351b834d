// ote pipelines: what a document means, before it runs, and what its nodes remember behind runs.
import ArgumentParser
import ArtifactStore
import FoundationEssentials
import JSONValue
import Model
import PipelineDocument
import Supervisor
import WorkerPool
import WorkerProtocol

struct Pipelines: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check and explain pipeline documents, and what their nodes remember.",
    subcommands: [Validate.self, Explain.self, Schema.self, State.self, Forget.self])

  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a document: names, types, configurations, and the columns on every edge.")
    @OptionGroup var pipeline: PipelineOptions
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      var problems: [Problem] = []
      var warnings: [DocumentWarning] = []
      var name = ""
      do {
        let bound = try BoundPipeline(pipeline, stores)
        warnings = bound.file.resolved.warnings
        name = bound.file.resolved.pipeline.name
      } catch let error as Problems {
        problems = error.all
      } catch let error as Problem { problems = [error] }
      if json {
        let answer: JSONValue = [
          "valid": .bool(problems.isEmpty), "problems": try JSONValue(encoding: problems),
          "warnings": try JSONValue(encoding: warnings),
        ]
        print(answer.prettyText)
      } else {
        ProblemText.print(problems)
        for warning in warnings { Standard.error("warning: \(warning.message)") }
        if problems.isEmpty { print("\(name): valid") }
      }
      if !problems.isEmpty { throw Exit.failed }
    }
  }

  struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the plan: nodes in order, columns on every edge, what fuses into one query.")
    @OptionGroup var pipeline: PipelineOptions
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let bound = try BoundPipeline(pipeline, stores)
      if json { print(try bound.json().prettyText) } else { bound.printPlan() }
    }
  }

  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the JSON Schema of the pipeline document.")
    func run() throws { print(PipelineDocument.documentSchema) }
  }
}

/// A document whose plan a worker has bound: every column known that can be known.
struct BoundPipeline {
  let file: PipelineFile
  let nodes: [BoundNode]

  init(_ options: PipelineOptions, _ stores: StoreOptions) throws {
    let workspace = try Workspace(stores)
    let run = RunIdentifier.make()
    let now = TimeStamp.now()
    file = try PipelineFile(options, in: workspace, run: run, startedAt: now)
    let folder = try workspace.artifacts.runFolder(run)
    defer { try? workspace.artifacts.removeRunFolder(run) }
    let plan = file.prepared.plan(.bind, run: run, startedAt: now, folder: folder)
    do {
      nodes = try workspace.workers.bind(
        plan, requests: DatasetLookup(metadata: workspace.metadata, artifacts: workspace.artifacts))
    } catch {
      throw PreparedPipeline.locate(error, in: file.document)
    }
  }

  func json() throws -> JSONValue {
    let plan = file.resolved.nodes.map { node -> JSONValue in
      let bound = nodes.first { $0.node == node.name }
      return [
        "name": .string(node.name), "use": .string(node.use), "kind": .string(node.component.kind.rawValue),
        "inserted": .bool(node.inserted),
        "inputs": .array(
          node.inputs.map { ["name": .string($0.name), "from": .string("\($0.node).\($0.output)")] }),
        "outputs": .object((bound?.outputs ?? [:]).mapValues { $0 ?? .null }),
        "needs": .object((bound?.columns ?? [:]).mapValues { $0.map { .array($0.map { .string($0) }) } ?? .null }),
        "fused_into": bound?.fusedInto.map { .string($0) } ?? .null,
      ]
    }
    return ["pipeline": .string(file.resolved.pipeline.name), "nodes": .array(plan)]
  }

  func printPlan() {
    let style = Style.output
    print(style.bold(file.resolved.pipeline.title ?? file.resolved.pipeline.name))
    for node in file.resolved.nodes {
      let bound = nodes.first { $0.node == node.name }
      let inserted = node.inserted ? style.dim("  (inserted by the host)") : ""
      print("\n\(style.bold(node.name))  \(node.use)\(inserted)")
      for input in node.inputs {
        let needs = bound?.columns[input.name].flatMap { $0 }.map { "  needs \($0.joined(separator: ", "))" } ?? ""
        print("  in   \(input.name) <- \(input.node).\(input.output)\(needs)")
      }
      for port in node.component.connectableOutputs { print(columns(of: port, bound)) }
      if let into = bound?.fusedInto { print("  runs inside the query of \(into)") }
      if let gate = node.gate { print("  gate on \(gate.on.rawValue): \(gate.action.rawValue)") }
      if node.materialize { print("  keeps its output for resume") }
    }
  }

  private func columns(of port: PortDescription, _ bound: BoundNode?) -> String {
    guard let schema = bound?.outputs[port.name].flatMap({ $0 })?.array else {
      return "  out  \(port.name): columns known only while it runs"
    }
    let fields = schema.map { "\($0["name"]?.string ?? "") \($0["type"]?.string ?? "")" }
    return "  out  \(port.name): \(fields.joined(separator: ", "))"
  }
}
