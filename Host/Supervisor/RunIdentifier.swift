// Run ids: 26 letters and digits that sort by time (ULID, github.com/ulid/spec), so that newest is last by name too.
import Glibc

package enum RunIdentifier {
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  package static func make() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let milliseconds = UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    var characters = (0..<10).map { alphabet[Int(milliseconds >> (5 * UInt64(9 - $0)) & 31)] }
    var random = SystemRandomNumberGenerator()
    let bits = (random.next(), random.next())
    characters += (0..<8).map { alphabet[Int(bits.0 >> (5 * UInt64($0)) & 31)] }
    characters += (0..<8).map { alphabet[Int(bits.1 >> (5 * UInt64($0)) & 31)] }
    return String(decoding: characters, as: UTF8.self)
  }
}
