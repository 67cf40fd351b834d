// Small things that the tests of this target read texts and numbers with.
import Glibc

extension Double {
  var logarithm: Double { Glibc.log(self) }
}

extension String {
  /// The line after the first occurrence of `mark`.
  func line(after mark: String) -> String {
    guard let range = firstRange(of: mark) else { return "" }
    return String(self[range.upperBound...].prefix { $0 != "\n" })
  }
}
