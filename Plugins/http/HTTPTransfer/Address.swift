// The parts of an address that decide where a request goes, as libcurl itself reads them.
internal import CCurl
internal import PluginKit

struct Address {
  let scheme: String
  let host: String
  let port: String
  /// Host, and port where it is not the usual one.
  let shown: String

  /// Throws for anything but http and https, and for an address with a user in it.
  init(_ url: String, anyScheme: Bool = false) throws {
    let parsed = try Self.parse(url)
    defer { curl_url_cleanup(parsed) }
    scheme = Self.part(parsed, CURLUPART_SCHEME)?.lowercased() ?? ""
    host = Self.part(parsed, CURLUPART_HOST) ?? ""
    port = Self.part(parsed, CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)) ?? ""
    let unusual = Self.part(parsed, CURLUPART_PORT, UInt32(CURLU_NO_DEFAULT_PORT))
    shown = unusual == nil ? host : "\(host):\(port)"
    guard anyScheme || scheme == "http" || scheme == "https" else {
      throw PluginError(.invalidArgument, "'\(scheme)' addresses are not spoken here, only http and https")
    }
    guard Self.part(parsed, CURLUPART_USER) == nil, Self.part(parsed, CURLUPART_PASSWORD) == nil else {
      throw PluginError(.invalidArgument, "the address of \(shown) has a user or password in it")
    }
  }

  /// Where a relative or absolute reference leads from `base`.
  static func resolve(_ reference: String, from base: String) -> String? {
    guard let parsed = try? parse(base) else { return nil }
    defer { curl_url_cleanup(parsed) }
    guard curl_url_set(parsed, CURLUPART_URL, reference, UInt32(CURLU_URLENCODE)) == CURLUE_OK else { return nil }
    _ = curl_url_set(parsed, CURLUPART_FRAGMENT, nil, 0)
    return part(parsed, CURLUPART_URL)
  }

  private static func parse(_ url: String) throws -> OpaquePointer {
    guard let parsed = curl_url() else { throw PluginError(.resource, "no memory for an address") }
    guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }),
      curl_url_set(parsed, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK
    else {
      curl_url_cleanup(parsed)
      // Not the address itself: there may be a secret in it.
      throw PluginError(.invalidArgument, "the address is not a valid http or https address")
    }
    return parsed
  }

  private static func part(_ parsed: OpaquePointer, _ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(parsed, part, &text, flags) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}
