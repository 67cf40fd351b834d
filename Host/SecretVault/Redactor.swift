// Keeps a run's secret values out of everything people read: each is replaced by three dots.
import FoundationEssentials

package struct Redactor: Sendable {
  package static let mark = "•••"
  /// Shorter values would tear ordinary words apart.
  package static let shortest = 6

  /// Longest first, so that a value that holds another one goes as a whole; by their first byte.
  private let patterns: [UInt8: [[UInt8]]]
  let longest: Int

  package init(_ values: some Sequence<String>) {
    var forms: Set<[UInt8]> = []
    for value in values {
      for whole in [value, value.trimmingNewlines()] where whole.utf8.count >= Self.shortest {
        forms.formUnion(Self.forms(of: whole))
      }
      // A value of several lines (a private key) reaches a log line by line.
      for line in value.split(whereSeparator: \.isNewline) where line.utf8.count >= Self.shortest {
        forms.insert(Array(line.utf8))
      }
    }
    patterns = Dictionary(grouping: forms.sorted { $0.count > $1.count }) { $0[0] }
    longest = forms.map(\.count).max() ?? 0
  }

  package var isEmpty: Bool { patterns.isEmpty }

  package func redact(_ text: String) -> String {
    isEmpty ? text : String(decoding: redact(Array(text.utf8)[...], final: true).bytes, as: UTF8.self)
  }

  /// Replaces from the start on; unless this is the end, what may still grow into a value is left for later.
  func redact(_ bytes: ArraySlice<UInt8>, final: Bool) -> (bytes: [UInt8], rest: ArraySlice<UInt8>) {
    var written: [UInt8] = []
    var at = bytes.startIndex
    while at < bytes.endIndex {
      let rest = bytes[at...]
      let candidates = patterns[bytes[at]] ?? []
      if !final, candidates.contains(where: { $0.count > rest.count && $0.starts(with: rest) }) { break }
      if let found = candidates.first(where: { rest.starts(with: $0) }) {
        written += Self.mark.utf8
        at += found.count
      } else {
        written.append(bytes[at])
        at += 1
      }
    }
    return (written, bytes[at...])
  }

  private static func forms(of value: String) -> Set<[UInt8]> {
    let bytes = Array(value.utf8)
    var forms: Set<[UInt8]> = [bytes]
    for form in [percent(bytes, keeps: unreserved), percent(bytes, keeps: unreserved, digits: "0123456789abcdef")] {
      forms.insert(form)
    }
    forms.formUnion(base64(bytes))
    return forms
  }

  /// In base64 three bytes give four letters, so a value inside a longer text (`user:value`) has three looks;
  /// letters that also depend on what stands before or behind are left out.
  private static func base64(_ bytes: [UInt8]) -> [[UInt8]] {
    var forms: [[UInt8]] = []
    for shift in 0..<3 {
      let padded = [UInt8](repeating: 0, count: shift) + bytes
      let letters = Array(Data(padded).base64EncodedString().utf8)
      let first = shift == 0 ? 0 : shift + 1
      let certain = Array(letters[first..<(padded.count * 8 / 6)])
      if certain.count >= shortest {
        forms.append(certain)
        forms.append(certain.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? 95 : $0 })
      }
    }
    let whole = Array(Data(bytes).base64EncodedString().utf8)
    return forms + [whole]
  }

  private static let unreserved = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

  private static func percent(
    _ bytes: [UInt8], keeps: Set<UInt8>, digits: String = "0123456789ABCDEF"
  ) -> [UInt8] {
    let digits = Array(digits.utf8)
    return bytes.flatMap {
      keeps.contains($0) ? [$0] : [UInt8(ascii: "%"), digits[Int($0 >> 4)], digits[Int($0 & 15)]]
    }
  }
}

extension String {
  fileprivate func trimmingNewlines() -> String {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
