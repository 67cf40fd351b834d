// One libcurl handle with its connections: it carries one request at a time.
internal import CCurl
internal import Glibc
internal import JSONValue
internal import PluginKit

/// Used by one thread at a time; `HTTPClient` sees to that.
final class Lane: @unchecked Sendable {
  private let easy: UnsafeMutableRawPointer
  private let multi: UnsafeMutableRawPointer
  private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private static let start: Void = { _ = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) }()

  init() throws {
    _ = Self.start
    guard let easy = curl_easy_init() else { throw PluginError(.resource, "libcurl has no memory") }
    guard let multi = curl_multi_init() else {
      curl_easy_cleanup(easy)
      throw PluginError(.resource, "libcurl has no memory")
    }
    self.easy = easy
    self.multi = multi
    _ = ote_curl_multi_set_number(multi, CURLMOPT_MAXCONNECTS, 4)
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_multi_cleanup(multi)
    words.deallocate()
  }

  func perform(_ exchange: Exchange, _ settings: HTTPClient.Settings, _ run: Run?) throws -> HTTPResponse {
    curl_easy_reset(easy)
    words[0] = 0
    let options = CurlOptions(easy)
    options.set(CURLOPT_ERRORBUFFER, pointer: words)
    try options.apply(exchange.request, settings, connect: exchange.limits.connect)
    options.connect(exchange)
    let list = try options.headers(of: exchange.request)
    defer { curl_slist_free_all(list) }
    guard curl_multi_add_handle(multi, easy) == CURLM_OK else { throw PluginError(.internal, "libcurl is confused") }
    // Taking it out also closes a connection in the middle of a transfer.
    defer { curl_multi_remove_handle(multi, easy) }
    let result = try withExtendedLifetime(exchange) { try wait(exchange, run) }
    if let failure = exchange.failure { throw PluginError(wrapping: failure) }
    guard result == CURLE_OK || exchange.hasEnough else {
      throw TransferFailure(result, words: String(cString: words), easy: easy, exchange).problem
    }
    return try exchange.finish()
  }

  /// Turns the wheel until the transfer has ended, somebody wants it to, or time is up.
  private func wait(_ exchange: Exchange, _ run: Run?) throws -> CURLcode {
    let began = monotonicSeconds()
    var told = began
    while true {
      var running: Int32 = 0
      let code = curl_multi_perform(multi, &running)
      guard code == CURLM_OK else {
        throw PluginError(.internal, "libcurl: \(String(cString: curl_multi_strerror(code)))")
      }
      let now = monotonicSeconds()
      let moved = (exchange.sent, exchange.response.received)
      if running == 0 {
        exchange.request.onProgress?(moved.0, moved.1)
        var result = CURLE_OK
        guard ote_curl_multi_result(multi, easy, &result) == 1 else {
          throw PluginError(.internal, "libcurl lost a transfer")
        }
        return result
      }
      if now - told >= 1 {
        exchange.request.onProgress?(moved.0, moved.1)
        told = now
      }
      if run?.isCancelled == true || exchange.request.shouldStop?() == true { throw PluginError.cancelled }
      try checkTime(exchange, began: began, now: now)
      try poll(run)
    }
  }

  private func poll(_ run: Run?) throws {
    let descriptor = run?.cancelFD ?? -1
    var extra = curl_waitfd(fd: descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
    curl_multi_poll(multi, &extra, descriptor >= 0 ? 1 : 0, 100, nil)
    if extra.revents != 0 { throw PluginError.cancelled }
  }

  private func checkTime(_ exchange: Exchange, began: Double, now: Double) throws {
    let limits = exchange.limits
    if let total = limits.total, now - began > total {
      throw PluginError(
        .timeout, "\(exchange.response.host) did not finish its answer within \(shortNumber(total)) s", retryable: true,
        details: ["host": .string(exchange.response.host)])
    }
    // Until the connection stands its own limit counts, which libcurl keeps.
    let isConnected = CurlOptions(easy).number(CURLINFO_PRIMARY_PORT) > 0
    if isConnected, now - exchange.lastByte > limits.idle {
      throw PluginError(
        .timeout, "\(exchange.response.host) was silent for \(shortNumber(limits.idle)) s", retryable: true,
        details: ["host": .string(exchange.response.host)])
    }
  }
}

/// 60.0 as "60", 0.25 as "0.25".
private func shortNumber(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }
