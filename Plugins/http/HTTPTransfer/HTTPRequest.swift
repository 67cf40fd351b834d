// What is asked: method, address, headers, body, limits.
package import JSONValue

/// Belongs to the thread that sends it.
package struct HTTPRequest {
  package var method: String
  /// http or https, already percent-encoded; sent as it stands. Never with a user or password in it.
  package var url: String
  package var headers: HTTPHeaders
  package var body: HTTPBody
  /// nil: those of the client.
  package var limits: HTTPLimits?
  /// Hops that may be followed. Never to another scheme, and never with credentials to another host.
  package var redirects = 0
  /// Headers beside the well-known ones that another host must not see.
  package var secretHeaders: [String] = []
  /// Called once with status and headers, before the body. What it throws ends the transfer.
  package var onHead: ((HTTPResponse) throws -> Void)?
  /// Bytes sent and received so far: at least once a second while the transfer runs, also when nothing moves.
  package var onProgress: ((_ sent: Int64, _ received: Int64) -> Void)?
  /// Asked at least every 100 ms beside the run's own cancellation.
  package var shouldStop: (() -> Bool)?

  package init(_ method: String = "GET", _ url: String, headers: HTTPHeaders = [:], body: HTTPBody = .none) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }

  /// A request with a JSON body.
  package init(_ method: String = "POST", _ url: String, headers: HTTPHeaders = [:], json: JSONValue) {
    self.init(method, url, headers: headers, body: .bytes(Array(json.text.utf8)))
    self.headers["Content-Type"] = "application/json"
  }

  /// A request with a form as its body.
  package init(_ method: String = "POST", _ url: String, headers: HTTPHeaders = [:], form: [(String, String)]) {
    self.init(method, url, headers: headers, body: .bytes(Array(PercentEncoding.form(form).utf8)))
    self.headers["Content-Type"] = "application/x-www-form-urlencoded"
  }
}

package enum HTTPBody {
  case none
  case bytes([UInt8])
  /// A part of an open file. The descriptor stays the caller's.
  case file(descriptor: Int32, offset: Int64, length: Int64)
  /// Fills the buffer and answers how much, 0 at the end. With no length it is sent in chunks. Cannot be sent twice.
  case pull(length: Int64?, (UnsafeMutableRawBufferPointer) throws -> Int)

  var length: Int64? {
    switch self {
    case .none: 0
    case .bytes(let bytes): Int64(bytes.count)
    case .file(_, _, let length): length
    case .pull(let length, _): length
    }
  }
}

/// Where the body of a good answer (2xx) goes. That of any other answer goes into `HTTPResponse.body`, cut at 64 KiB.
package enum HTTPReceiver {
  /// More than `limit` bytes are an error.
  case memory(limit: Int)
  /// Into an open file from `offset` on; more than `limit` bytes are an error.
  case file(descriptor: Int32, offset: Int64, limit: Int64)
  /// Bytes as they come; they are valid during the call. What it throws ends the transfer.
  case chunks((UnsafeRawBufferPointer) throws -> Void)

  package static var memory: HTTPReceiver { .memory(limit: 16 << 20) }
}

package struct HTTPLimits: Sendable, Hashable {
  /// Seconds for name, connection and TLS.
  package var connect = 15.0
  /// Seconds in which nothing is sent or received.
  package var idle = 60.0
  /// Seconds for the whole transfer, nil for no limit.
  package var total: Double?
  /// Bytes of all headers of an answer.
  package var headers = 256 << 10

  package init(connect: Double = 15, idle: Double = 60, total: Double? = nil) {
    self.connect = connect
    self.idle = idle
    self.total = total
  }
}
