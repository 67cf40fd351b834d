// Agreement beside published figures and scikit-learn's.
import JSONValue
import TestSupport
import Testing

@testable import JudgePlugin

struct AgreementTests {
  /// Krippendorff's own example of four coders and twelve units (2011).
  private static let published: [[Double?]] = [
    [1, 1, nil, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4], [4, 4, 4, 4], [1, 1, 2, 1],
    [2, 2, 2, 2], [nil, 5, 5, 5], [nil, nil, 1, 1], [nil, nil, 3, nil],
  ]

  @Test func `alpha is Krippendorff's in his published example`() throws {
    #expect(abs(try #require(Agreement.alpha(Self.published, .nominal)) - 0.743) < 0.0005)
    #expect(abs(try #require(Agreement.alpha(Self.published, .interval)) - 0.849) < 0.0005)
  }

  @Test func `weights count a thing as often as they say`() throws {
    let twice = Self.published + [Self.published[5]]
    var weights = [Double](repeating: 1, count: Self.published.count)
    weights[5] = 2
    let weighted = weights.withUnsafeBufferPointer { Agreement.alpha(Self.published, .interval, weights: $0) }
    #expect(abs(try #require(weighted) - (try #require(Agreement.alpha(twice, .interval)))) < 1e-12)
  }

  @Test func `where nothing tells agreement from chance there is no figure`() {
    #expect(Agreement.alpha([[3, 3], [3, 3]], .interval) == nil)
    #expect(Agreement.alpha([[1, nil], [2, nil]], .interval) == nil)
    #expect(Agreement.alpha([], .nominal) == nil)
    #expect(Agreement.kappa([("a", "a"), ("a", "a")]) == nil)
    #expect(Agreement.kappa([]) == nil)
  }

  @Test func `kappa is scikit-learn's`() throws {
    let words = ["a", "b", "tie", "inconsistent"]
    let pairs = (0..<60).map { index -> (String, String) in
      let (one, other) = (index * 7 % 11 % 4, index * 5 % 13 % 3)
      return (words[one], words[other])
    }
    let peer = try PythonPeer.ask(
      "trust/kappa_peer.py",
      ["one": .array(pairs.map { .string($0.0) }), "other": .array(pairs.map { .string($0.1) })])
    #expect(abs(try #require(Agreement.kappa(pairs)) - (try #require(peer["kappa"]?.double))) < 1e-12)
  }
}
