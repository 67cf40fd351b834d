// Runs as the API shows them.
import JSONValue
import MetadataStore
import Model
import Supervisor

/// A run in lists: flat, as clients read it.
struct RunView: Encodable {
  /// The cause of runs that nobody ordered.
  static let commandLine = "cli"
  private let entry: RunEntry
  init(_ entry: RunEntry) { self.entry = entry }

  private enum CodingKeys: String, CodingKey {
    case run, pipeline, status, seconds, attempts, problem, detail, project, actor, cause, priority
    case started = "started_at"
    case finished = "finished_at"
    case causedBy = "caused_by"
    case queuedAt = "queued_at"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let summary = entry.summary
    try container.encode(summary.run, forKey: .run)
    try container.encode(summary.pipeline, forKey: .pipeline)
    try container.encode(summary.status, forKey: .status)
    try container.encode(summary.startedAt, forKey: .started)
    try container.encodeIfPresent(summary.finishedAt, forKey: .finished)
    try container.encodeIfPresent(summary.seconds, forKey: .seconds)
    try container.encode(summary.attempts, forKey: .attempts)
    try container.encodeIfPresent(summary.problem, forKey: .problem)
    try container.encodeIfPresent(summary.detail, forKey: .detail)
    try container.encode(entry.project, forKey: .project)
    try container.encodeIfPresent(entry.actor, forKey: .actor)
    try container.encode(entry.cause?.rawValue ?? Self.commandLine, forKey: .cause)
    try container.encodeIfPresent(entry.causedBy, forKey: .causedBy)
    try container.encodeIfPresent(entry.priority, forKey: .priority)
    try container.encodeIfPresent(entry.queuedAt, forKey: .queuedAt)
  }
}

extension JSONValue {
  /// What an `Encodable` would write; null where it cannot.
  init(of value: some Encodable) { self = (try? JSONValue(encoding: value)) ?? .null }

  /// An object without the keys whose value is nil.
  static func fields(_ fields: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    .object(fields.reduce(into: [:]) { object, field in object[field.key] = field.value })
  }
}

extension Optional where Wrapped == String {
  var json: JSONValue? { map { .string($0) } }
}
