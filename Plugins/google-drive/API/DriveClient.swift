// Calls to Drive: signed with a fresh token, made again when they meet a limit or a fault that passes.
import HTTPTransfer
import JSONValue
import PluginKit
import Synchronization

/// Any thread. One per run of a component.
final class DriveClient: Sendable {
  let endpoints: Endpoints
  let run: Run
  let pulse: Pulse
  private let http: HTTPClient
  private let tokens: TokenSource
  private let retry: Retry
  /// Off while something must be finished or undone although the run was cancelled.
  private let heedsCancel = Atomic<Bool>(true)
  private let isClosed = Atomic<Bool>(false)

  init(_ access: Access, scope: Scope, _ run: Run, limits: HTTPLimits = HTTPLimits()) {
    endpoints = access.endpoints
    self.run = run
    pulse = Pulse(run)
    var settings = HTTPClient.Settings()
    settings.limits = limits
    http = HTTPClient(settings)
    var retry = Retry()
    retry.attempts = access.attempts
    self.retry = retry
    tokens = TokenSource(access, scope: scope, http: http, retry: retry)
  }

  /// From now on calls run to their end, also when the run is cancelled.
  func ignoreCancel() { heedsCancel.store(false, ordering: .relaxed) }
  /// Ends calls that are under way, on any thread, as cancelled.
  func close() { isClosed.store(true, ordering: .relaxed) }
  /// For what has to be undone after that.
  func reopen() { isClosed.store(false, ordering: .relaxed) }
  private var cancelling: Run? { heedsCancel.load(ordering: .relaxed) ? run : nil }

  func url(_ path: String, _ query: [(String, String)]) -> String {
    endpoints.api + path + (query.isEmpty ? "" : "?" + PercentEncoding.form(query))
  }

  /// A call that answers JSON. `doing` follows "could not".
  func call(
    _ method: String, _ path: String, _ query: [(String, String)] = [], json: JSONValue? = nil, _ doing: String,
    file: String? = nil, isRepeatable: Bool = true
  ) throws -> JSONValue {
    let url = url("/drive/v3/" + path, query)
    let response = try send(doing, isRepeatable: isRepeatable) {
      json.map { HTTPRequest(method, url, json: $0) } ?? HTTPRequest(method, url)
    }
    guard response.isSuccess else { throw DriveProblem(response).error(doing, file: file, host: response.host) }
    if response.body.isEmpty { return .null }
    guard let answer = try? JSONValue(parsing: response.body) else {
      throw PluginError(
        .io, "could not \(doing): the answer of \(response.host) is not JSON", retryable: true,
        details: response.details.merging(["next": "Run it again; if a proxy stands in between, look at what it does."])
        { $1 })
    }
    return answer
  }

  /// Sends until there is an answer that does not pass by itself: good or bad. `make` is called for each try.
  func send(
    _ doing: String, into receiver: HTTPReceiver = .memory, isRepeatable: Bool = true, _ make: () throws -> HTTPRequest
  ) throws -> HTTPResponse {
    var attempt = 1
    var renewed = false
    while true {
      if isClosed.load(ordering: .relaxed) { throw PluginError.cancelled }
      let token = try tokens.bearer(run, cancelling, life: pulse.beat)
      let wait: Double
      do {
        let response = try http.send(prepare(try make(), token), cancelling, into: receiver)
        if response.status == 401, !renewed, tokens.canRenew {
          // Revoked early, or the clock of this machine is behind: one fresh token, then believe it.
          renewed = true
          try tokens.renew(replacing: token, run, cancelling, life: pulse.beat)
          continue
        }
        guard isRepeatable, DriveProblem(response).isPassing, attempt < retry.attempts,
          let asked = retry.delay(afterAttempt: attempt, response)
        else { return response }
        wait = asked
        run.log(.debug, "Drive answered \(response.status); trying again in \(Int(asked * 1000)) ms", fields: [:])
      } catch let error as PluginError where isRepeatable && error.retryable && attempt < retry.attempts {
        wait = retry.delay(afterAttempt: attempt, HTTPResponse()) ?? 1
        run.log(.debug, "\(error.message); trying again")
      }
      try pause(wait)
      attempt += 1
    }
  }

  /// Waits between tries of something larger than one call.
  func pause(attempt: Int) throws { try pause(retry.delay(afterAttempt: attempt, HTTPResponse()) ?? 1) }
  var attempts: Int { retry.attempts }

  private func pause(_ seconds: Double) throws {
    // In short pieces: a stream that is closed must not wait for the whole of it.
    var left = seconds
    while left > 0 {
      if isClosed.load(ordering: .relaxed) { throw PluginError.cancelled }
      try Pause.wait(min(left, 0.2), cancelling)
      left -= 0.2
      pulse.beat()
    }
  }

  private func prepare(_ request: HTTPRequest, _ token: String) -> HTTPRequest {
    var request = request
    if endpoints.trusts(request.url) { request.headers["Authorization"] = "Bearer \(token)" }
    let pulse = pulse
    request.onProgress = { _, _ in pulse.beat() }
    request.shouldStop = { [self] in isClosed.load(ordering: .relaxed) }
    return request
  }
}
