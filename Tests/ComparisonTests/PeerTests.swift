// The tests beside scipy and statsmodels.
import JSONValue
import Statistics
import TestSupport
import Testing

@testable import ComparisonPlugin

struct PeerTests {
  static let tables: [[Int]] = [
    [0, 1], [1, 0], [3, 3], [0, 12], [10, 25], [25, 10], [7, 8], [100, 140], [5_000, 5_200], [250_000, 251_500],
    [1, 400],
  ]

  /// Small and large, with and without ties and zeros.
  static let differences: [[Double]] = {
    var random = Xoshiro256(seed: 3)
    var all: [[Double]] = [[0, 0, 0], [1], [-2], [1, -1], [0, 0.5, 0.5, -0.25]]
    for round in 0..<40 {
      let count = [5, 9, 14, 30, 50, 51, 200][round % 7]
      let isTied = round % 2 == 0 && (count <= 14 || count == 200)
      all.append(
        (0..<count).map { _ in isTied ? Double(random.below(9)) - 3 : random.unit() * 2 - 0.8 })
    }
    return all
  }()

  static let paired: [[[Double]]] = {
    var random = Xoshiro256(seed: 4)
    return (0..<20).map { round in
      let a = (0..<40).map { _ in round % 2 == 0 ? Double(random.below(5)) : random.unit() }
      return [a, a.map { $0 + (round % 2 == 0 ? Double(random.below(3)) - 1 : random.unit() - 0.4) }]
    }
  }()

  static let holm: [[Double]] = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.9, 0.9], [0.001, 0.8, 0.02, 0.02, 1]]

  static let peer = Result {
    func lists(_ values: [[Double]]) -> JSONValue { .array(values.map { .array($0.map { .double($0) }) }) }
    return try PythonPeer.ask(
      "metrics/comparison_peer.py",
      [
        "tables": .array(tables.map { .array($0.map { .int(Int64($0)) }) }), "wilcoxon": lists(differences),
        "paired": .array(paired.map { lists($0) }), "holm": lists(holm),
      ])
  }

  static func expect(_ ours: Double?, _ theirs: Double?, _ note: String, location: SourceLocation = #_sourceLocation) {
    guard let ours, let theirs else {
      #expect(ours == nil && theirs == nil, "\(note)", sourceLocation: location)
      return
    }
    #expect(abs(ours - theirs) <= 1e-9, "\(note): \(ours) for \(theirs)", sourceLocation: location)
  }

  @Test func `McNemar is that of statsmodels, mid-p that of scipy's binomial`() throws {
    let theirs = try #require(try Self.peer.get()["tables"])
    for (index, table) in Self.tables.enumerated() {
      Self.expect(McNemar.exact(table[0], table[1]), theirs[index]?["exact"]?.double, "\(table)")
      Self.expect(McNemar.midP(table[0], table[1]), theirs[index]?["mid"]?.double, "\(table)")
    }
  }

  @Test func `Wilcoxon is that of scipy, exact with ties too`() throws {
    let theirs = try #require(try Self.peer.get()["wilcoxon"])
    for (index, values) in Self.differences.enumerated() {
      let ours = Wilcoxon(values)
      Self.expect(ours.p, theirs[index]?["p"]?.double, "\(values)")
      if ours.count > 0 {
        Self.expect(min(ours.positiveRanks, ours.negativeRanks), theirs[index]?["statistic"]?.double, "\(values)")
      }
    }
  }

  @Test func `effects are those of their definitions in numpy`() throws {
    let theirs = try #require(try Self.peer.get()["paired"])
    for (index, pair) in Self.paired.enumerated() {
      let figures = PairedFigures(a: pair[0], b: pair[1])
      Self.expect(figures.standardizedDifference, theirs[index]?["dz"]?.double, "dz \(index)")
      Self.expect(figures.cliffsDelta, theirs[index]?["cliff"]?.double, "delta \(index)")
      Self.expect(figures.meanDifference, theirs[index]?["difference"]?.double, "difference \(index)")
    }
  }

  @Test func `Holm's adjustment is that of statsmodels`() throws {
    let theirs = try #require(try Self.peer.get()["holm"])
    for (index, values) in Self.holm.enumerated() {
      for (place, value) in holmAdjusted(values).enumerated() {
        Self.expect(value, theirs[index]?[place]?.double, "\(values)")
      }
    }
    #expect(holmAdjusted([0.01, nil, 0.02]) == [0.02, nil, 0.02])
  }
}
