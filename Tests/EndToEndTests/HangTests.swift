// Plugins that do not come back, and limits of time and memory. One after the other: the clock is part of the test.
import JSONValue
import Model
import TestSupport
import Testing

@Suite(.serialized) struct HangTests {
  static let hangs =
    Misbehaviour.everywhere(["loops-for-ever"], .pluginStalled) + [
      Misbehaviour("loops-in-commit", .sink, .pluginStalled)
    ]

  @Test(arguments: hangs)
  func `a plugin that gives no sign of life is stopped and named`(_ hang: Misbehaviour) throws {
    let host = try Bench.host(hang.plugin)
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, plugins: [hang.role: hang.plugin], limits: "stall: 1500ms").text)
    Bench.expectBlame(result, hang, host: host, path: path)
    #expect(result.problem?.detail.contains("1.5 s") == true)
    try Bench.expectHealthy(host)
  }

  @Test(arguments: [FourNodes.Role.source, .sink])
  func `a flood of printed lines is cut, said, and does not count as life`(_ role: FourNodes.Role) throws {
    let host = try Bench.host("prints-without-end")
    let path = host.unusedPath()
    let result = try host.run(
      FourNodes(path: path, plugins: [role: "prints-without-end"], limits: "stall: 3s").text)
    Bench.expectBlame(
      result, Misbehaviour("prints-without-end", role, .pluginStalled), host: host, path: path)
    let lines = result.events.compactMap { $0["line"] }
    let dropped = lines.filter { $0["from"]?.string == "host" && $0["text"]?.string?.contains("dropped") == true }
    #expect(!dropped.isEmpty, "nobody says that lines were dropped")
    #expect(lines.count < 20_000)
    try Bench.expectHealthy(host)
  }

  @Test(arguments: FourNodes.Role.allCases)
  func `a run that needs more memory than its limit is stopped`(_ role: FourNodes.Role) throws {
    let host = try Bench.host("allocates-without-end")
    let path = host.unusedPath()
    let result = try host.run(
      FourNodes(path: path, plugins: [role: "allocates-without-end"], limits: "memory: 256MiB, stall: 60s").text)
    Bench.expectBlame(
      result, Misbehaviour("allocates-without-end", role, .memoryLimit, origin: .user), host: host, path: path)
    #expect(result.problem?.detail.contains("256 MiB") == true)
    try Bench.expectHealthy(host)
  }

  @Test func `a run that takes longer than its limit is stopped`() throws {
    let host = try Bench.host("slow-source")
    let path = host.unusedPath()
    let result = try host.run(
      FourNodes(path: path, plugins: [.source: "slow-source"], limits: "wall: 1s, stall: 60s").text)
    #expect(result.code == 1)
    #expect(result.problem?.code == .wallLimit)
    #expect(result.problem?.origin == .user)
    Bench.expectNothing(of: result.report.run, host: host, path: path)
  }
}
