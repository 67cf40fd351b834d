// What runs use and where they wait, through the API.
import Foundation
import JSONValue
import TestSupport
import Testing

struct ResourceTests {
  @Test func `a run tells what its worker used, where its edges waited, and its plugin adds it up`() throws {
    let host = try Shared.host.get()
    try host.save(Documents.toFile("measured", host.installation.unusedPath(), source: "slow-source", rows: 400))
    let run = try host.run("measured")
    let report = try host.finished(run)
    #expect(report["status"] == "succeeded")
    let timeline = try host.expect(200, "GET", "/runs/\(run)/timeline")
    let samples = timeline["samples"]?.array ?? []
    // 40 batches of 20 ms take 0.8 s, with a look at once, with every second word of the worker, and at its end.
    #expect(samples.count >= 3, "\(samples)")
    let memory = samples.compactMap { $0["memory_bytes"]?.int }
    #expect(memory.count == samples.count && memory.allSatisfy { $0 > 1 << 20 })
    #expect(samples.allSatisfy { ($0["threads"]?.int ?? 0) >= 1 })
    #expect(samples.dropFirst().allSatisfy { ($0["cpu"]?.double ?? -1) >= 0 })
    #expect(samples.contains { ($0["rows_per_second"]?.double ?? 0) > 0 })
    #expect(timeline["items"]?.array?.contains { $0["type"] == "sample" } == false)
    let peak = try #require(report["resources"]?["peak_memory_bytes"]?.int)
    #expect(peak >= memory.max() ?? .max)
    #expect((report["resources"]?["cpu_seconds"]?.double ?? -1) >= 0)
    let sink = report["nodes"]?.array?.first { $0["name"] == "out" }
    let wait = sink?["waits"]?[0]
    #expect(wait?["from"] == "rows" && wait?["input"] == "table")
    #expect((wait?["wait_seconds"]?.double ?? 0) >= 0.8, "\(sink?.text ?? "")")
    #expect((wait?["held_seconds"]?.double ?? -1) >= 0)
    let use = try host.expect(200, "GET", "/plugins/slow-source")["use"]
    #expect((use?["memory_peak_bytes"]?.int ?? 0) >= peak)
    #expect((use?["memory_mean_bytes"]?.int ?? 0) > 1 << 20)
  }

  @Test func `a plugin whose file has changed shows the pinned digest beside the one that is there`() throws {
    let host = try ServedHost(TestHost("well-behaved"))
    let before = try host.expect(200, "GET", "/plugins/well-behaved")["versions"]?[0]
    let pinned = try #require(before?["digest"]?.string)
    #expect(before?["found_digest"]?.string == pinned)
    let manifest = "\(host.installation.manifests)/well-behaved.yaml"
    let text = try String(contentsOfFile: manifest, encoding: .utf8)
    let other = "sha256:" + String(repeating: "0", count: 64)
    try Data(text.replacing(pinned, with: other).utf8).write(to: URL(fileURLWithPath: manifest))
    try host.expect(200, "POST", "/plugins/scan")
    let after = try host.expect(200, "GET", "/plugins/well-behaved")["versions"]?[0]
    #expect(after?["problem"]?["code"] == "OTE-2004")
    #expect(after?["digest"]?.string == other)
    #expect(after?["found_digest"]?.string == pinned)
  }
}
