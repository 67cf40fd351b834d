// ote models chat: a conversation with a model, in a worker of its own.
import ArgumentParser
import ArtifactStore
import Glibc
import JSONValue
import Model
import Registry
import Supervisor
import Synchronization
import WorkerProtocol

extension Models {
  struct Chat: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Talk to a registered model, or to any provider.",
      discussion: """
        Reads lines from standard input until it ends; /new begins again. With --prompt it answers once and ends.

          ote models chat function-caller@candidate
          ote models chat --use llama-cpp/model --with '{"path": "model.gguf"}' --prompt "Who are you?"
        """)
    @Argument(help: "NAME, NAME@VERSION or NAME@ALIAS.") var model: String?
    @Option(help: "A provider instead: plugin/component.") var use: String?
    @Option(help: "A saved connection instead.") var connection: String?
    @Option(name: .customLong("with"), help: ArgumentHelp("The provider's configuration as JSON.", valueName: "json"))
    var with: String?
    @Option(help: "Ask this and end.") var prompt: String?
    @Option(help: "What the model is told first.") var system: String?
    @Option(help: "Tokens an answer has at most.") var maxTokens = 512
    @Option(help: "0 for the likeliest answer each time.") var temperature: Double?
    @Option(help: "For the same answer again.") var seed: Int?
    @OptionGroup var stores: StoreOptions

    func validate() throws {
      guard model != nil || use != nil || connection != nil else {
        throw ValidationError("Name a model, or a provider with --use, or a --connection.")
      }
    }

    func run() throws {
      let workspace = try Workspace(stores)
      let (run, artifacts) = (RunIdentifier.make(), workspace.artifacts)
      let folder = try artifacts.runFolder(run)
      defer { try? artifacts.removeRunFolder(run) }
      let served = try ServedBinding(
        try binding(), run: run, folder: folder, plugins: workspace.plugins,
        registry: workspace.registry.lookup(in: Project.standard))
      let model = ServedModel(
        served.plan, workers: workspace.workers, secrets: workspace.secrets(of: Project.standard),
        requests: DatasetLookup(metadata: workspace.metadata, artifacts: artifacts),
        account: ConnectionAccount(served, project: Project.standard, metadata: workspace.metadata))
      defer { model.stop() }
      try model.start()
      if let prompt {
        _ = try answer([message("user", prompt)], model)
        return
      }
      try converse(model)
    }

    private func binding() throws -> JSONValue {
      var binding: [String: JSONValue] = [:]
      binding["model"] = model.map { .string($0) }
      binding["use"] = use.map { .string($0) }
      binding["connection"] = connection.map { .string($0) }
      binding["with"] = try with.map { .object(try FieldTexts.object($0)) }
      return .object(binding)
    }

    private func message(_ role: String, _ content: String) -> JSONValue {
      ["role": .string(role), "content": .string(content)]
    }

    private func converse(_ model: ServedModel) throws {
      var messages: [JSONValue] = []
      Standard.error(Style.error.dim("Type a line; /new begins again, Ctrl-D ends."))
      while true {
        Standard.raw(Style.error.bold("> "))
        guard let line = readLine() else { break }
        if line == "/new" {
          messages = []
          continue
        }
        if line.isEmpty { continue }
        messages.append(message("user", line))
        do throws(Problem) {
          messages.append(message("assistant", try answer(messages, model)))
        } catch {
          Standard.error(ProblemText.text(error))
          messages.removeLast()
          if model.hasEnded { throw error }
        }
      }
      Standard.error("")
    }

    /// Prints the answer as it comes, and answers it whole.
    private func answer(_ messages: [JSONValue], _ model: ServedModel) throws(Problem) -> String {
      let first = system.map { [message("system", $0)] } ?? []
      var request: [String: JSONValue] = [
        "messages": .array(first + messages), "max_tokens": .int(Int64(maxTokens)),
      ]
      request["temperature"] = temperature.map { .double($0) }
      request["seed"] = seed.map { .int(Int64($0)) }
      let text = Mutex("")
      let usage = Mutex("")
      try model.ask(ModelQuestion(node: ServedBinding.node, request: .object(request))) { choice, kind, payload in
        let event = ModelAnswer.event(choice: choice, kind: kind, payload: payload)
        switch event?["type"]?.string {
        case "text":
          print(payload, terminator: "")
          fflush(nil)
          text.withLock { $0 += payload }
        case "usage":
          let (input, output) = (event?["input_tokens"]?.int ?? 0, event?["output_tokens"]?.int ?? 0)
          usage.withLock { $0 = "\(input) tokens in, \(output) out" }
        default: break
        }
        return true
      }
      print()
      let counted = usage.withLock { $0 }
      if !counted.isEmpty { Standard.error(Style.error.dim(counted)) }
      return text.withLock { $0 }
    }
  }
}
