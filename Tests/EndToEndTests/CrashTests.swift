// Plugins that end the process they run in.
import Foundation
import Model
import TestSupport
import Testing

struct CrashTests {
  static let crashes =
    Misbehaviour.everywhere(
      ["segfault", "trap", "abort", "stack-overflow", "throws-through-c", "segfault-in-thread"], .pluginCrashed) + [
      Misbehaviour("segfault-in-commit", .sink, .pluginCrashed)
    ]

  @Test(arguments: crashes)
  func `a plugin that crashes fails its run and leaves the host and other runs alone`(_ crash: Misbehaviour) throws {
    let host = try Bench.host(crash.plugin)
    let aside = host.unusedPath()
    let bystander = try host.startRun(
      FourNodes(path: aside, plugins: [.source: "slow-source"], sourceConfiguration: "rows: 300").text)
    try bystander.waitForLine { $0.contains("sink begin") }

    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, plugins: [crash.role: crash.plugin]).text)
    Bench.expectBlame(result, crash, host: host, path: path)
    #expect(result.problem?.detail.contains("killed by SIG") == true)
    #expect(result.problem?.detail.contains("lib\(crash.plugin).so") == true, "the crash names no frame")

    let other = try RunResult(bystander.finish())
    #expect(other.status == .succeeded, "\(other.problem?.detail ?? "")")
    #expect(Bench.rows(at: aside) == 300)
    try Bench.expectHealthy(host)
  }

  @Test(arguments: Misbehaviour.everywhere(["exits", "exits-nonzero"], .pluginExited))
  func `a plugin that ends the process is no success, whatever its exit code`(_ end: Misbehaviour) throws {
    let host = try Bench.host(end.plugin)
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, plugins: [end.role: end.plugin]).text)
    Bench.expectBlame(result, end, host: host, path: path)
    #expect(result.problem?.detail.contains(end.plugin == "exits" ? "exit(0)" : "exit(3)") == true)
    try Bench.expectHealthy(host)
  }

  @Test(arguments: Misbehaviour.everywhere(["segfault-in-library"], .pluginCrashed))
  func `a crash on a thread of a plugin's library is blamed on the node that is inside the plugin`(
    _ crash: Misbehaviour
  ) throws {
    let host = try Bench.host(crash.plugin)
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, plugins: [crash.role: crash.plugin]).text)
    Bench.expectBlame(result, crash, host: host, path: path)
    let report = "\(host.store)/runs/\(result.report.run)/crash-1.txt"
    #expect(try String(contentsOfFile: report, encoding: .utf8).contains("ote-worker: crash; frames:"))
  }

  @Test(arguments: ["segfault", "segfault-in-thread"])
  func `a crash leaves a report that names the plugin's frame`(_ plugin: String) throws {
    let host = try Bench.host(plugin)
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, plugins: [.stage: plugin]).text)
    let crash = "\(host.store)/runs/\(result.report.run)/crash-1.txt"
    let text = try String(contentsOfFile: crash, encoding: .utf8)
    #expect(text.contains("lib\(plugin).so"))
    let shown = try host.ote("runs", "show", result.report.run)
    #expect(shown.output.contains(crash))
  }
}
