// Splits, duplicates and contamination, driven through the plugin's C tables.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import CorpusPlugin

private let fields = [Field("id", .int64), Field("text", .utf8)]

private func table(_ texts: [String?], batch: Int = 1000) throws -> BatchList {
  let rows = texts.enumerated().map { index, text -> [JSONValue] in
    [.int(Int64(index)), text.map { .string($0) } ?? .null]
  }
  return try BatchList(fields, rows: rows, batch: batch)
}

private func parts(_ texts: [String?], _ config: JSONValue) throws -> [String] {
  let stage = try PluginBench(plugin).instance("split", config)
  return try stage.open([(name: "table", stream: try table(texts, batch: 3))])[0].readRows()
    .map { $0["split"]?.string ?? "?" }
}

private func kept(_ texts: [String?], _ config: JSONValue, batch: Int = 1000) throws -> [Int] {
  let stage = try PluginBench(plugin).instance("dedupe", config)
  return try stage.open([(name: "table", stream: try table(texts, batch: batch))])[0].readRows()
    .map { Int($0["id"]?.int ?? -1) }
}

@Suite struct SplitTests {
  private static let texts = (0..<4000).map { "document \($0)" }

  @Test func `shares are kept within what chance allows`() throws {
    let parts = try parts(
      Self.texts, ["key": ["text"], "seed": 7, "shares": ["train": 0.8, "validation": 0.1, "test": 0.1]])
    let train = parts.count { $0 == "train" }
    let test = parts.count { $0 == "test" }
    #expect(parts.count == 4000)
    // Five standard deviations of a binomial count.
    #expect(abs(train - 3200) < 127, "\(train)")
    #expect(abs(test - 400) < 95, "\(test)")
    #expect(Set(parts) == ["train", "validation", "test"])
  }

  @Test func `a row's part depends on its key and the seed only`() throws {
    let config: JSONValue = ["key": ["text"], "seed": 7]
    let one = try parts(Self.texts, config)
    #expect(try parts(Self.texts.reversed(), config) == one.reversed())
    #expect(try parts(Array(Self.texts.prefix(50)), config) == Array(one.prefix(50)))
    #expect(try parts(Self.texts, ["key": ["text"], "seed": 8]) != one)
  }

  @Test func `rows with the same key are never apart`() throws {
    let parts = try parts(Self.texts.flatMap { [$0, $0] }, ["key": ["text"], "seed": 1])
    #expect(stride(from: 0, to: parts.count, by: 2).allSatisfy { parts[$0] == parts[$0 + 1] })
  }

  @Test func `a part of a split never moves from version to version`() throws {
    let names = try parts(["a", "b", "c", "d", "e", "f", nil, ""], ["key": ["text"], "seed": 3])
    #expect(names == ["test", "train", "train", "train", "train", "validation", "train", "train"], "\(names)")
  }

  @Test func `what cannot be split is refused with its place`() throws {
    for (config, pointer) in [
      (["key": ["nothing"]], "/key/0"), (["column": "text"], "/column"), (["shares": ["a": 0, "b": 0]], "/shares"),
    ] as [(JSONValue, String)] {
      let failure = #expect(throws: PluginError.self) { try parts(["a"], config) }
      #expect(failure?.details["path"]?.string == pointer)
      #expect(failure?.status == .configuration)
    }
  }

  @Test func `a run that is cancelled stops between batches`() throws {
    let bench = PluginBench(plugin)
    let stream = try bench.instance("split", ["key": ["text"]])
      .open([(name: "table", stream: try table(Self.texts, batch: 10))])[0]
    #expect(try stream.next() != nil)
    bench.cancel()
    let failure = #expect(throws: PluginError.self) { try stream.next() }
    #expect(failure?.status == .cancelled)
  }
}

@Suite struct DedupeTests {
  @Test func `the first of equal texts passes`() throws {
    #expect(try kept(["a b", "c", "A  b!", "c", nil, nil, "d"], ["columns": ["text"]], batch: 2) == [0, 1, 4, 6])
  }

  @Test func `case and punctuation count where they are asked to`() throws {
    #expect(try kept(["a b", "A b", "a b"], ["columns": ["text"], "normalise": false]) == [0, 1])
  }

  @Test func `columns stay apart`() throws {
    let rows: [[JSONValue]] = [["ab", "c"], ["a", "bc"], ["ab", "c"]]
    let stage = try PluginBench(plugin).instance("dedupe", [:])
    let stream = try BatchList([Field("x", .utf8), Field("y", .utf8)], rows: rows)
    #expect(try stage.open([(name: "table", stream: stream)])[0].readRows().count == 2)
  }

  @Test func `nearly equal texts go, others stay`() throws {
    let words = (0..<60).map { "word\($0)" }
    let near = (words.prefix(30) + ["other"] + words.suffix(29)).joined(separator: " ")
    let far = (words.prefix(20) + (0..<40).map { "else\($0)" }).joined(separator: " ")
    let texts: [String?] = [words.joined(separator: " "), near, far, "short", "short too", "", nil]
    let config: JSONValue = ["columns": ["text"], "near": ["threshold": 0.7, "words": 3]]
    #expect(try kept(texts, config) == [0, 2, 3, 4, 5, 6])
    #expect(try kept(texts, ["columns": ["text"]]) == [0, 1, 2, 3, 4, 5, 6])
  }

  @Test(arguments: [0.3, 0.5, 0.8, 0.95])
  func `banding misses hardly any pair at the threshold`(_ threshold: Double) {
    let rows = NearTexts.bandRows(for: threshold)
    var agree = 1.0
    for _ in 0..<rows { agree *= threshold }
    var missed = 1.0
    for _ in 0..<(128 / rows) { missed *= 1 - agree }
    #expect(missed <= 0.01)
  }
}

@Suite struct ContaminationTests {
  private func judge(
    _ texts: [String?], _ train: [String?], _ config: JSONValue = ["columns": ["text"], "words": 3, "overlap": 0.5]
  ) throws -> (findings: [JSONValue], report: JSONValue?, failing: [(finding: Int, row: Int)]) {
    try PluginBench(plugin).instance("contamination", config)
      .check(try table(texts, batch: 2), references: [(name: "train", stream: try table(train))])
  }

  @Test func `rows that the reference knows are named`() throws {
    let found = try judge(
      ["the quick brown fox jumps", "nothing of this is known", "The QUICK, brown fox!", nil, "..."],
      ["yesterday the quick brown fox slept", "other words here"])
    #expect(found.failing.map(\.row) == [0, 2])
    #expect(found.findings[0]["passed"] == false)
    #expect(found.findings[0]["observed"]?.double == 0.4)
    #expect(found.report?["metrics"]?[2]?["value"] == 2)
  }

  @Test func `a short text counts as a whole`() throws {
    #expect(try judge(["yes", "no", "yes no"], ["yes", "maybe yes"]).failing.map(\.row) == [0])
  }

  @Test func `a share of contaminated rows can be allowed`() throws {
    let config: JSONValue = ["columns": ["text"], "at_most": 0.5, "severity": "warn"]
    let found = try judge(["known text", "new text"], ["known text"], config)
    #expect(found.findings[0]["passed"] == true)
    #expect(found.findings[0]["severity"] == "warn")
    #expect(found.failing.count == 1)
  }

  @Test func `an empty table has nothing to be contaminated`() throws {
    let found = try judge([], ["known text"])
    #expect(found.findings[0]["passed"] == true)
    #expect(found.report?["metrics"]?[1]?["value"] == .null)
  }

  @Test func `a column that is not there is refused`() throws {
    let failure = #expect(throws: PluginError.self) {
      try judge(["a"], ["a"], ["columns": ["text"], "reference_columns": ["t"]])
    }
    #expect(failure?.details["path"] == "/reference_columns/0")
  }
}
