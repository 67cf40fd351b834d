// Which addresses a provider may have: what travels there must not be read or changed on the way.
import FoundationEssentials

package enum ProviderAddress {
  /// https, or plain http to this machine; no user, no fragment.
  package static func isSafe(_ text: String) -> Bool {
    guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, parts.user == nil,
      parts.password == nil, parts.fragment == nil
    else { return false }
    return parts.scheme == "https" || parts.scheme == "http" && isLoopback(host)
  }

  package static func isLoopback(_ host: String) -> Bool {
    ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host.lowercased())
  }

  /// Whether it stays on this machine.
  static func isLocal(_ text: String) -> Bool { URLComponents(string: text)?.host.map(isLoopback) ?? false }

  /// The address with more behind its query, each value percent-encoded.
  static func adding(_ values: [(String, String)], to address: String) -> String {
    address + (address.contains("?") ? "&" : "?") + form(values)
  }

  /// As a form is sent: `a=1&b=2`.
  static func form(_ values: [(String, String)]) -> String {
    values.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
  }

  /// All but letters, digits and `-._~` as %XX.
  static func encoded(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.append(Character(Unicode.Scalar(byte)))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
  }
}
