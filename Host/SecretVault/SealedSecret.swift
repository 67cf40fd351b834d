// A secret's value as the store keeps it: AES-GCM 256, bound to the secret's name and version.
import Crypto
import FoundationEssentials
package import Model

/// Layout: format (1 byte), key id (8), nonce (12), ciphertext, tag (16).
package enum SealedSecret {
  package static let longestValue = 64 << 10
  private static let format: UInt8 = 1
  private static let nonceBytes = 12
  private static let tagBytes = 16
  private static let headBytes = 1 + SecretKey.idBytes

  package static func seal(
    _ value: [UInt8], name: String, version: Int64, with key: SecretKey
  ) throws(Problem) -> [UInt8] {
    guard value.count <= longestValue else {
      throw Problem(.requestTooLarge, "the secret \(name) has more than \(longestValue >> 10) KiB")
    }
    let head = [format] + key.id
    do {
      let box = try AES.GCM.seal(value, using: key.key, authenticating: authenticated(head, name, version))
      return head + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    } catch { throw Problem(.hostFailed, "the secret \(name) could not be sealed") }
  }

  package static func open(
    _ sealed: [UInt8], name: String, version: Int64, with keys: SecretKeys
  ) throws(Problem) -> [UInt8] {
    guard sealed.count >= headBytes + nonceBytes + tagBytes, sealed.count <= longestValue + 64 else {
      throw damaged(name)
    }
    guard sealed[0] == format else {
      throw Problem(
        .secretUnavailable, "the secret \(name) was written in format \(sealed[0]), which this version cannot read",
        next: "Update ote, or set the secret again: ote secrets set \(name)")
    }
    let head = Array(sealed[..<headBytes])
    guard let key = keys.key(id: Array(head[1...])) else {
      throw Problem(
        .secretUnavailable, "the secret \(name) was sealed with another key than this host has",
        next: "Restore secrets.key from the backup, or set the secret again: ote secrets set \(name)")
    }
    do {
      let tag = sealed.count - tagBytes
      let box = try AES.GCM.SealedBox(
        nonce: AES.GCM.Nonce(data: sealed[headBytes..<headBytes + nonceBytes]),
        ciphertext: sealed[(headBytes + nonceBytes)..<tag], tag: sealed[tag...])
      return Array(try AES.GCM.open(box, using: key.key, authenticating: authenticated(head, name, version)))
    } catch { throw damaged(name) }
  }

  /// The same value under the newest key; nil when it is already.
  package static func rewrap(
    _ sealed: [UInt8], name: String, version: Int64, with keys: SecretKeys
  ) throws(Problem) -> [UInt8]? {
    let value = try open(sealed, name: name, version: version, with: keys)
    guard Array(sealed[1..<headBytes]) != keys.newest.id else { return nil }
    return try seal(value, name: name, version: version, with: keys.newest)
  }

  /// Lengths are fixed or written out, so that no two names and versions give the same bytes.
  private static func authenticated(_ head: [UInt8], _ name: String, _ version: Int64) -> [UInt8] {
    head + withUnsafeBytes(of: version.bigEndian, Array.init) + Array(name.utf8)
  }

  private static func damaged(_ name: String) -> Problem {
    Problem(
      .secretUnavailable, "what the store has for the secret \(name) was changed or belongs to another secret",
      next: "Restore the store from a backup, or set the secret again: ote secrets set \(name)")
  }
}
