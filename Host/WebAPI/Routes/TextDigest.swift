// A short digest of a text, for ETags.
import Crypto

enum TextDigest {
  static func short(_ text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).prefix(12).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }
      .joined()
  }
}
