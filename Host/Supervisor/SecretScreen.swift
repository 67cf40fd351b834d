// Stands between a worker and the host: hands out the secrets of its plan, and keeps them out of whatever the worker says.
import FoundationEssentials
import JSONValue
import Model
import SecretVault
import WorkerPool
import WorkerProtocol

/// Used on the thread that watches the worker only.
final class SecretScreen: WorkerObserver {
  private let nodes: [String: PlanNode]
  private let plugins: [String: PlanPlugin]
  private let lookup: SecretLookup?
  private let next: any WorkerObserver
  private var given: Set<String> = []
  private var redactor = Redactor([])

  init(_ plan: RunPlan, lookup: SecretLookup?, next: any WorkerObserver) {
    nodes = Dictionary(plan.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    plugins = Dictionary(plan.plugins.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.lookup = lookup
    self.next = next
  }

  func worker(asked request: WorkerRequest) -> ReplyOutcome {
    guard case .secret(let node, let name) = request else { return next.worker(asked: request) }
    do throws(Problem) {
      let value = try value(name, for: node)
      // Before the worker has it, so that no word of it can come first.
      if given.insert(value).inserted { redactor = Redactor(given) }
      return .answered(.string(value))
    } catch { return .failed(error) }
  }

  /// The worker is not trusted to ask only for what is its own: the plan decides.
  private func value(_ name: String, for node: String) throws(Problem) -> String {
    guard let plan = nodes[node], plan.names(secret: name), plugins[plan.plugin]?.allows(secret: name) == true else {
      throw Problem(.permissionDenied, "the secret '\(name)' was not given to node '\(node)'", node: node)
    }
    guard let lookup else { throw Problem(.secretUnavailable, "there are no secrets here; '\(name)' was asked for") }
    return try lookup(name)
  }

  func worker(said message: WorkerMessage) {
    guard !redactor.isEmpty else { return next.worker(said: message) }
    if let clean = cleaned(message) { next.worker(said: clean) }
  }

  func worker(uses use: WorkerUse) { next.worker(uses: use) }

  /// How it ended, in words that hold no secret.
  func cleaned(_ end: WorkerEnd) -> WorkerEnd {
    guard !redactor.isEmpty else { return end }
    switch end {
    case .described: return end
    case .died(let problem, let report): return .died(cleaned(problem) ?? unreadable, report: redactor.redact(report))
    case .finished(let outcome):
      return .finished(cleaned(outcome) ?? RunOutcome(status: .failed, problems: [unreadable]))
    }
  }

  private var unreadable: Problem {
    Problem(.workerProtocolBroken, "what the worker said could not be cleared of secrets, so it is not shown")
  }

  /// Every text in it, wherever it stands; nil where that cannot be done, as then it must not be shown.
  private func cleaned<Value: Codable>(_ value: Value) -> Value? {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let data = try? encoder.encode(value), let json = try? JSONValue(parsing: Array(data)) else { return nil }
    return try? decoder.decode(Value.self, from: Data(redacted(json).text.utf8))
  }

  private func redacted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(redactor.redact(text))
    case .array(let items): .array(items.map(redacted))
    case .object(let entries):
      .object(Dictionary(entries.map { (redactor.redact($0), redacted($1)) }, uniquingKeysWith: { first, _ in first }))
    default: value
    }
  }
}
