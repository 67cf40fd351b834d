// One address that takes telemetry by HTTP POST, and what its answers mean.
import AsyncHTTPClient
import Foundation
import JSONValue
import NIOCore
import NIOHTTP1

struct Receiver: Sendable {
  enum Answer: Sendable {
    /// Taken, but for so many items.
    case taken(refused: Int)
    /// Sending the same again makes no sense.
    case refused(String)
    /// It may be taken later, not before so many seconds where the receiver says so.
    case later(String, afterSeconds: Double?)
  }

  private static let answerBytesMax = 64 << 10
  private static let retryable: Set<UInt> = [408, 429, 500, 502, 503, 504]

  let address: String
  let headers: [(name: String, value: String)]
  private let client: HTTPClient
  private let timeoutSeconds: Double

  init(address: String, headers: [(name: String, value: String)], timeoutSeconds: Double) {
    self.address = address
    self.headers = headers
    self.timeoutSeconds = timeoutSeconds
    var configuration = HTTPClient.Configuration()
    // A redirect would carry our headers, and the key in them, to another place.
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: .seconds(5), read: .milliseconds(Int64(timeoutSeconds * 1000)))
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  func post(_ body: [UInt8]) async -> Answer {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    for header in headers { request.headers.replaceOrAdd(name: header.name, value: header.value) }
    request.body = .bytes(ByteBuffer(bytes: body))
    do {
      let response = try await client.execute(request, timeout: .milliseconds(Int64(timeoutSeconds * 1000)))
      let text = try await response.body.collect(upTo: Self.answerBytesMax)
      let status = UInt(response.status.code)
      if (200..<300).contains(status) { return .taken(refused: Self.refusedItems(Array(text.readableBytesView))) }
      guard Self.retryable.contains(status) else { return .refused("status \(status)") }
      return .later("status \(status)", afterSeconds: Self.seconds(response.headers.first(name: "Retry-After")))
    } catch { return .later(Self.words(error), afterSeconds: nil) }
  }

  func close() async { try? await client.shutdown() }

  /// What OTLP calls a partial success; others answer nothing of the kind.
  private static func refusedItems(_ body: [UInt8]) -> Int {
    guard !body.isEmpty, let answer = try? JSONValue(parsing: body) else { return 0 }
    let count = answer["partialSuccess"]?["rejectedSpans"]
    return Int(count?.int ?? count?.string.flatMap { Int64($0) } ?? 0)
  }

  /// Seconds, or a date.
  private static func seconds(_ header: String?) -> Double? {
    guard let header else { return nil }
    if let seconds = Double(header) { return seconds }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: header).map { max(0, $0.timeIntervalSinceNow) }
  }

  private static func words(_ error: any Error) -> String {
    (error as? HTTPClientError).map { $0.shortDescription } ?? "\(type(of: error))"
  }
}
