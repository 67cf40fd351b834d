// Every figure beside scikit-learn, over random tables with rare and missing classes and ties.
import JSONValue
import PluginKit
import PluginTesting
import Statistics
import TestSupport
import Testing

@testable import ClassificationPlugin

struct PeerTests {
  static let names = ["ant", "bee", "Cat", "dög", "ελ"]

  struct Labels {
    var truth: [String]
    var guess: [String]
  }

  static let labels: [Labels] = {
    var random = Xoshiro256(seed: 8)
    return (0..<60).map { round in
      let count = 1 + Int(random.below(120))
      let classes = UInt64(1 + round % 5)
      let truth = (0..<count).map { _ in names[Int(random.below(classes))] }
      return Labels(
        truth: truth, guess: truth.map { random.below(3) == 0 ? names[Int(random.below(UInt64(names.count)))] : $0 })
    }
  }()

  static let binary: [(truth: [String], score: [Double])] = {
    var random = Xoshiro256(seed: 9)
    return (0..<60).map { round in
      let count = 2 + Int(random.below(200))
      let truth = (0..<count).map { _ in random.below(4) == 0 ? "yes" : random.below(2) == 0 ? "no" : "maybe" }
      let score = truth.map { label -> Double in
        let noise = round % 2 == 0 ? random.unit() : Double(random.below(11)) / 10
        let value = label == "yes" ? (noise + 1) / 2 : noise
        return round % 7 == 6 ? value * 8 - 3 : value
      }
      return (truth, score)
    }
  }()

  static let several: [(truth: [String], probabilities: [[Double]])] = {
    var random = Xoshiro256(seed: 10)
    return (0..<60).map { round in
      let count = 2 + Int(random.below(150))
      let truth = (0..<count).map { _ in names[Int(random.below(round % 6 == 0 ? 2 : 3))] }
      let sorted = names.prefix(3).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
      let probabilities = truth.map { label -> [Double] in
        let raw = sorted.map { Double(1 + random.below(8)) + ($0 == label ? 5 : 0) }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
      }
      return (truth, probabilities)
    }
  }()

  static func texts(_ list: [String]) -> JSONValue { .array(list.map { .string($0) }) }
  static func numbers(_ list: [Double]) -> JSONValue { .array(list.map { .double($0) }) }

  static let peer = Result {
    try PythonPeer.ask(
      "metrics/classification_peer.py",
      [
        "labels": .array(labels.map { ["truth": texts($0.truth), "guess": texts($0.guess)] }),
        "binary": .array(binary.map { ["truth": texts($0.truth), "score": numbers($0.score), "positive": "yes"] }),
        "several": .array(
          several.map {
            [
              "truth": texts($0.truth), "names": texts(Array(names.prefix(3))),
              "probabilities": .array($0.probabilities.map { numbers($0) }),
            ]
          }),
      ])
  }

  static func evaluate(_ config: JSONValue, _ fields: [Field], _ rows: [[JSONValue]]) throws -> JSONValue {
    let instance = try PluginBench(plugin).instance("evaluate", config)
    return try instance.evaluate([("table", try BatchList(fields, rows: rows, batch: 64))]).report
  }

  /// Every metric of the report that the peer has too, in value or in having none.
  static func compare(_ report: JSONValue, _ theirs: JSONValue, _ note: String) throws {
    var compared = 0
    for metric in report["metrics"]?.array ?? [] {
      guard let name = metric["name"]?.string, let expected = theirs[name] else { continue }
      compared += 1
      let (ours, wanted) = (metric["value"]?.double, expected.double)
      let isClose = if let ours, let wanted { abs(ours - wanted) <= 1e-9 } else { ours == nil && wanted == nil }
      #expect(isClose, "\(note) \(name): \(String(describing: ours)) for \(String(describing: wanted))")
    }
    #expect(compared >= 13, "\(note): only \(compared) figures were compared")
  }

  static func table(_ title: String, _ report: JSONValue) throws -> [[JSONValue]] {
    let table = try #require(report["tables"]?.array?.first { $0["title"]?.string == title })
    return table["rows"]?.array?.map { $0.array ?? [] } ?? []
  }

  @Test func `figures of labels are those of scikit-learn`() throws {
    let theirs = try #require(try Self.peer.get()["labels"]?.array)
    for (index, item) in Self.labels.enumerated() {
      let rows = zip(item.truth, item.guess).map { [JSONValue.string($0), .string($1)] }
      let report = try Self.evaluate(
        ["label": "label", "prediction": "guess", "bootstrap": ["resamples": 0]],
        [Field("label", .utf8), Field("guess", .utf8)], rows)
      try Self.compare(report, theirs[index], "table \(index)")
      let classes = try Self.table("By class", report)
      let wanted = try #require(theirs[index]["classes"]?.array)
      #expect(classes.map { $0[0] } == wanted.map { $0[0] })
      for (own, other) in zip(classes, wanted) {
        for place in 1...4 { #expect(abs(own[place].double! - other[place]!.double!) <= 1e-9, "table \(index) \(own)") }
      }
      #expect(
        try Self.table("Confusion matrix", report).map { JSONValue.array(Array($0.dropFirst())) }
          == theirs[index]["confusion"]?.array)
    }
  }

  @Test func `figures of a score are those of scikit-learn`() throws {
    let theirs = try #require(try Self.peer.get()["binary"]?.array)
    for (index, item) in Self.binary.enumerated() {
      let rows = zip(item.truth, item.score).map { [JSONValue.string($0), .double($1)] }
      let report = try Self.evaluate(
        ["label": "label", "score": "score", "positive": "yes", "bootstrap": ["resamples": 0]],
        [Field("label", .utf8), Field("score", .float64)], rows)
      try Self.compare(report, theirs[index], "table \(index)")
    }
  }

  @Test func `figures of probabilities are those of scikit-learn`() throws {
    let theirs = try #require(try Self.peer.get()["several"]?.array)
    let sorted = Self.names.prefix(3).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    let columns = Dictionary(uniqueKeysWithValues: sorted.map { ($0, JSONValue.string("p \($0)")) })
    for (index, item) in Self.several.enumerated() {
      let rows = zip(item.truth, item.probabilities).map { [JSONValue.string($0)] + $1.map { .double($0) } }
      let report = try Self.evaluate(
        ["label": "label", "probabilities": .object(columns), "bootstrap": ["resamples": 0]],
        [Field("label", .utf8)] + sorted.map { Field("p \($0)", .float64) }, rows)
      try Self.compare(report, theirs[index], "table \(index)")
    }
  }
}
