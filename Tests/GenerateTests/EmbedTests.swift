// Texts to vectors.
import JSONValue
import PluginKit
import PluginTesting
import Synchronization
import Testing

@testable import GeneratePlugin

/// Length and first byte of each text; what it was asked stands in `seen`.
private final class Measuring: Provider {
  struct Configuration: Decodable {
    let fault: String?
  }
  static let descriptor = ComponentDescriptor("measuring", title: "Measuring", summary: "Measures", outputs: [.model()])
  static let seen = Mutex<[String: [[String]]]>([:])
  private let fault: String
  init(configuration: Configuration, host: Host) { fault = configuration.fault ?? "" }

  func generate(_ request: GenerateRequest, _ events: EventSink, _ run: Run) throws {
    throw PluginError(.unsupported, "it only measures")
  }

  func embed(_ input: ImportedStream, _ request: JSONValue, _ run: Run) throws -> any BatchStream {
    defer { input.close() }
    var builder = BatchBuilder(Schema([Field("embedding", .list(Field("item", .float32)))]))
    while let batch = try input.next() {
      let texts = (0..<batch.rowCount).map { batch.column("text")?.string($0) ?? "" }
      Self.seen.withLock { $0[run.meta.run, default: []].append(texts) }
      if fault == "once", Self.seen.withLock({ $0[run.meta.run]?.count == 1 }) {
        throw PluginError(.io, "the line broke", retryable: true)
      }
      for (index, text) in texts.enumerated() where fault != "short" || index > 0 {
        var vector: [JSONValue] = [.double(Double(text.utf8.count)), .double(Double(text.utf8.first ?? 0))]
        if fault == "ragged", index > 0 { vector.append(1) }
        if fault == "nan" { vector[0] = .string("nan") }
        try builder.append([.array(vector)])
      }
    }
    return BatchList(schema: builder.schema, batches: [builder.finish()])
  }
}

private let measuring = Plugin(
  name: "measuring", version: "1.0.0", title: "Measuring", components: [.provider(Measuring.self)])

private struct EmbedBench {
  let bench = PluginBench(plugin)
  /// Kept alive: the provider calls its services.
  let other = PluginBench(measuring)
  let name: String

  init(_ name: String, fault: String = "") throws {
    self.name = name
    other.meta["run"] = .string(name)
    let provider = try other.instance("measuring", ["fault": .string(fault)])
    try provider.load()
    bench.models["model"] = .provider(provider)
  }

  func rows(_ config: JSONValue, _ rows: any BatchStream) throws -> [[String: JSONValue]] {
    try withExtendedLifetime(other) { try bench.rows(of: "embed", config, rows) }
  }

  var asked: [[String]] { Measuring.seen.withLock { $0[name] ?? [] } }
}

@Suite struct EmbedTests {
  private let quick: JSONValue = ["attempts": 3, "first_wait": 0.001]

  @Test func `vectors come beside their rows, and a text that repeats is asked once a batch`() throws {
    let made = try EmbedBench("plain")
    let rows = try made.rows(
      ["column": "q", "batch_rows": 3], try questions(["a", "bb", "a", "ccc", "", "bb"])
    )
    #expect(
      rows.map { $0["embedding"] } == [
        [1.0, 97.0], [2.0, 98.0], [1.0, 97.0], [3.0, 99.0], [0.0, 0.0], [2.0, 98.0],
      ])
    #expect(made.asked == [["a", "bb"], ["ccc", ""]])
    #expect(made.bench.seen.metrics["texts_asked"] == 4 && made.bench.seen.metrics["rows"] == 6)
  }

  @Test func `the schema is known before any row`() throws {
    let made = try EmbedBench("bind")
    let bound = try made.bench.instance("embed", ["column": "q", "output": "v"]).bind([
      (name: "rows", schema: try questions([]).schema)
    ])
    #expect(bound?[0].fields.map { "\($0.name): \($0.type)" } == ["id: int64", "q: utf8", "v: list<float32>"])
  }

  @Test func `a null ends it, or has no vector`() throws {
    let made = try EmbedBench("nulls")
    let error = try failure {
      _ = try made.rows(["column": "q"], try questions(["a", nil]))
    }
    #expect(error.message == "row 1: 'q' is null" && error.details["row"] == 1)
    let rows = try made.rows(["column": "q", "nulls": "null"], try questions([nil, "a"]))
    #expect(rows.map { $0["embedding"] } == [.null, [1.0, 97.0]])
  }

  @Test func `a failure that passes is tried again, and a second run asks nothing`() throws {
    let made = try EmbedBench("once", fault: "once")
    let config: JSONValue = ["column": "q", "retries": quick]
    let rows = try made.rows(config, try questions(["a", "b"]))
    #expect(made.asked.count == 2)
    let next = try EmbedBench("second")
    next.bench.setState(made.bench.seen.state)
    #expect(try next.rows(config, try questions(["a", "b"])) == rows)
    #expect(next.asked.isEmpty && next.bench.seen.metrics["texts_from_cache"] == 2)
  }

  @Test(arguments: [
    ("short", "the provider gave 1 embeddings for 2 texts"),
    ("ragged", "the provider gave embeddings of 2 and of 3 numbers"),
    ("nan", "the provider's embedding of row 0 holds what is no number"),
  ]) func `vectors that cannot be are refused`(_ fault: String, _ words: String) throws {
    let made = try EmbedBench(fault, fault: fault)
    let error = try failure {
      _ = try made.rows(["column": "q"], try questions(["a", "b"]))
    }
    #expect(error.message == words && error.status == .internal)
  }

  @Test(arguments: ["text", "id"]) func `a column that is not there or no text is refused`(_ column: String) throws {
    let stage = try PluginBench(plugin).instance("embed", ["column": .string(column)])
    let error = try failure { _ = try stage.bind([(name: "rows", schema: try questions([]).schema)]) }
    #expect(error.status == .configuration && error.details["path"] == "/column")
  }

  @Test func `a run that is cancelled stops`() throws {
    let made = try EmbedBench("cancelled", fault: "once")
    made.bench.cancel()
    let error = try failure { _ = try made.rows(["column": "q"], try questions(["a"])) }
    #expect(error.status == .cancelled)
  }
}
