// Short-lived workers that answer one question: what is in this file, which columns flow where.
package import Model
package import WorkerPool
package import WorkerProtocol

package import JSONValue

import FoundationEssentials
import Glibc
import PluginCatalog

/// The value of a secret by its name, in the project that the work belongs to.
package typealias SecretLookup = @Sendable (_ name: String) throws(Problem) -> String

package struct Workers: Sendable {
  let executable: String
  /// More than any honest description needs, little enough for a start-up to wait.
  private static let scanSeconds = 5.0

  /// `ote-worker` beside the running program, or what OTE_WORKER names.
  package init(executable: String? = nil) {
    if let executable {
      self.executable = executable
    } else if let named = getenv("OTE_WORKER") {
      self.executable = String(cString: named)
    } else {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let length = readlink("/proc/self/exe", &buffer, buffer.count)
      let path = String(decoding: buffer[0..<max(0, length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      self.executable = (path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".") + "/ote-worker"
    }
  }

  func start() throws(Problem) -> WorkerProcess {
    try WorkerProcess(
      executable: executable, arguments: [String(getpid())], environment: WorkerEnvironment.current())
  }

  /// Runs a plan in a worker of its own. What it says, and how it ended, holds no secret that it was given. `speaking` is
  /// handed the way to speak to the worker while it runs.
  func run(
    _ plan: RunPlan, secrets: SecretLookup?, cancel: Int32 = -1, observer: any WorkerObserver,
    speaking: (MessageWriter) -> Void = { _ in }
  ) throws(Problem) -> WorkerEnd {
    let screen = SecretScreen(plan, lookup: secrets, next: observer)
    let watch = WorkerWatch(try start(), limits: plan.limits, blame: BlameTable(plan), observer: screen)
    speaking(watch.writer)
    return screen.cleaned(watch.run(.plan(plan), cancel: cancel))
  }

  /// Loads the file in a throw-away process and asks what is in it.
  package func scan(path: String, plugin: String) -> ScanOutcome {
    var limits = RunLimits()
    limits.memoryBytes = 1 << 30
    limits.wallSeconds = Self.scanSeconds
    limits.stallSeconds = Self.scanSeconds
    let collector = AnswerCollector()
    do {
      let watch = WorkerWatch(
        try start(), limits: limits, blame: BlameTable(nodes: [], plugins: [plugin]), observer: collector)
      return description(watch.run(.scan(path: path)), collector, plugin)
    } catch { return .failure(error) }
  }

  private func description(_ end: WorkerEnd, _ collector: AnswerCollector, _ plugin: String) -> ScanOutcome {
    switch end {
    case .finished(let outcome) where outcome.problems.isEmpty:
      guard let json = collector.description else {
        return .failure(Problem(.descriptorInvalid, "the scan ended without a description", plugin: plugin))
      }
      do throws(Problem) {
        return .success(try PluginDescription(describing: json.text, plugin: plugin))
      } catch { return .failure(error) }
    case .finished(let outcome):
      var problem = outcome.problems[0]
      problem.plugin = plugin
      return .failure(problem)
    case .described:
      return .failure(Problem(.scanCrashed, "the worker ended after it had described the file", plugin: plugin))
    case .died(var problem, _):
      problem.plugin = plugin
      problem.origin = .plugin
      switch problem.code {
      case .pluginStalled, .wallLimit:
        let detail = "it did not describe itself within \(Int(Self.scanSeconds)) s"
        problem = Problem(.scanHung, detail, plugin: plugin)
      case .memoryLimit: problem.code = .scanCrashed
      default:
        problem = Problem(.scanCrashed, problem.detail, plugin: plugin)
      }
      return .failure(problem)
    }
  }

  /// Binds a plan and answers the columns at every output, before any data has moved.
  package func bind(
    _ plan: RunPlan, requests: any WorkerObserver, secrets: SecretLookup? = nil
  ) throws(Problem) -> [BoundNode] {
    let collector = AnswerCollector(forwarding: requests)
    switch try run(plan, secrets: secrets, observer: collector) {
    case .finished(let outcome):
      if let problem = outcome.problems.first { throw problem }
      return collector.bound
    case .described: return []
    case .died(let problem, _): throw problem
    }
  }
}

extension Workers {
  /// The first rows of the plan's last node: schema as JSON, then rows of JSON values.
  package func preview(
    _ plan: RunPlan, requests: any WorkerObserver, secrets: SecretLookup? = nil
  ) throws(Problem) -> (schema: JSONValue, rows: [[JSONValue]]) {
    let collector = AnswerCollector(forwarding: requests)
    switch try run(plan, secrets: secrets, observer: collector) {
    case .finished(let outcome):
      if let problem = outcome.problems.first { throw problem }
      guard let preview = collector.preview else { throw Problem(.workerProtocolBroken, "the preview never came") }
      return preview
    case .described: throw Problem(.workerProtocolBroken, "a scan, not a preview")
    case .died(let problem, _): throw problem
    }
  }

  /// What the plan's component answers to a form.
  func answer(
    _ plan: RunPlan, requests: any WorkerObserver, secrets: SecretLookup?
  ) throws(Problem) -> JSONValue {
    let collector = AnswerCollector(forwarding: requests)
    switch try run(plan, secrets: secrets, observer: collector) {
    case .finished(let outcome):
      if let problem = outcome.problems.first { throw problem }
      guard let answer = collector.answer else { throw Problem(.workerProtocolBroken, "the answer never came") }
      return answer
    case .described: throw Problem(.workerProtocolBroken, "a scan, not an answer")
    case .died(let problem, _): throw problem
    }
  }
}

extension BlameTable {
  package init(_ plan: RunPlan) {
    self.init(nodes: plan.nodes.map { ($0.name, $0.plugin) }, plugins: plan.plugins.map(\.name))
  }
}

/// Keeps what the worker says; requests go on to whoever can answer them.
private final class AnswerCollector: WorkerObserver {
  var description: JSONValue?
  var bound: [BoundNode] = []
  var preview: (schema: JSONValue, rows: [[JSONValue]])?
  var answer: JSONValue?
  private let next: (any WorkerObserver)?

  init(forwarding next: (any WorkerObserver)? = nil) { self.next = next }

  func worker(said message: WorkerMessage) {
    switch message {
    case .described(let json): description = json
    case .bound(let nodes): bound = nodes
    case .preview(let schema, let rows): preview = (schema, rows)
    case .answered(let json): answer = json
    default: next?.worker(said: message)
    }
  }

  func worker(asked request: WorkerRequest) -> ReplyOutcome {
    next?.worker(asked: request) ?? .failed(Problem(.hostFailed, "a scan may not ask for anything"))
  }
}
