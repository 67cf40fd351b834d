// AWS Signature Version 4 for S3: in headers, or in the address of a link.
import Crypto
import HTTPTransfer

struct Credentials: Sendable, Hashable {
  var accessKey: String
  var secretKey: String
  /// Of credentials that last for a while only.
  var sessionToken: String?
}

struct Signature: Sendable {
  static let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  static let unsigned = "UNSIGNED-PAYLOAD"

  var credentials: Credentials
  var region: String
  var service = "s3"
  /// 20130524T000000Z
  var time: String

  private var day: Substring { time.prefix(8) }
  private var scope: String { "\(day)/\(region)/\(service)/aws4_request" }

  /// Adds the date, the payload's hash, the token and the signature. All headers given are signed, so that none can be
  /// changed under way; `host` is as it will be sent.
  func sign(
    _ method: String, host: String, path: String, query: [(String, String)], headers: inout HTTPHeaders,
    payloadHash: String
  ) {
    headers["x-amz-date"] = time
    headers["x-amz-content-sha256"] = payloadHash
    if let token = credentials.sessionToken { headers["x-amz-security-token"] = token }
    let (canonical, names) = Self.canonicalHeaders(headers, host: host)
    let request = [
      method, path, Self.canonicalQuery(query), canonical, names, payloadHash,
    ].joined(separator: "\n")
    headers["Authorization"] =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope),SignedHeaders=\(names),Signature=\(signature(of: request))"
  }

  /// The query of a link that lets anybody make this one request for some seconds.
  func presign(
    _ method: String, host: String, path: String, query: [(String, String)] = [], seconds: Int
  ) -> String {
    var query = query
    query += [
      ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", "\(credentials.accessKey)/\(scope)"),
      ("X-Amz-Date", time), ("X-Amz-Expires", String(seconds)), ("X-Amz-SignedHeaders", "host"),
    ]
    if let token = credentials.sessionToken { query.append(("X-Amz-Security-Token", token)) }
    let canonical = Self.canonicalQuery(query)
    let request = [method, path, canonical, "host:\(host)\n", "host", Self.unsigned].joined(separator: "\n")
    return "\(canonical)&X-Amz-Signature=\(signature(of: request))"
  }

  private func signature(of canonicalRequest: String) -> String {
    let text = ["AWS4-HMAC-SHA256", time, scope, hex(SHA256.hash(data: Array(canonicalRequest.utf8)))]
    var key = Array("AWS4\(credentials.secretKey)".utf8)
    for part in [String(day), region, service, "aws4_request"] { key = Self.mac(part, key) }
    return hex(Self.mac(text.joined(separator: "\n"), key))
  }

  private static func mac(_ text: String, _ key: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
  }

  /// Strictly encoded and in the order of the encoded names: also how it has to be sent.
  static func canonicalQuery(_ query: [(String, String)]) -> String {
    query.map { (PercentEncoding.encode($0.0), PercentEncoding.encode($0.1)) }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }

  private static func canonicalHeaders(_ headers: HTTPHeaders, host: String) -> (text: String, names: String) {
    var values: [String: [String]] = ["host": [host]]
    for field in headers.fields { values[field.name.lowercased(), default: []].append(trimmed(field.value)) }
    let names = values.keys.sorted()
    let lines = names.map { "\($0):\((values[$0] ?? []).joined(separator: ","))\n" }
    return (lines.joined(), names.joined(separator: ";"))
  }

  /// Without blanks around it; several in a row count as one.
  private static func trimmed(_ value: String) -> String {
    value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
  }
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
  return String(decoding: text, as: UTF8.self)
}
