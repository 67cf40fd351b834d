// Versions of plugins (semver.org) and of the plugin ABI (major.minor).

/// A version as semver.org defines it. Ordering follows its precedence rules; build metadata does not count.
public struct SemanticVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let major: Int
  public let minor: Int
  public let patch: Int
  /// What follows '-', split at dots; empty for a release.
  public let prerelease: [String]
  public let description: String

  /// Nil when the text is not a full version such as `1.4.0` or `2.0.0-rc.1`.
  public init?(_ text: String) {
    let plain = text.prefix { $0 != "+" }
    let halves = plain.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = halves[0].split(separator: ".", omittingEmptySubsequences: false).map { Self.number($0) }
    guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else { return nil }
    let labels = halves.count > 1 ? halves[1].split(separator: ".", omittingEmptySubsequences: false) : []
    guard labels.allSatisfy(Self.isLabel), Self.isBuild(text[plain.endIndex...]) else { return nil }
    self.major = major
    self.minor = minor
    self.patch = patch
    prerelease = labels.map(String.init)
    description = text
  }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), text == "0" || text.first != "0" else {
      return nil
    }
    return Int(text)
  }

  private static func isBuild(_ text: Substring) -> Bool {
    text.isEmpty || text.dropFirst().split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel)
  }

  private static func isLabel(_ text: Substring) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
  }

  public static func == (left: Self, right: Self) -> Bool { !(left < right) && !(right < left) }

  public func hash(into hasher: inout Hasher) {
    for number in [major, minor, patch] { hasher.combine(number) }
    hasher.combine(prerelease)
  }

  public static func < (left: Self, right: Self) -> Bool {
    let core = (left.major, left.minor, left.patch)
    guard core == (right.major, right.minor, right.patch) else {
      return core < (right.major, right.minor, right.patch)
    }
    if left.prerelease.isEmpty || right.prerelease.isEmpty {
      return !left.prerelease.isEmpty && right.prerelease.isEmpty
    }
    for (a, b) in zip(left.prerelease, right.prerelease) where a != b {
      switch (Int(a), Int(b)) {
      case (let a?, let b?): return a < b
      case (.some, nil): return true
      case (nil, .some): return false
      case (nil, nil): return a < b
      }
    }
    return left.prerelease.count < right.prerelease.count
  }
}

/// A version of the plugin contract. A host loads a plugin of its own major that needs no newer minor.
public struct ABIVersion: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  public let major: Int
  public let minor: Int

  public init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Nil when the text is not `major.minor`.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt16($0) }
    guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return nil }
    self.init(major: Int(major), minor: Int(minor))
  }

  /// The number in the ELF note: major in the upper, minor in the lower 16 bits.
  public init(word: UInt32) { self.init(major: Int(word >> 16), minor: Int(word & 0xFFFF)) }

  public var word: UInt32 { UInt32(major) << 16 | UInt32(minor) }
  public var description: String { "\(major).\(minor)" }

  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let version = ABIVersion(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is not major.minor")
    }
    self = version
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
