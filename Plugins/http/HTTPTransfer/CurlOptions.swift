// From a request to libcurl's options, and its callbacks to an `Exchange`.
internal import CCurl
internal import Glibc
internal import PluginKit

struct CurlOptions {
  private let easy: UnsafeMutableRawPointer

  init(_ easy: UnsafeMutableRawPointer) { self.easy = easy }

  func set(_ option: CURLoption, _ value: Int) { _ = ote_curl_set_number(easy, option, value) }
  func set(_ option: CURLoption, text: String) { _ = ote_curl_set_text(easy, option, text) }
  func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) { _ = ote_curl_set_pointer(easy, option, pointer) }

  func number(_ what: CURLINFO) -> Int {
    var value = 0
    return ote_curl_get_number(easy, what, &value) == CURLE_OK ? value : 0
  }

  func apply(_ request: HTTPRequest, _ settings: HTTPClient.Settings, connect: Double) throws {
    guard !request.method.isEmpty, request.method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
      throw PluginError(.invalidArgument, "'\(request.method)' is not a method of HTTP")
    }
    set(CURLOPT_URL, text: request.url)
    // Servers that sign or store paths see them as they were written, dots and doubled slashes included.
    set(CURLOPT_PATH_AS_IS, 1)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
    set(CURLOPT_FOLLOWLOCATION, 0)
    guard ote_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK else {
      throw PluginError(.unsupported, "libcurl is too old (7.85 is needed)")
    }
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    if let file = settings.authorities ?? getenv("SSL_CERT_FILE").map({ String(cString: $0) }) {
      set(CURLOPT_CAINFO, text: file)
    }
    // One transfer has one connection, so that HTTP/2 would bring nothing but its flow control.
    set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(connect * 1000)))
    set(CURLOPT_USERAGENT, text: settings.userAgent)
    set(CURLOPT_BUFFERSIZE, 256 << 10)
    set(CURLOPT_UPLOAD_BUFFERSIZE, 256 << 10)
    method(request)
  }

  private func method(_ request: HTTPRequest) {
    if request.method == "HEAD" {
      set(CURLOPT_NOBODY, 1)
      return
    }
    if case .none = request.body, request.method != "PUT", request.method != "POST" {
      set(CURLOPT_HTTPGET, 1)
    } else {
      set(CURLOPT_UPLOAD, 1)
      _ = ote_curl_set_size(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(request.body.length ?? -1))
    }
    set(CURLOPT_CUSTOMREQUEST, text: request.method)
  }

  /// The list is the caller's to free, after the transfer.
  func headers(of request: HTTPRequest) throws -> UnsafeMutablePointer<curl_slist>? {
    // Without "Expect" a server that does not know it costs no second of waiting.
    var list = curl_slist_append(nil, "Expect:")
    for field in request.headers.fields {
      guard Self.isToken(field.name), !field.value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F })
      else {
        curl_slist_free_all(list)
        throw PluginError(
          .invalidArgument, "the header '\(field.name.prefix(40))' has characters that headers cannot have")
      }
      // libcurl's way to send an empty one is a semicolon.
      list = curl_slist_append(list, field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    _ = ote_curl_set_list(easy, CURLOPT_HTTPHEADER, list)
    return list
  }

  private static func isToken(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  /// The exchange has to outlive the transfer.
  func connect(_ exchange: Exchange) {
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA] {
      set(option, pointer: context)
    }
    _ = ote_curl_set_write(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      Self.exchange(context).header(.init(start: bytes, count: size * count)) ? size * count : 0
    }
    _ = ote_curl_set_write(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      Self.exchange(context).body(.init(start: bytes, count: size * count))
    }
    _ = ote_curl_set_read(easy) { buffer, size, count, context in
      Self.exchange(context).supply(.init(start: buffer, count: size * count)) ?? Int(CURL_READFUNC_ABORT)
    }
    _ = ote_curl_set_seek(easy) { context, offset, origin in
      guard origin == SEEK_SET else { return CURL_SEEKFUNC_CANTSEEK }
      return Self.exchange(context).rewind(to: Int64(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
    }
  }

  private static func exchange(_ context: UnsafeMutableRawPointer?) -> Exchange {
    Unmanaged<Exchange>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
  }
}
