// ote pipelines state, forget: what the nodes of a pipeline remember from run to run.
import ArgumentParser
import ControlPlane
import JSONValue
import MetadataStore
import Model
import Supervisor

extension Pipelines {
  struct State: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List what the nodes of a pipeline remember from run to run, such as positions of incremental sources.")
    @Argument(help: "The pipeline's name, as in metadata.name.") var name: String
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let kept = try Workspace(stores).metadata.keptState(of: name)
      if json { return try Standard.json(kept) }
      guard !kept.isEmpty else { return print("no node of a pipeline '\(name)' remembers anything") }
      var table = Table("node", "component", ">keys", ">size")
      for entry in kept {
        table.add(
          entry.node, entry.component, Figures.count(Int64(entry.keys)), Figures.bytes(Int64(entry.bytes)))
      }
      print(table.text())
    }
  }

  struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a pipeline's nodes forget what they remember: an incremental source reads everything again.",
      discussion: """
        Kept answers of models are forgotten too, and asked for and paid for again; so are uploads that a crashed run has
        left to be ended. Name the node where only its position is meant.
        """)
    @Argument(help: "The pipeline's name, as in metadata.name.") var name: String
    @Option(help: "Only this node.") var node: String?
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let workspace = try Workspace(stores)
      // A run whose host was killed is under way for nobody.
      try workspace.supervisor.recover()
      let forgotten = try workspace.metadata.forgetState(of: name, node: node)
      guard !forgotten.isEmpty else {
        let said =
          node.map { "node '\($0)' of pipeline '\(name)' remembers nothing" }
          ?? "no node of a pipeline '\(name)' remembers anything"
        throw Problem(.nothingHere, said, next: "See what there is: ote pipelines state \(name)")
      }
      let project = try workspace.metadata.pipelineRecord(name)?.project ?? Project.standard
      try AuditLog(workspace.metadata).note(
        CommandLineActor.current, "pipeline.forget", "pipeline:\(name)", project: project,
        detail: ["nodes": .array(Set(forgotten.map(\.node)).sorted().map { .string($0) })])
      if json { return try Standard.json(forgotten) }
      for entry in forgotten {
        print("\(entry.node) forgot what \(entry.component) had kept (\(Figures.bytes(Int64(entry.bytes))))")
      }
    }
  }
}
