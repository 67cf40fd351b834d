// The page that follows a sign-in: one of ours, whatever the address that asked for it says.

package enum ReturnPath {
  private static let bytesMax = 2000

  /// The wanted page, or the first one where the wanted is none of ours. Browsers read `\` as `/` and drop control
  /// characters, so neither may stand in it; nor may anything that an address has to encode.
  package static func checked(_ wanted: String?) -> String {
    guard let wanted, wanted.utf8.count <= bytesMax, wanted.hasPrefix("/"), !wanted.hasPrefix("//"),
      wanted.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
      !wanted.hasPrefix("/api/"), !wanted.hasPrefix("/sign-in")
    else { return "/" }
    return wanted
  }
}
