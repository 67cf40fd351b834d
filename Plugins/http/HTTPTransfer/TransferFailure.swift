// What went wrong on the line, in words: which host, in which phase, and what libcurl says. Never an address.
internal import CCurl
internal import JSONValue
internal import PluginKit

struct TransferFailure {
  let problem: PluginError

  init(_ code: CURLcode, words: String, easy: UnsafeMutableRawPointer, _ exchange: Exchange) {
    let said = words.isEmpty ? String(cString: curl_easy_strerror(code)) : words
    let host = exchange.response.host
    let (status, retryable, phase, next) = Self.meaning(of: code, exchange)
    var details: [String: JSONValue] = [
      "host": .string(host), "phase": .string(phase), "vendor_code": .string("curl \(code.rawValue)"),
    ]
    if exchange.response.status > 0 { details["http_status"] = .int(Int64(exchange.response.status)) }
    details["next"] = next.map { .string($0) }
    problem = PluginError(status, "\(host), \(phase): \(said)", retryable: retryable, details: details)
  }

  private static func meaning(
    of code: CURLcode, _ exchange: Exchange
  ) -> (PluginError.Status, retryable: Bool, phase: String, next: String?) {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST:
      (.io, true, "finding the host", "Look whether its name is right and whether this machine has a network")
    case CURLE_COULDNT_RESOLVE_PROXY:
      (.io, true, "finding the proxy", "Look at http_proxy and https_proxy in the environment")
    case CURLE_COULDNT_CONNECT:
      (.io, true, "connecting", "Look whether the address and port are right and whether it is running")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
      (
        .authentication, false, "checking its certificate",
        "Name the file of the authority that signed it, if you trust it"
      )
    case CURLE_SSL_CACERT_BADFILE:
      (
        .configuration, false, "reading the file of authorities",
        "Look whether it is there and holds certificates in PEM"
      )
    case CURLE_SSL_CONNECT_ERROR: (.io, true, "starting TLS", "Look whether the port speaks https")
    case CURLE_OPERATION_TIMEDOUT: (.timeout, true, "connecting", nil)
    case CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND: (.io, true, "sending", nil)
    case CURLE_GOT_NOTHING: (.io, true, "waiting for its answer", nil)
    case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR: (.io, true, "reading its answer", nil)
    // What libcurl says of a header line that it has no room for.
    case CURLE_OUT_OF_MEMORY: (.io, false, "reading its answer", nil)
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
      (.io, false, "reading its answer", "Look whether it speaks HTTP")
    default: (.io, exchange.response.status > 0, "transferring", nil)
    }
  }
}
