// Signed requests to one store, tried again where that can help.
import Glibc
import HTTPTransfer
import PluginKit

/// The time that signatures say; tests set it wrong.
struct Clock: Sendable {
  var seconds: @Sendable () -> Int64 = { Int64(time(nil)) }
}

/// One request, before it is signed.
struct S3Call {
  var method = "GET"
  var bucket: String?
  var key: String?
  var query: [(String, String)] = []
  var headers = HTTPHeaders()
  var body = HTTPBody.none
  var payloadHash = Signature.emptyHash
  /// What is being done, for messages: "list the bucket".
  var doing: String
  /// Called about once a second while it lasts.
  var life: () -> Void = {}
  /// Bytes sent so far in this try.
  var onSent: ((Int64) -> Void)?
  var onHead: ((HTTPResponse) throws -> Void)?
  var shouldStop: (() -> Bool)?
  var idleSeconds = 60.0
  /// Tries at most, nil for as many as usual.
  var attempts: Int?

  init(_ method: String = "GET", bucket: String? = nil, key: String? = nil, doing: String) {
    self.method = method
    self.bucket = bucket
    self.key = key
    self.doing = doing
  }
}

final class S3Client: Sendable {
  let http: HTTPClient
  let place: Place
  private let credentials: Credentials?
  private let clock: Clock
  private let retry: Retry

  init(_ http: HTTPClient, _ place: Place, _ credentials: Credentials?, _ clock: Clock, retry: Retry = Retry()) {
    self.http = http
    self.place = place
    self.credentials = credentials
    self.clock = clock
    self.retry = retry
  }

  /// Tries until there is an answer that another try would not change. Throws for every answer that is not good.
  /// `attempt` in `adjust` counts from 1.
  func answer(
    _ call: S3Call, _ run: Run?, into receiver: HTTPReceiver = .memory,
    adjust: (_ attempt: Int, inout S3Call) -> Void = { _, _ in }
  ) throws -> HTTPResponse {
    var retry = retry
    if let attempts = call.attempts { retry.attempts = min(attempts, retry.attempts) }
    let response = try retry(
      run, onWait: { seconds, why in run?.log(.info, "\(why); another try in \(Int(seconds.rounded(.up))) s") },
      life: call.life, shouldStop: { call.shouldStop?() ?? false }
    ) { attempt in
      var call = call
      adjust(attempt, &call)
      let response = try send(call, run, into: receiver)
      // A store that had to wait too long for the body says so with 400; it may be sent again.
      if response.status == 400, S3Failure(response)?.code == "RequestTimeout" {
        throw problem(response, call).retryable(true)
      }
      return response
    }
    guard response.isSuccess else { throw problem(response, call) }
    return response
  }

  /// One try, any answer.
  func send(_ call: S3Call, _ run: Run?, into receiver: HTTPReceiver = .memory) throws -> HTTPResponse {
    let (host, path) = place.address(bucket: call.bucket, key: call.key)
    let query = Signature.canonicalQuery(call.query)
    var headers = call.headers
    if let signature {
      signature.sign(
        call.method, host: host, path: path, query: call.query, headers: &headers, payloadHash: call.payloadHash)
    }
    let url = "\(place.scheme)://\(host)\(path)\(query.isEmpty ? "" : "?\(query)")"
    var request = HTTPRequest(call.method, url, headers: headers, body: call.body)
    request.limits = HTTPLimits(idle: call.idleSeconds)
    request.onHead = call.onHead
    request.shouldStop = call.shouldStop
    request.onProgress = { sent, _ in
      call.life()
      call.onSent?(sent)
    }
    return try http.send(request, run, into: receiver)
  }

  /// A link to one object that works without credentials for some seconds. Of a public store it is the plain address.
  func link(bucket: String, key: String, seconds: Int) -> String {
    let (host, path) = place.address(bucket: bucket, key: key)
    let query = signature.map { "?\($0.presign("GET", host: host, path: path, seconds: seconds))" }
    return "\(place.scheme)://\(host)\(path)\(query ?? "")"
  }

  private var signature: Signature? {
    credentials.map { Signature(credentials: $0, region: place.region, time: Times.stamp(clock.seconds())) }
  }

  func problem(_ response: HTTPResponse, _ call: S3Call) -> PluginError {
    S3Problem(response, call, region: place.region, accessKey: credentials?.accessKey, now: clock.seconds()).error
  }

  /// The XML of a good answer.
  func xml(_ response: HTTPResponse, _ call: S3Call) throws -> XMLElement {
    do throws(XMLReader.Malformed) { return try XMLReader.parse(response.body) } catch {
      throw PluginError(
        .io,
        "could not \(call.doing): \(response.host) answered with something that is no S3 answer (\(error.reason)). "
          + "Look whether the endpoint speaks S3", details: response.details)
    }
  }
}

extension PluginError {
  func retryable(_ value: Bool) -> PluginError {
    var copy = self
    copy.retryable = value
    return copy
  }
}
