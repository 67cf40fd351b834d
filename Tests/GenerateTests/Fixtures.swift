// Tables, models and benches that the tests share.
import FoundationEssentials
import JSONValue
import PluginKit
import PluginTesting
import Synchronization
import Testing

@testable import GeneratePlugin

/// What a model was asked, by any thread.
final class Asked: Sendable {
  private let requests = Mutex<[GenerateRequest]>([])
  private let most = Mutex((now: 0, most: 0))

  var all: [GenerateRequest] { requests.withLock { $0 } }
  var count: Int { all.count }
  var mostAtOnce: Int { most.withLock { $0.most } }

  func note(_ request: GenerateRequest) { requests.withLock { $0.append(request) } }

  func during<R>(_ body: () throws -> R) rethrows -> R {
    most.withLock {
      $0.now += 1
      $0.most = max($0.most, $0.now)
    }
    defer { most.withLock { $0.now -= 1 } }
    return try body()
  }
}

extension GenerateRequest {
  /// What the user said, or the prompt.
  var said: String { prompt ?? messages?.last?["content"]?.string ?? "" }
}

/// A bench whose model answers by a closure; what it was asked is kept.
func bench(_ asked: Asked = Asked(), _ answer: @escaping @Sendable (GenerateRequest) throws -> String) -> PluginBench {
  let bench = PluginBench(plugin)
  bench.models["model"] = .closure { request, sink in
    asked.note(request)
    let text = try asked.during { try answer(request) }
    for choice in 0..<request.choices {
      try sink.emit(.text(text), choice: choice)
      if request.wantsLogProbabilities {
        try sink.emit(
          .logProbabilities([.init("a", logProbability: -1), .init("b", logProbability: -3)]), choice: choice)
      }
    }
    try sink.emit(.usage(TokenUsage(input: 10, output: 2)))
    for choice in 0..<request.choices { try sink.emit(.finish(.stop), choice: choice) }
  }
  return bench
}

func questions(_ texts: [String?], batch: Int = 1000) throws -> BatchList {
  try BatchList(
    [Field("id", .int64), Field("q", .utf8)],
    rows: texts.enumerated().map { [.int(Int64($0)), $1.map { .string($0) } ?? .null] }, batch: batch)
}

extension PluginBench {
  /// All rows of `generate` over a table.
  func generate(_ config: JSONValue, _ rows: any BatchStream) throws -> [[String: JSONValue]] {
    try self.rows(of: "generate", config, rows)
  }

  func rows(of component: String, _ config: JSONValue, _ rows: any BatchStream) throws -> [[String: JSONValue]] {
    try withExtendedLifetime(self) { try opened(component, config, rows).readRows() }
  }

  /// The bench has to outlive the stream.
  func opened(_ component: String, _ config: JSONValue, _ rows: any BatchStream) throws -> ImportedStream {
    try instance(component, config).open([(name: "rows", stream: rows)])[0]
  }
}

/// The error that ends a stream.
func failure(_ body: () throws -> Void) throws -> PluginError {
  try #require(#expect(throws: PluginError.self) { try body() })
}
