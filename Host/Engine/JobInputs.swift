// What reaches a node by inputs that are no streams: models and reports, each there once its maker is done.
import JSONValue
import Model

/// Where a model or a report comes from. Asking may wait for a job to do its work.
enum ValueSource {
  case provider(ProviderRun)
  case job(JobRun)
  /// What the plan itself names.
  case known(JSONValue)

  func model() throws(Problem) -> JSONValue {
    switch self {
    case .known(let document): return document
    case .provider(let provider): return try provider.document()
    case .job(let job):
      guard let model = try job.outcome().model else { throw job.node.problem(.hostFailed, "it made no model") }
      return model
    }
  }

  func report() throws(Problem) -> JSONValue {
    guard case .job(let job) = self else { throw Problem(.hostFailed, "only jobs report") }
    guard let report = try job.outcome().report else { throw job.node.problem(.hostFailed, "it made no report") }
    return report
  }
}

/// The values at a node's inputs, by input name.
struct JobInputs {
  var models: [String: ValueSource] = [:]
  var reports: [String: ValueSource] = [:]

  /// The request that carries them, when all of them are there.
  func request(streams: [String]) throws(Problem) -> String {
    var documents: [String: JSONValue] = [:]
    for (name, source) in models { documents[name] = try source.model() }
    var found: [String: JSONValue] = [:]
    for (name, source) in reports { found[name] = try source.report() }
    return JSONValue.object([
      "inputs": .array(streams.map { .string($0) }), "models": .object(documents), "reports": .object(found),
    ]).text
  }
}
