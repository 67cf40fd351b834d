// The key that seals secrets, and the older ones that still open them.
import Crypto
import FoundationEssentials

package struct SecretKey: Sendable {
  static let idBytes = 8
  let key: SymmetricKey
  /// The start of a digest of the key: tells keys apart and gives nothing away.
  package let id: [UInt8]

  /// nil unless there are exactly 32 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    key = SymmetricKey(data: bytes)
    id = Array(SHA256.hash(data: Array("opentrusteval secret key id\n".utf8) + bytes).prefix(Self.idBytes))
  }

  package static func make() -> SecretKey { SecretKey(randomBytes())! }

  static func randomBytes() -> [UInt8] { SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) } }
}

package struct SecretKeys: Sendable {
  /// Seals whatever is written now.
  package let newest: SecretKey
  private let older: [SecretKey]

  package init(_ newest: SecretKey, older: [SecretKey] = []) {
    self.newest = newest
    self.older = older
  }

  func key(id: [UInt8]) -> SecretKey? { ([newest] + older).first { $0.id == id } }
}
