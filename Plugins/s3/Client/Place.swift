// Where a store is, and how the address of a bucket and key is made there.
import HTTPTransfer
import PluginKit

struct Place: Sendable, Hashable {
  enum Addressing: String, Sendable, CaseIterable { case auto, path, virtual }

  let scheme: String
  /// With the port where it is not the usual one: as it stands in the Host header.
  let host: String
  /// "" or "/below".
  let folder: String
  let region: String
  private let addressing: Addressing
  private let isAmazon: Bool

  /// nil for Amazon's own endpoint of the region.
  init(endpoint: String?, region: String, addressing: Addressing) throws {
    self.region = region
    self.addressing = addressing
    guard let endpoint else {
      let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
      (scheme, host, folder, isAmazon) = ("https", "s3.\(region).\(suffix)", "", true)
      return
    }
    func wrong(_ why: String) -> PluginError {
      .configuration("the endpoint '\(endpoint)' \(why): write https://host or http://host:port", at: "/endpoint")
    }
    let parts = endpoint.split(separator: "://", maxSplits: 1)
    guard parts.count == 2, let scheme = ["http", "https"].first(where: { $0 == parts[0].lowercased() }) else {
      throw wrong("does not begin with https:// or http://")
    }
    guard !parts[1].contains(where: { "?#@\\".contains($0) || $0.isWhitespace }) else {
      throw wrong("has something in it that does not belong there")
    }
    let place = parts[1].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var host = String(place[0]).lowercased()
    // An HTTP client leaves out the usual port, and the signature has to be of what it sends.
    let usual = scheme == "https" ? ":443" : ":80"
    if host.hasSuffix(usual) { host.removeLast(usual.count) }
    guard !host.isEmpty, !host.hasPrefix(":") else { throw wrong("has no host") }
    let below = place.count > 1 ? place[1].split(separator: "/") : []
    self.scheme = scheme
    self.host = host
    folder = below.map { "/" + PercentEncoding.encode(String($0)) }.joined()
    isAmazon = host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn")
  }

  /// Host header and encoded path of a bucket (nil: the store itself) and a key (nil: the bucket itself).
  func address(bucket: String?, key: String?) -> (host: String, path: String) {
    guard let bucket else { return (host, folder + "/") }
    let tail = key.map { "/" + PercentEncoding.encode($0, slashes: true) }
    if isVirtual(bucket) { return ("\(bucket).\(host)", folder + (tail ?? "/")) }
    return (host, "\(folder)/\(PercentEncoding.encode(bucket))\(tail ?? "")")
  }

  private func isVirtual(_ bucket: String) -> Bool {
    switch addressing {
    case .path: false
    case .virtual: true
    // A dot would be a host that no certificate covers.
    case .auto:
      isAmazon && bucket.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
  }
}
