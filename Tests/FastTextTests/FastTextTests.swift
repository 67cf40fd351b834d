// The classifier beside the `fasttext` command, and what it does with rows that are difficult.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import FastTextPlugin

struct FastTextTests {
  private let folder = TemporaryFolder()

  private func value(_ report: JSONValue?, _ name: String) -> Double? {
    report?["metrics"]?.array?.first { $0["name"]?.string == name }?["value"]?.double
  }

  /// The file that the trainer has written, still in the run's folder.
  private func trainingFile(_ trained: Topics.Trained, _ name: String = "train") -> String {
    "\(trained.bench.folder)/tmp/\(name).txt"
  }

  @Test(
    arguments: [
      ([:], []),
      (
        [
          "epochs": 12, "learning_rate": 0.5, "word_ngrams": 2, "dimension": 20, "bucket": 5000, "seed": 9,
          "loss": "ova",
        ],
        [
          "-epoch", "12", "-lr", "0.5", "-wordNgrams", "2", "-dim", "20", "-bucket", "5000", "-seed", "9", "-loss",
          "ova",
        ]
      ),
      (
        ["min_ngram": 2, "max_ngram": 3, "minimum_count": 2, "dimension": 10, "bucket": 1000],
        ["-minn", "2", "-maxn", "3", "-minCount", "2", "-dim", "10", "-bucket", "1000"]
      ),
    ] as [([String: JSONValue], [String])])
  func `the model is the command's, byte for byte`(configuration: [String: JSONValue], arguments: [String]) throws {
    let trained = try Topics.train(Topics.rows(600), configuration)
    let program = try RunningProgram(
      "/usr/bin/env",
      [
        "fasttext", "supervised", "-input", trainingFile(trained), "-output", "\(folder.path)/peer", "-thread", "1",
        "-verbose", "0",
      ]
        + arguments, environment: ProcessInfo.processInfo.environment)
    #expect(try program.finish(within: 120).code == 0)
    let (mine, peer) = (
      FileManager.default.contents(atPath: trained.path),
      FileManager.default.contents(atPath: "\(folder.path)/peer.bin")
    )
    // The input's path is no part of the model, all else is.
    #expect(mine != nil && mine == peer)
  }

  @Test func `test figures and predictions are the command's`() throws {
    let trained = try Topics.train(Topics.rows(600), validation: Topics.rows(300, seed: 5), ["epochs": 3])
    let told = try Topics.command("test", trained.path, trainingFile(trained, "validation"))
    let precision = try #require(value(trained.report, "precision_at_1"))
    #expect(told.contains("P@1\t\(String(format: "%.3g", precision))"))
    let texts = try folder.write("w1 w2 w3\nw9 w8 x\n\n", to: "texts.txt")
    let lines = try Topics.command("predict-prob", trained.path, texts, "2").split(separator: "\n")
    let model = try Classifier(path: trained.path)
    for (text, line) in zip(["w1 w2 w3", "w9 w8 x"], lines) {
      let own = try model.predict(text, count: 2)
      let peer = line.split(separator: " ")
      #expect(own.map { TrainingLine.prefix + TrainingLine.encoded($0.label) } == [String(peer[0]), String(peer[2])])
      for (prediction, number) in zip(own, [peer[1], peer[3]]) {
        #expect(abs(prediction.probability - (Double(number) ?? -1)) < 1e-5)
      }
    }
  }

  @Test func `labels come back as they were, whatever is in them`() throws {
    let topics = ["a b", "100%", "%20", "tab\there", "ünïcode", "__label__x"]
    let trained = try Topics.train(Topics.rows(2000, topics: topics), ["epochs": 20, "learning_rate": 0.5])
    let model = try Classifier(path: trained.path)
    let found = Set(try (0..<6).flatMap { try model.predict("w\($0 * 3 + 1) w\($0 * 3 + 2)", count: 6).map(\.label) })
    #expect(found == Set(topics))
  }

  @Test func `a text cannot smuggle a label or an end of line in`() throws {
    let rows =
      Topics.rows(200) + [
        ["w1 __label__evil w2", "sport"], ["w1\n__label__evil w2\r\n", "sport"],
        ["</s> __label____label__evil", "sport"],
      ]
    let trained = try Topics.train(rows)
    #expect(trained.model["metadata"]?["labels"] == 3)
    #expect(try String(contentsOfFile: trainingFile(trained), encoding: .utf8).split(separator: "\n").count == 203)
    #expect(TrainingLine.text("a\u{0}b\u{B}c </s>") == "a b c s")
  }

  @Test func `rows with several labels, whole numbers as labels, and rows without either`() throws {
    let fields = [Field("text", .utf8), Field("label", .list(Field("item", .utf8)))]
    let rows = Topics.rows(200).map { [$0[0], .array([$0[1], "all"])] } + [["x", []], [nil, ["a"]], ["y", nil]]
    let trained = try Topics.train(rows, fields: fields)
    #expect(trained.model["metadata"]?["labels"] == 4)
    #expect(value(trained.report, "training_rows") == 200)
    #expect(trained.report?["text"]?.string?.contains("3 rows have no text or no label") == true)
    let numbers = try Topics.train(
      Topics.rows(100).map { [$0[0], $0[1] == "sport" ? 1 : 2] },
      fields: [Field("text", .utf8), Field("label", .int32)])
    #expect(numbers.model["metadata"]?["labels"] == 2)
  }

  @Test func `what is published is a document that says how it was made and how it is served`() throws {
    let trained = try Topics.train(Topics.rows(300), ["license": "mit", "name": "topics", "seed": 4])
    let published = try #require(trained.bench.seen.published.first)
    #expect(published.kind == "model")
    #expect(published.metadata["name"] == "topics")
    #expect(trained.model["format"] == "fasttext")
    #expect(trained.model["serve"]?["use"] == "fasttext/model")
    #expect(trained.model["license"] == "mit")
    #expect(trained.model["metadata"]?["seed"] == 4)
    #expect(trained.model["artifact"] == "sha256:bench")
    #expect(value(trained.report, "precision_at_1") == nil)
    #expect(trained.report?["text"]?.string?.contains("figures are missing") == true)
  }

  @Test func `quantising shrinks the model and keeps what it knows`() throws {
    let rows = Topics.rows(1500)
    let settings: [String: JSONValue] = ["epochs": 10, "word_ngrams": 2, "bucket": 20_000, "learning_rate": 0.5]
    let whole = try Topics.train(rows, validation: Topics.rows(300, seed: 8), settings)
    let small = try Topics.train(
      rows, validation: Topics.rows(300, seed: 8), settings.merging(["quantize": true, "cutoff": 1000]) { $1 })
    func size(_ trained: Topics.Trained) -> Int { FileManager.default.contents(atPath: trained.path)?.count ?? 0 }
    #expect(size(small) * 10 < size(whole))
    let (before, after) = (
      try #require(value(whole.report, "precision_at_1")), try #require(value(small.report, "precision_at_1"))
    )
    #expect(after > before - 0.05)
    #expect(try Classifier(path: small.path).predict("w1 w2", count: 1).count == 1)
  }

  @Test func `autotune keeps to its time and to what is given`() throws {
    let began = ContinuousClock.now
    let trained = try Topics.train(
      Topics.rows(300), validation: Topics.rows(100, seed: 3), ["autotune": ["seconds": 2], "dimension": 12, "seed": 1])
    #expect(ContinuousClock.now - began < .seconds(30))
    #expect(trained.model["metadata"]?["dimension"] == 12)
    #expect(value(trained.report, "precision_at_1") != nil)
  }

  @Test func `it tells how it does while it trains`() throws {
    let trained = try Topics.train(Topics.rows(3000), ["epochs": 400, "dimension": 60])
    let names = Set(trained.events.compactMap { if case .metric(let name, _, _, _) = $0 { name } else { nil } })
    #expect(names.isSuperset(of: ["loss", "learning_rate", "words_per_second", "epoch"]))
    #expect(trained.bench.seen.progress.contains { $0.phase == "permille" })
  }

  @Test(arguments: [1, 2, 3])
  func `it stops in the midst of a training when the run is cancelled`(afterProgress: Int) throws {
    let bench = PluginBench(plugin)
    bench.cancel(afterProgress: afterProgress)
    let began = ContinuousClock.now
    let failure = #expect(throws: PluginError.self) {
      try Topics.train(Topics.rows(400), ["epochs": 10_000, "dimension": 300], bench: bench)
    }
    #expect(failure?.status == .cancelled)
    #expect(bench.seen.published.isEmpty)
    #expect(ContinuousClock.now - began < .seconds(20))
  }

  @Test func `autotune stops when the run is cancelled`() throws {
    let bench = PluginBench(plugin)
    bench.cancel(afterProgress: 5)
    let failure = #expect(throws: PluginError.self) {
      try Topics.train(
        Topics.rows(300), validation: Topics.rows(100, seed: 3), ["autotune": ["seconds": 600]], bench: bench)
    }
    #expect(failure?.status == .cancelled)
  }

  @Test func `nothing to learn is refused with words`() throws {
    for (rows, words) in [
      ([["x", nil]], "no row has a text and a label"), ([["x", "a"], ["y", "a"]], "all rows have the label 'a'"),
    ] as [([[JSONValue]], String)] {
      let failure = #expect(throws: PluginError.self) { try Topics.train(rows) }
      #expect(failure?.status == .data)
      #expect(failure?.message.contains(words) == true)
    }
    let rare = #expect(throws: PluginError.self) {
      try Topics.train([["x", "a"], ["y", "b"]], ["minimum_count": 50])
    }
    #expect(rare?.message.contains("no word stands in the texts 50 times") == true)
  }

  @Test(
    arguments: [
      (["text": "nope"], "/text"), (["label": "nope"], "/label"), (["min_ngram": 4, "max_ngram": 2], "/min_ngram"),
      (["autotune": ["seconds": 1]], "/autotune"),
      (["autotune": ["seconds": 1, "model_size": "two"]], "/autotune/model_size"),
      (["autotune": ["seconds": 1, "metric": "f1:a b"]], "/autotune/metric"),
    ] as [([String: JSONValue], String)])
  func `a configuration that cannot work is refused at its place`(configuration: [String: JSONValue], place: String) {
    let failure = #expect(throws: PluginError.self) { try Topics.train(Topics.rows(10), configuration) }
    #expect(failure?.status == .configuration)
    #expect(failure?.details["path"] == .string(place))
  }

  @Test func `estimates count the buckets`() throws {
    let bench = PluginBench(plugin)
    let plain = try bench.instance("train").estimate()["memory_bytes"]?.int ?? 0
    let pairs = try bench.instance("train", ["word_ngrams": 2]).estimate()["memory_bytes"]?.int ?? 0
    #expect(pairs - plain == 2_000_000 * 100 * 4)
  }
}
