// The `lora` component: rows and a base model in, an adapter out.
import Glibc
import JSONValue
import PluginKit

final class LoRATrainer: Trainer {
  static var descriptor: ComponentDescriptor { TrainerDescriptor.lora }

  private let settings: Settings

  init(configuration: Settings, host: Host) throws { settings = configuration }

  func estimate(_ request: NodeRequest, _ run: Run) throws -> JSONValue {
    let environment = try TrainingEnvironment(settings)
    let work = try run.temporaryFolder()
    let job = TrainingJob(
      settings, environment, try StartModel(request, settings), work: work, format: settings.dataFormat, run: run)
    let session = try job.session(arguments: ["--estimate"], run, nil)
    try session.finish()
    guard let estimate = session.estimate else { throw PluginError(.internal, "the estimate is missing") }
    return estimate
  }

  func train(
    _ request: NodeRequest, _ inputs: [NamedStream], _ events: EventSink, _ run: Run
  ) throws -> TrainedModel {
    let environment = try TrainingEnvironment(settings)
    let start = try StartModel(request, settings)
    let work = try run.temporaryFolder()
    var job = TrainingJob(settings, environment, start, work: work, format: .auto, run: run)
    try writeRows(inputs, &job, run)
    try job.session(arguments: [], run, events).finish()
    let outcome = TrainingOutcome(json: try JSONValue(parsing: RowFile.read("\(work)/outcome.json")))
    return TrainedModel(try publish(outcome, start, run), report: outcome.report)
  }

  private func writeRows(_ inputs: [NamedStream], _ job: inout TrainingJob, _ run: Run) throws {
    guard let train = inputs.first(where: { $0.name == "train" }) ?? inputs.first else {
      throw PluginError.configuration("nothing is connected to the input \"train\"", at: "")
    }
    let shape = try RowShape(train.stream.schema, settings, input: "train")
    job.format = shape.format
    _ = try RowFile.write(train.stream, shape, to: job.trainFile, run)
    guard let validation = inputs.first(where: { $0.name == "validation" }) else {
      guard !settings.needsValidation else {
        throw PluginError.configuration(
          "early stopping needs rows to judge by: connect the input \"validation\", or set patience to 0",
          at: "/patience")
      }
      return
    }
    var wanted = settings
    wanted.dataFormat = shape.format
    let other = try RowShape(validation.stream.schema, wanted, input: "validation")
    _ = try RowFile.write(validation.stream, other, to: job.validationFile, run)
    job.hasValidation = true
  }

  /// The folder is one artifact: the adapter as PEFT loads it and, where it was made, the GGUF file in it.
  private func publish(_ outcome: TrainingOutcome, _ start: StartModel, _ run: Run) throws -> JSONValue {
    guard let adapter = outcome.adapter else { throw PluginError(.internal, "the training left no adapter") }
    var document: [String: JSONValue] = ["base": start.document, "metadata": outcome.metadata()]
    document["license"] = start.document["license"]
    document["format"] = outcome.gguf == nil ? "hf-lora" : "gguf-lora"
    let receipt = try run.publish(adapter, kind: "model", metadata: .object(document))
    guard let digest = receipt["digest"] ?? receipt["artifact"] else {
      throw PluginError(.internal, "the host's receipt names no artifact")
    }
    document["artifact"] = digest
    let folder = try receipt["path"]?.string ?? run.fetch(digest.string ?? "")["path"]?.string ?? adapter
    document["path"] = .string(folder)
    if let gguf = outcome.gguf {
      document["files"] = ["hf": .string(folder), "gguf-lora": .string(folder + gguf.dropFirst(adapter.count))]
    }
    return .object(document)
  }
}
