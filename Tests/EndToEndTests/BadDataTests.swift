// Plugins that hand out malformed data, break the contract, or fail as the contract says.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct BadDataTests {
  static let malformed = [
    "bad-offsets", "invalid-utf8", "wrong-lengths", "negative-length", "wrong-buffer-count", "null-buffers",
    "wrong-children", "wrong-null-count", "released-batch",
  ].map { Misbehaviour($0, .source, .invalidArrow) }

  static let broken =
    Misbehaviour.everywhere(["error-without-set", "error-after-ok", "set-twice"], .contractBroken) + [
      Misbehaviour("rogue-check", .check, .contractBroken),
      Misbehaviour("released-twice", .source, .contractBroken),
    ]

  static let honest =
    Misbehaviour.everywhere(["fails-with-io"], .inputOutputFailed)
    + Misbehaviour.everywhere(["fails-mid-stream"], .badData) + [
      Misbehaviour("fails-in-commit", .sink, .inputOutputFailed)
    ]

  @Test(arguments: malformed + broken)
  func `malformed data and broken promises stop at the plugin that made them`(_ fault: Misbehaviour) throws {
    let host = try Bench.host(fault.plugin)
    let path = host.unusedPath()
    // The check's rows can only be wrong where there are failing ones.
    let failEvery = fault.role == .check ? 7 : 0
    let result = try host.run(FourNodes(path: path, plugins: [fault.role: fault.plugin], failEvery: failEvery).text)
    Bench.expectBlame(result, fault, host: host, path: path)
    #expect(!Bench.exists("\(path).part"))
    try Bench.expectHealthy(host)
  }

  @Test(arguments: honest)
  func `an error that a plugin reports keeps its words, its blame and its place`(_ fault: Misbehaviour) throws {
    let host = try Bench.host(fault.plugin)
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, plugins: [fault.role: fault.plugin]).text)
    Bench.expectBlame(result, fault, host: host, path: path)
    #expect(!Bench.exists("\(path).part"), "the sink was not told to abort")
    if fault.plugin == "fails-mid-stream" {
      #expect(result.problem?.at?.file == "numbers.csv")
      #expect(result.problem?.at?.line == 41)
    }
    #expect(result.problem?.retryable == (fault.plugin == "fails-with-io"))
    try Bench.expectHealthy(host)
  }

  @Test func `a sink that fails while it writes is told to abort`() throws {
    let host = try Bench.host("fails-in-write")
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, plugins: [.sink: "fails-in-write"]).text)
    #expect(result.code == 1)
    #expect(result.problem?.plugin == "fails-in-write")
    #expect(result.problem?.code == .diskFull, "the fixture says that no space is left")
    #expect(result.problem?.origin == .external)
    let said = result.events.compactMap { $0["line"]?["text"]?.string }.filter { $0.hasPrefix("sink ") }
    #expect(said == ["sink begin", "sink abort"])
    Bench.expectNothing(of: result.report.run, host: host, path: path)
    #expect(!Bench.exists("\(path).part"))
  }

  @Test(arguments: ["well-behaved", "unusual-batches", "prints-lines", "old-abi"], FourNodes.Role.allCases)
  func `what is only unusual works everywhere`(_ plugin: String, _ role: FourNodes.Role) throws {
    let host = try Bench.host(plugin)
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, plugins: [role: plugin]).text)
    #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
    #expect(result.code == 0)
    #expect(Bench.rows(at: path) == (plugin == "unusual-batches" && role == .source ? 133 : 200))
    #expect(!Bench.exists("\(path).part"))
  }

  @Test(arguments: FourNodes.Role.allCases)
  func `reserved addresses that are never touched end a run only with a reason`(_ role: FourNodes.Role) throws {
    let host = try Bench.host("allocates-untouched")
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, plugins: [role: "allocates-untouched"]).text)
    if result.status == .succeeded {
      #expect(Bench.rows(at: path) == 200)
    } else {
      Bench.expectBlame(
        result, Misbehaviour("allocates-untouched", role, .resourceExhausted), host: host, path: path)
    }
  }
}
