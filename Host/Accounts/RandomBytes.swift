// Bytes nobody can guess, their text forms, and comparisons that take equally long wherever the difference lies.
import Crypto
import FoundationEssentials

enum RandomBytes {
  /// From the kernel's generator.
  static func make(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}

package enum ConstantTime {
  package static func equal(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

/// Base64 without padding.
package enum Base64 {
  static func encode(_ bytes: [UInt8]) -> String {
    String(Data(bytes).base64EncodedString().prefix { $0 != "=" })
  }

  static func decode(_ text: String) -> [UInt8]? {
    guard text.utf8.count <= 1 << 20, !text.contains("=") else { return nil }
    let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard let bytes = Data(base64Encoded: padded).map(Array.init), encode(bytes) == text else { return nil }
    return bytes
  }

  /// With the alphabet that addresses and tokens use.
  package static func encodeForAddress(_ bytes: [UInt8]) -> String {
    String(encode(bytes).map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
  }

  package static func decodeFromAddress(_ text: String) -> [UInt8]? {
    guard !text.contains(where: { $0 == "+" || $0 == "/" }) else { return nil }
    return decode(String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }))
  }
}

enum Digest {
  static func bytes(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

  /// 64 hex digits.
  static func hex(_ text: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let bytes = bytes(text).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
