// Classifiers as providers, and as a stage over rows.
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import FastTextPlugin

struct AskingTests {
  private func provider(_ trained: Topics.Trained) throws -> BenchInstance {
    let provider = try PluginBench(plugin).instance("model")
    try provider.load(trained.model)
    return provider
  }

  @Test func `a provider answers with the label, and with log-probabilities where they are wanted`() throws {
    let provider = try provider(try Topics.train(Topics.rows(800), ["epochs": 20]))
    #expect(try provider.generate(GenerateRequest(prompt: "w4 w5 w3")) == [.text("world news"), .finish(.stop)])
    var request = GenerateRequest(user: "w4 w5 w3")
    request.wantsLogProbabilities = true
    request.topLogProbabilities = 3
    let events = try provider.generate(request)
    guard case .logProbabilities(let tokens) = events[1] else { throw Topics.Failed(words: "\(events)") }
    #expect(tokens[0].token == "world news")
    #expect(tokens[0].top.count == 3)
    #expect(try #require(tokens[0].logProbability) <= 0)
  }

  @Test func `what a classifier cannot do is refused, not ignored`() throws {
    let provider = try provider(try Topics.train(Topics.rows(100)))
    var request = GenerateRequest(prompt: "w1")
    request.format = ["type": "json"]
    #expect(#expect(throws: PluginError.self) { try provider.generate(request) }?.details["path"] == "/format")
    request.format = nil
    request.choices = 2
    #expect(#expect(throws: PluginError.self) { try provider.generate(request) }?.details["path"] == "/n")
  }

  @Test func `many may ask at once`() async throws {
    let provider = try provider(try Topics.train(Topics.rows(500), ["epochs": 20]))
    let answers = try await withThrowingTaskGroup(of: [ModelEvent].self) { group in
      for _ in 0..<8 {
        group.addTask { try (0..<200).map { _ in try provider.generate(GenerateRequest(prompt: "w0 w1 w2")) }.last! }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.allSatisfy { $0 == [.text("sport"), .finish(.stop)] })
  }

  @Test func `files that are no classifier, or not all of one, are refused`() throws {
    let folder = TemporaryFolder()
    let settings: [String: JSONValue] = ["dimension": 4, "bucket": 300, "word_ngrams": 2]
    let trained = try Topics.train(Topics.rows(400), settings)
    let quantized = try Topics.train(Topics.rows(400), settings.merging(["quantize": true, "cutoff": 256]) { $1 })
    let whole = Array(try FileContents.read(trained.path))
    let small = Array(try FileContents.read(quantized.path))
    var lying = whole
    lying.replaceSubrange(64..<68, with: [255, 255, 255, 127])
    var files: [[UInt8]] = [Array("not a model".utf8), [], whole + [0], lying]
    for bytes in [whole, small] {
      // Cut at many places, in each part of the file.
      for part in 1..<40 { files.append(Array(bytes.prefix(bytes.count * part / 40))) }
      files.append(Array(bytes.dropLast()))
    }
    for (index, contents) in files.enumerated() {
      let path = try folder.write(contents, to: "m.bin")
      let failure = #expect(throws: PluginError.self) {
        try PluginBench(plugin).instance("model", ["path": .string(path)]).load()
      }
      #expect(failure?.status == .data, "file \(index)")
    }
    for bytes in [whole, small] {
      let path = try folder.write(bytes, to: "m.bin")
      try PluginBench(plugin).instance("model", ["path": .string(path)]).load()
    }
    #expect(
      #expect(throws: PluginError.self) { try PluginBench(plugin).instance("model", ["path": "/nowhere"]).load() }?
        .status
        == .notFound)
    let other = #expect(throws: PluginError.self) {
      try PluginBench(plugin).instance("model").load(["format": "gguf", "path": "/x"])
    }
    #expect(other?.message.contains("'gguf'") == true)
    #expect(
      #expect(throws: PluginError.self) { try PluginBench(plugin).instance("model").load() }?.details["path"] == "/path"
    )
  }

  @Test func `rows get their labels beside them`() throws {
    let trained = try Topics.train(Topics.rows(800), ["epochs": 20])
    let bench = PluginBench(plugin)
    bench.models["model"] = .provider(try provider(trained))
    bench.documents["model"] = trained.model
    let stage = try bench.instance("predict", ["count": 2])
    let bound = try #require(try stage.bind([(name: "table", schema: Schema(Topics.fields))]))
    let rows: [[JSONValue]] = [["w1 w0 w2", "a"], [nil, "b"], ["w4 w3 w5", "c"], ["", "d"]]
    let stream = try stage.open([(name: "table", stream: try Topics.table(rows))])[0]
    #expect(stream.schema == bound[0])
    let read = try stream.readRows()
    #expect(read[0]["predicted"] == "sport")
    #expect(read[0]["predicted_labels"]?.array?.count == 2)
    #expect(try #require(read[0]["predicted_probability"]?.double) > 0.5)
    #expect(read[1]["predicted"] == .null)
    #expect(read[2]["predicted"] == "world news")
    #expect(read.map { $0["label"]?.string } == ["a", "b", "c", "d"])
  }

  @Test func `a column that is taken or missing is refused when it is bound`() throws {
    let stage = try PluginBench(plugin).instance("predict", [:])
    for (fields, place) in [([Field("x", .utf8)], "/text"), (Topics.fields + [Field("predicted", .utf8)], "/prefix")] {
      let failure = #expect(throws: PluginError.self) { try stage.bind([(name: "table", schema: Schema(fields))]) }
      #expect(failure?.details["path"] == .string(place))
    }
  }

  @Test func `the stage stops when the run is cancelled`() throws {
    let trained = try Topics.train(Topics.rows(100))
    let bench = PluginBench(plugin)
    bench.models["model"] = .provider(try provider(trained))
    bench.documents["model"] = trained.model
    let stream = try bench.instance("predict").open([(name: "table", stream: try Topics.table(Topics.rows(2000)))])[0]
    _ = try stream.next()
    bench.cancel()
    #expect(throws: PluginError.self) { try stream.next() }
    stream.close()
  }
}
