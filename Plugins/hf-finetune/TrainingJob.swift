// What the Python process is told, as a file.
import JSONValue
import PluginKit

struct TrainingJob {
  let settings: Settings
  let environment: TrainingEnvironment
  let start: StartModel
  let work: String
  var format: Settings.DataFormat
  var hasValidation = false
  private let threads: Int
  private let memoryBytes: Int?

  init(
    _ settings: Settings, _ environment: TrainingEnvironment, _ start: StartModel, work: String,
    format: Settings.DataFormat, run: Run
  ) {
    self.settings = settings
    self.environment = environment
    self.start = start
    self.work = work
    self.format = format
    threads = run.meta.threads
    memoryBytes = run.meta.memoryBytes
  }

  var trainFile: String { "\(work)/train.jsonl" }
  var validationFile: String { "\(work)/validation.jsonl" }

  private var json: JSONValue {
    var values = settings.values
    values["data_format"] = .string(format.rawValue)
    return [
      "settings": .object(values), "work": .string(work), "cache": .string(environment.cache),
      "train": .string(trainFile), "validation": hasValidation ? .string(validationFile) : .null, "model": start.json,
      "threads": .int(Int64(threads)), "memory_bytes": memoryBytes.map { .int(Int64($0)) } ?? .null,
      "gguf_converter": environment.converter.map { .string($0) } ?? .null,
    ]
  }

  /// Writes the job and starts the process.
  func session(arguments: [String], _ run: Run, _ sink: EventSink?) throws -> TrainingSession {
    let file = "\(work)/job.json"
    try RowFile.write(json.text, to: file)
    let processes = Int(settings.values["processes"]?.int ?? 1)
    let child = try ChildProcess(
      [environment.python, environment.unpackRunner(into: work), file] + arguments,
      environment: environment.variables(work: work, threads: max(1, threads / processes)))
    return TrainingSession(child, run, sink)
  }
}
