// Hands a mail to a server by libcurl: TLS from the start or by STARTTLS, sign-in, an end as soon as the run is cancelled.
import CCurl
import Glibc
import JSONValue
import PluginKit

struct MailTransfer {
  enum Security: String, Decodable, Sendable { case tls, starttls, none }

  var host: String
  var port: Int
  var security: Security
  var user: String?
  var password: String?
  var authorities: String?
  var seconds: Double

  /// What is sent, and how far it is.
  private final class Upload {
    let bytes: [UInt8]
    var sent = 0
    /// Taken from the queue of transfers in the midst of one, libcurl would first send the mail's end and wait for the answer;
    /// so it has to end the transfer itself.
    var isUnwanted = false
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  private static let start: Void = { _ = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) }()

  /// Throws `PluginError`, retryable where the server says 4xx or the line broke.
  func send(_ mail: [UInt8], from: String, to: [String], _ run: Run) throws {
    _ = Self.start
    guard let easy = curl_easy_init() else { throw PluginError(.resource, "libcurl has no memory") }
    defer { curl_easy_cleanup(easy) }
    guard let multi = curl_multi_init() else { throw PluginError(.resource, "libcurl has no memory") }
    defer { curl_multi_cleanup(multi) }
    let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    defer { words.deallocate() }
    _ = ote_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, words)
    try connection(easy)
    var receivers: UnsafeMutablePointer<curl_slist>?
    for address in to { receivers = curl_slist_append(receivers, "<\(address)>") }
    defer { curl_slist_free_all(receivers) }
    _ = ote_curl_set_text(easy, CURLOPT_MAIL_FROM, "<\(from)>")
    _ = ote_curl_set_list(easy, CURLOPT_MAIL_RCPT, receivers)
    let upload = Upload(mail)
    _ = ote_curl_set_number(easy, CURLOPT_UPLOAD, 1)
    _ = ote_curl_set_pointer(easy, CURLOPT_READDATA, Unmanaged.passUnretained(upload).toOpaque())
    _ = ote_curl_set_read(easy) { buffer, size, count, context in
      guard let buffer, let context else { return Int(CURL_READFUNC_ABORT) }
      let upload = Unmanaged<Upload>.fromOpaque(context).takeUnretainedValue()
      let some = min(size * count, upload.bytes.count - upload.sent)
      _ = upload.bytes.withUnsafeBytes { memcpy(buffer, $0.baseAddress! + upload.sent, some) }
      upload.sent += some
      return some
    }
    _ = ote_curl_set_progress(
      easy,
      { context, _, _, _, _ in
        guard let context else { return 1 }
        return Unmanaged<Upload>.fromOpaque(context).takeUnretainedValue().isUnwanted ? 1 : 0
      }, Unmanaged.passUnretained(upload).toOpaque())
    guard curl_multi_add_handle(multi, easy) == CURLM_OK else { throw PluginError(.internal, "libcurl is confused") }
    defer { curl_multi_remove_handle(multi, easy) }
    let result = try withExtendedLifetime(upload) { try wait(multi, easy, upload, run) }
    guard result == CURLE_OK else { throw failure(result, String(cString: words), easy) }
  }

  private func connection(_ easy: UnsafeMutableRawPointer) throws {
    let scheme = security == .tls ? "smtps" : "smtp"
    _ = ote_curl_set_text(easy, CURLOPT_URL, "\(scheme)://\(host):\(port)")
    guard ote_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK else {
      throw PluginError(.unsupported, "libcurl is too old (7.85 is needed), or speaks no SMTP")
    }
    for (option, value) in [
      (CURLOPT_NOSIGNAL, 1), (CURLOPT_CONNECTTIMEOUT, 15), (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
      (CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue)), (CURLOPT_TIMEOUT_MS, Int(seconds * 1000)),
      (CURLOPT_USE_SSL, Int(security == .none ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue)),
    ] { _ = ote_curl_set_number(easy, option, value) }
    if let authorities { _ = ote_curl_set_text(easy, CURLOPT_CAINFO, authorities) }
    if let user { _ = ote_curl_set_text(easy, CURLOPT_USERNAME, user) }
    if let password { _ = ote_curl_set_text(easy, CURLOPT_PASSWORD, password) }
    // Mail servers are not reached through the proxies of the web.
    _ = ote_curl_set_text(easy, CURLOPT_PROXY, "")
  }

  private func wait(
    _ multi: UnsafeMutableRawPointer, _ easy: UnsafeMutableRawPointer, _ upload: Upload, _ run: Run
  ) throws -> CURLcode {
    var rounds: UInt64 = 0
    while true {
      var running: Int32 = 0
      guard curl_multi_perform(multi, &running) == CURLM_OK else { throw PluginError(.internal, "libcurl failed") }
      if running == 0 {
        var result = CURLE_OK
        guard ote_curl_multi_result(multi, easy, &result) == 1 else {
          throw PluginError(.internal, "libcurl lost a transfer")
        }
        // A mail that was taken in the last moment was taken.
        if upload.isUnwanted, result != CURLE_OK { throw PluginError.cancelled }
        return result
      }
      if run.isCancelled {
        upload.isUnwanted = true
        continue
      }
      var extra = curl_waitfd(fd: run.cancelFD, events: Int16(CURL_WAIT_POLLIN), revents: 0)
      curl_multi_poll(multi, &extra, run.cancelFD >= 0 ? 1 : 0, 100, nil)
      if extra.revents != 0 { upload.isUnwanted = true }
      rounds += 1
      if rounds.isMultiple(of: 20) { run.progress(rounds, of: nil, "waits") }
    }
  }

  private func failure(_ code: CURLcode, _ words: String, _ easy: UnsafeMutableRawPointer) -> PluginError {
    var reply = 0
    _ = ote_curl_get_number(easy, CURLINFO_RESPONSE_CODE, &reply)
    let said = words.isEmpty ? String(cString: curl_easy_strerror(code)) : words
    let (status, retryable, next) = meaning(code, reply)
    var details: [String: JSONValue] = ["host": .string(host), "vendor_code": .string("curl \(code.rawValue)")]
    if reply > 0 { details["smtp_status"] = .int(Int64(reply)) }
    details["next"] = next.map { .string($0) }
    return PluginError(
      status, "\(host) did not take the mail: \(said)", retryable: retryable, details: details)
  }

  private func meaning(_ code: CURLcode, _ reply: Int) -> (PluginError.Status, retryable: Bool, next: String?) {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST:
      (.io, true, "Look whether its name is right and whether this machine has a network")
    case CURLE_COULDNT_CONNECT: (.io, true, "Look whether host and port are right and whether it is running")
    case CURLE_LOGIN_DENIED: (.authentication, false, "Look at the user and the password")
    case CURLE_USE_SSL_FAILED: (.unsupported, false, "It offers no STARTTLS: use tls with its port, or another server")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
      (.authentication, false, "Name the file of the authority that signed its certificate, if you trust it")
    case CURLE_SSL_CACERT_BADFILE: (.configuration, false, "Look whether the file of authorities is there")
    case CURLE_SSL_CONNECT_ERROR: (.io, true, "Look whether the port speaks TLS from the start")
    case CURLE_OPERATION_TIMEDOUT: (.timeout, true, nil)
    default: (reply >= 500 ? .denied : .io, reply < 500, nil)
    }
  }
}
