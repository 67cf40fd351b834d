// Semantic versions and the ranges a pipeline asks for: `>=1.0`, `^1.2`, `1.x`, `=1.0.0`.

package struct SemanticVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  package var major: Int
  package var minor: Int
  package var patch: Int
  /// The dot-separated identifiers behind `-`; empty for a release.
  package var prerelease: [String]

  package init(_ major: Int, _ minor: Int = 0, _ patch: Int = 0, prerelease: [String] = []) {
    self.major = major
    self.minor = minor
    self.patch = patch
    self.prerelease = prerelease
  }

  /// Parses `1.2.3`, `1.2.3-rc.1` and, as releases, the short forms `1` and `1.2`. Build metadata is dropped.
  package init?(_ text: String) {
    guard let partial = PartialVersion(text), !partial.hasWildcard else { return nil }
    self = partial.lowest
  }

  package static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
    let (first, second) = ([left.major, left.minor, left.patch], [right.major, right.minor, right.patch])
    if first != second { return first.lexicographicallyPrecedes(second) }
    if left.prerelease.isEmpty || right.prerelease.isEmpty {
      return !left.prerelease.isEmpty && right.prerelease.isEmpty
    }
    return left.prerelease.lexicographicallyPrecedes(right.prerelease) { one, other in
      switch (Int(one), Int(other)) {
      case (let one?, let other?): one < other
      case (.some, nil): true
      case (nil, .some): false
      case (nil, nil): one < other
      }
    }
  }

  package var description: String {
    "\(major).\(minor).\(patch)" + (prerelease.isEmpty ? "" : "-" + prerelease.joined(separator: "."))
  }
}

/// A version of which the last parts may be open: `1`, `1.2`, `1.x`.
private struct PartialVersion {
  var numbers: [Int] = []
  var hasWildcard = false
  var prerelease: [String] = []

  init?(_ text: String) {
    let core = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)[0]
    let halves = core.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    for part in parts {
      if ["x", "X", "*"].contains(part) {
        hasWildcard = true
      } else if !hasWildcard, part.count <= 9, part.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int(part) {
        numbers.append(value)
      } else {
        return nil
      }
    }
    if halves.count == 2 {
      prerelease = halves[1].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard numbers.count == 3, prerelease.allSatisfy({ !$0.isEmpty }) else { return nil }
    }
  }

  private func number(_ index: Int) -> Int { index < numbers.count ? numbers[index] : 0 }
  var lowest: SemanticVersion { SemanticVersion(number(0), number(1), number(2), prerelease: prerelease) }

  /// The first version past all that share the numbers up to `index`; its pre-releases count as past it too.
  func next(after index: Int) -> SemanticVersion {
    switch index {
    case 0: SemanticVersion(number(0) + 1, prerelease: ["0"])
    case 1: SemanticVersion(number(0), number(1) + 1, prerelease: ["0"])
    default: SemanticVersion(number(0), number(1), number(2) + 1, prerelease: ["0"])
    }
  }
}

/// What a version must satisfy. Several terms, parted by blanks or commas, must all hold.
package struct VersionRange: Sendable, Hashable, CustomStringConvertible {
  private enum Bound: Sendable, Hashable {
    case from(SemanticVersion), after(SemanticVersion), below(SemanticVersion), upTo(SemanticVersion)
  }
  private var bounds: [Bound] = []
  package let description: String

  /// Nil when the text is no range.
  package init?(_ text: String) {
    description = text
    var pending = ""
    let terms = text.split { $0 == " " || $0 == "," }
    guard !terms.isEmpty else { return nil }
    for term in terms {
      // `>= 1.0` with a blank is one term.
      if term.allSatisfy({ "<>=^~".contains($0) }), pending.isEmpty {
        pending = String(term)
        continue
      }
      guard let more = Self.bounds(of: pending + term) else { return nil }
      pending = ""
      bounds += more
    }
    guard pending.isEmpty else { return nil }
  }

  /// Whether the version satisfies it; a text that is no version never does.
  package func contains(_ version: String) -> Bool {
    guard let version = SemanticVersion(version) else { return false }
    return bounds.allSatisfy { bound in
      switch bound {
      case .from(let least): version >= least
      case .after(let least): version > least
      case .below(let end): version < end
      case .upTo(let most): version <= most
      }
    }
  }

  private static func bounds(of term: String) -> [Bound]? {
    let sign = term.prefix { "<>=^~".contains($0) }
    guard let partial = PartialVersion(String(term.dropFirst(sign.count))) else { return nil }
    let low = partial.lowest
    let given = partial.numbers.count
    // `1.2` stands for every 1.2.z; a full version for itself.
    let end = partial.next(after: given - 1)
    if given == 0 { return sign.isEmpty || sign == "=" || sign == ">=" ? [] : nil }
    switch sign {
    case "", "=": return given == 3 ? [.from(low), .upTo(low)] : [.from(low), .below(end)]
    case ">=": return [.from(low)]
    case ">": return given == 3 ? [.after(low)] : [.from(SemanticVersion(end.major, end.minor, end.patch))]
    case "<": return [.below(low)]
    case "<=": return given == 3 ? [.upTo(low)] : [.below(end)]
    case "^":
      // The leftmost number that is not zero must stay.
      let kept = partial.numbers.firstIndex { $0 != 0 } ?? given - 1
      return [.from(low), .below(partial.next(after: kept))]
    case "~": return [.from(low), .below(partial.next(after: min(given - 1, 1)))]
    default: return nil
    }
  }
}
