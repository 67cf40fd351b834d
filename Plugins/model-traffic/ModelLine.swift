// Requests to a model's server: the key, further attempts, streamed answers, and the watch over their silence.
package import HTTPTransfer
package import JSONValue
package import PluginKit

/// Any thread.
package struct ModelLine: Sendable {
  private let client: HTTPClient
  private let settings: ConnectionSettings
  private let traffic: Traffic
  private let retry: Retry

  package init(_ settings: ConnectionSettings, _ traffic: Traffic) {
    self.settings = settings
    self.traffic = traffic
    var http = HTTPClient.Settings()
    http.limits = HTTPLimits(connect: settings.timeouts?.connect ?? 15, idle: 24 * 3600)
    http.kept = 64
    client = HTTPClient(http)
    var retry = Retry()
    retry.attempts = settings.attempts ?? 4
    self.retry = retry
  }

  private func limits(total: Double?) -> HTTPLimits {
    HTTPLimits(connect: settings.timeouts?.connect ?? 15, idle: 24 * 3600, total: total)
  }

  /// A good answer as JSON; `problem` tells what another one means.
  package func json(
    _ request: HTTPRequest, _ run: Run, seconds: Double? = nil, isWanted: @escaping () -> Bool = { true },
    problem: (HTTPResponse) -> PluginError
  ) throws -> JSONValue {
    var request = request
    request.limits = limits(total: seconds ?? settings.timeouts?.total ?? settings.timeouts?.first_token ?? 120)
    request.onProgress = { _, _ in traffic.alive(run) }
    request.shouldStop = { !isWanted() }
    let response = try again(run, isWanted) { try client.send(request, run, into: .memory(limit: 256 << 20)) }
    guard response.isSuccess else { throw problem(response) }
    return try response.json()
  }

  private func again(
    _ run: Run, _ isWanted: () -> Bool, _ send: () throws -> HTTPResponse
  ) throws -> HTTPResponse {
    try retry(
      run,
      onWait: { seconds, why in
        run.log(.info, "\(why): next attempt in \((seconds * 10).rounded() / 10) s")
      }, life: { traffic.alive(run) }, shouldStop: { !isWanted() }
    ) { _ in try send() }
  }

  /// An answer that comes in events. One that comes whole, as JSON, although a stream was asked for, goes to `whole`.
  /// Nothing is asked again once an event was handed on. `isWanted` is asked between events.
  package func stream(
    _ request: HTTPRequest, _ run: Run, isWanted: @escaping () -> Bool, problem: (HTTPResponse) -> PluginError,
    whole: @escaping (JSONValue) throws -> Void, event: @escaping (ServerSentEvent) throws -> Void
  ) throws {
    let delivered = Delivered()
    var response = HTTPResponse()
    do {
      response = try again(run, isWanted) {
        do { return try sendOnce(request, run, isWanted, delivered, event) } catch {
          if delivered.isAny { throw Broken(error: PluginError(wrapping: error)) }
          throw error
        }
      }
    } catch let broken as Broken { throw broken.error }
    guard response.isSuccess else { throw problem(response) }
    guard !delivered.isStream else { return }
    let body: JSONValue
    do { body = try JSONValue(parsing: delivered.body) } catch {
      throw PluginError(
        .io,
        "\(response.host) answered with neither a stream of events nor JSON: it begins with "
          + "'\(String(decoding: delivered.body.prefix(60), as: UTF8.self))'",
        details: ["host": .string(response.host), "next": "Look whether the base URL is right"])
    }
    try whole(body)
  }

  private func sendOnce(
    _ request: HTTPRequest, _ run: Run, _ isWanted: @escaping () -> Bool, _ delivered: Delivered,
    _ event: @escaping (ServerSentEvent) throws -> Void
  ) throws -> HTTPResponse {
    var request = request
    request.limits = limits(total: settings.timeouts?.total)
    delivered.restart()
    let watch = SilenceWatch(settings.timeouts)
    request.onHead = { response in
      delivered.isStream = response.headers["Content-Type"]?.lowercased().hasPrefix("text/event-stream") ?? false
    }
    request.onProgress = { _, _ in traffic.alive(run) }
    request.shouldStop = { watch.isTooLong || !isWanted() }
    var parser = EventStreamParser()
    do {
      return try client.send(
        request, run,
        into: .chunks { bytes in
          guard delivered.isStream else {
            watch.heard()
            try delivered.add(bytes)
            return
          }
          try parser.feed(bytes) { found in
            watch.heard()
            try event(found)
            delivered.isAny = true
          }
        })
    } catch let error as PluginError where error.status == .cancelled && watch.isTooLong && !run.isCancelled {
      throw watch.problem
    }
  }

  /// A failure after which nothing is asked again, because part of the answer is out.
  private struct Broken: Error { let error: PluginError }
}

/// What came of an answer. One thread at a time.
private final class Delivered {
  var isStream = false
  var isAny = false
  private(set) var body: [UInt8] = []

  func restart() {
    isStream = false
    body = []
  }

  func add(_ bytes: UnsafeRawBufferPointer) throws {
    guard body.count + bytes.count <= 64 << 20 else {
      throw PluginError(.io, "the server sent more than 64 MiB as one answer")
    }
    body += bytes
  }
}

/// Servers that keep the line open and say nothing, or only comments.
private final class SilenceWatch {
  private let first: Double
  private let between: Double
  private var heardAt = Traffic.monotonic()
  private var hasHeard = false

  init(_ timeouts: Timeouts?) {
    first = timeouts?.first_token ?? 120
    between = timeouts?.between_tokens ?? 30
  }

  func heard() {
    heardAt = Traffic.monotonic()
    hasHeard = true
  }

  var isTooLong: Bool { Traffic.monotonic() - heardAt > (hasHeard ? between : first) }

  var problem: PluginError {
    let words =
      hasHeard
      ? "the model stopped in the middle of its answer: nothing for \(between) s"
      : "the model did not begin to answer within \(first) s"
    return PluginError(
      .timeout, words, retryable: true,
      details: ["next": "Look at the server, or raise the time-outs of the connection"])
  }
}
