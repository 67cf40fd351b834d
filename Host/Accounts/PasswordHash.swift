// Passwords kept as scrypt hashes that carry their own parameters, in the form `$scrypt$ln=15,r=8,p=1$salt$hash`.
import CryptoExtras
import FoundationEssentials
package import Model

/// Making and verifying one takes about 80 ms and 32 MiB on purpose: call it off the event loop, a few at a time.
package struct PasswordHash: Sendable, Hashable {
  package struct Cost: Sendable, Hashable {
    /// The base-2 logarithm of scrypt's N.
    package var logRounds: Int
    package var blockSize: Int
    package var parallelism: Int
    package init(logRounds: Int, blockSize: Int, parallelism: Int) {
      self.logRounds = logRounds
      self.blockSize = blockSize
      self.parallelism = parallelism
    }
    package static let standard = Cost(logRounds: 15, blockSize: 8, parallelism: 1)

    /// A stored hash must not make the host spend more than 64 MiB or a few standard hashes' time.
    var isBounded: Bool {
      (10...16).contains(logRounds) && (1...8).contains(blockSize) && (1...4).contains(parallelism)
    }
  }

  package let cost: Cost
  let salt: [UInt8]
  let hash: [UInt8]

  package init(of password: String, cost: Cost = .standard) throws(Problem) {
    self.cost = cost
    salt = RandomBytes.make(16)
    hash = try Self.derive(Array(password.utf8), salt: salt, cost: cost, count: 32)
  }

  /// nil for anything that is not such a hash, or that would cost too much to verify.
  package init?(parsing text: String) {
    guard text.utf8.count <= 256 else { return nil }
    let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = Self.cost(parts[2]),
      let salt = Base64.decode(parts[3]), let hash = Base64.decode(parts[4]),
      (8...64).contains(salt.count), (16...64).contains(hash.count)
    else { return nil }
    self.cost = cost
    self.salt = salt
    self.hash = hash
  }

  package var text: String {
    let parameters = "ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
    return "$scrypt$\(parameters)$\(Base64.encode(salt))$\(Base64.encode(hash))"
  }

  package var needsRehash: Bool { cost != .standard || salt.count < 16 || hash.count < 32 }

  package func matches(_ password: String) throws(Problem) -> Bool {
    guard password.utf8.count <= PasswordRules.bytes.upperBound else { return false }
    return ConstantTime.equal(try Self.derive(Array(password.utf8), salt: salt, cost: cost, count: hash.count), hash)
  }

  /// For a user who does not exist or has no password `stored` is nil: the answer takes as long as for one who has.
  package static func verify(_ password: String, against stored: String?) throws(Problem) -> Bool {
    guard let known = stored.flatMap(PasswordHash.init(parsing:)) else {
      _ = try nobody.matches(password)
      return false
    }
    return try known.matches(password)
  }

  private static let nobody = PasswordHash(
    cost: .standard, salt: RandomBytes.make(16), hash: [UInt8](repeating: 0, count: 32))

  private init(cost: Cost, salt: [UInt8], hash: [UInt8]) {
    self.cost = cost
    self.salt = salt
    self.hash = hash
  }

  private static func cost(_ text: String) -> Cost? {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == 3 else { return nil }
    var values: [Int] = []
    for (field, name) in zip(fields, ["ln=", "r=", "p="]) {
      guard field.hasPrefix(name), let value = Int(field.dropFirst(name.count)) else { return nil }
      values.append(value)
    }
    let cost = Cost(logRounds: values[0], blockSize: values[1], parallelism: values[2])
    return cost.isBounded ? cost : nil
  }

  static func derive(
    _ password: [UInt8], salt: [UInt8], cost: Cost, count: Int
  ) throws(Problem) -> [UInt8] {
    do {
      let key = try KDF.Scrypt.deriveKey(
        from: password, salt: salt, outputByteCount: count, rounds: 1 << cost.logRounds, blockSize: cost.blockSize,
        parallelism: cost.parallelism)
      return key.withUnsafeBytes { Array($0) }
    } catch {
      throw Problem(.hostFailed, "a password could not be hashed: scrypt got no memory", retryable: true)
    }
  }
}
