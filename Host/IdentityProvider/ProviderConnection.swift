// Asks a provider over HTTP, and takes no more and waits no longer than allowed. Redirects are not followed.
import AsyncHTTPClient
import FoundationEssentials
import JSONValue
import Model
import NIOCore
import NIOHTTP1
import NIOSSL

struct ProviderConnection: Sendable {
  static let bytesMax = 256 << 10

  struct Reply: Sendable {
    var status: Int
    /// nil where the body is not JSON.
    var body: JSONValue?
  }

  let settings: ProviderSettings

  func get(_ address: String, _ what: String) async throws -> JSONValue {
    var request = HTTPClientRequest(url: address)
    request.headers.add(name: "Accept", value: "application/json")
    let reply = try await send(request, what)
    guard reply.status == 200 else { throw settings.failed("answered \(reply.status) where its \(what) should be") }
    guard let body = reply.body else { throw settings.failed("has a \(what) that is not JSON") }
    return body
  }

  func post(_ address: String, _ form: [(String, String)], authorization: String?, _ what: String) async throws -> Reply
  {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
    if let authorization { request.headers.add(name: "Authorization", value: authorization) }
    request.body = .bytes(ByteBuffer(string: ProviderAddress.form(form)))
    return try await send(request, what)
  }

  /// The client's own deadline ends with the head of an answer; a body may come for ever. So a clock runs beside it.
  private func send(_ request: HTTPClientRequest, _ what: String) async throws -> Reply {
    let configuration = try configuration()
    do {
      let reply = try await withThrowingTaskGroup(of: Reply?.self) { group in
        group.addTask {
          try await Self.reply(to: request, configuration, within: .seconds(Int64(settings.timeoutSeconds)))
        }
        group.addTask {
          try await Task.sleep(for: .seconds(settings.timeoutSeconds))
          return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
      }
      guard let reply else { throw HTTPClientError.deadlineExceeded }
      return reply
    } catch is NIOTooManyBytesError {
      throw settings.failed("sent more than \(Self.bytesMax >> 10) KiB as its \(what)")
    } catch let error as HTTPClientError where Self.slow.contains(error) {
      throw settings.failed("did not send its \(what) within \(settings.timeoutSeconds) s")
    } catch {
      throw settings.failed("cannot be reached for its \(what): \(Self.reason(error))")
    }
  }

  /// One client a request: sign-ins are rare, and nothing stays open between them.
  private static func reply(
    to request: HTTPClientRequest, _ configuration: HTTPClient.Configuration, within time: TimeAmount
  ) async throws -> Reply {
    try await HTTPClient.withHTTPClient(configuration: configuration) { client in
      let response = try await client.execute(request, timeout: time)
      let bytes = Array(try await response.body.collect(upTo: bytesMax).readableBytesView)
      return Reply(status: Int(response.status.code), body: try? JSONValue(parsing: bytes))
    }
  }

  private static let slow: [HTTPClientError] = [
    .deadlineExceeded, .connectTimeout, .readTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout,
  ]

  private func configuration() throws(Problem) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(Int64(settings.timeoutSeconds))
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    if let file = settings.caFile {
      var tls = TLSConfiguration.makeClientConfiguration()
      do {
        tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file))]
      } catch {
        throw Problem(
          .identitySettingsInvalid, "the certificates of \(settings.title) cannot be read from \(file)", origin: .host,
          next: "Tell an admin of this host: ca_file in identity.yaml has to name a PEM file.")
      }
      configuration.tlsConfiguration = tls
    }
    if let proxy = settings.proxy, let parts = URLComponents(string: proxy), let host = parts.host {
      configuration.proxy = .server(host: host, port: parts.port ?? 3128)
    }
    return configuration
  }

  /// One line, without what a library adds for its own developers.
  private static func reason(_ error: any Error) -> String {
    let text = (error as? HTTPClientError)?.shortDescription ?? "\(error)"
    return String(text.prefix(160).map { $0.isNewline ? " " : $0 })
  }
}
