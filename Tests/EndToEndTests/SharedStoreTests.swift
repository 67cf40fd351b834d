// One store under load, and on a disk that is full.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

@Suite(.serialized) struct SharedStoreTests {
  @Test func `four runs at once all succeed and are all remembered`() throws {
    let host = try TestHost("well-behaved", "slow-source")
    let paths = (0..<4).map { _ in host.unusedPath() }
    let running = try paths.map {
      try host.startRun(
        FourNodes(path: $0, plugins: [.source: "slow-source"], sourceConfiguration: "rows: 200").text)
    }
    let results = try running.map { try RunResult($0.finish()) }
    for (path, result) in zip(paths, results) {
      #expect(result.status == .succeeded, "\(result.problem?.detail ?? "")")
      #expect(Bench.rows(at: path) == 200)
    }
    #expect(Set(results.map(\.report.run)).count == 4)
    // Each document names another file: four versions of one pipeline, and none of them twice.
    #expect(Set(results.map(\.report.pipeline.version)) == [1, 2, 3, 4])
    let listed = try host.ote("runs", "list", "--json").json().array ?? []
    #expect(Set(listed.compactMap { $0["run"]?.string }) == Set(results.map(\.report.run)))
    #expect(listed.allSatisfy { $0["status"]?.string == "succeeded" })
    let left = try FileManager.default.contentsOfDirectory(atPath: "\(host.store)/artifacts/runs")
    #expect(left.isEmpty)
  }

  @Test func `a run that ends while others look for orphans keeps its own end`() throws {
    let host = try TestHost("well-behaved")
    for _ in 0..<8 {
      let run = try host.startRun(FourNodes(path: host.unusedPath(), plugins: [:]).text)
      let looking = try (0..<3).map { _ in try host.start(["runs", "list"]) }
      #expect(try RunResult(run.finish()).status == .succeeded)
      for list in looking { #expect(try list.finish().code == 0) }
    }
    let listed = try host.ote("runs", "list", "--json").json().array ?? []
    #expect(listed.count == 8)
    #expect(listed.allSatisfy { $0["status"]?.string == "succeeded" })
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(host.store)/artifacts/runs").isEmpty)
  }

  @Test func `four first commands at once make one store`() throws {
    let host = TestHost()
    let plugins = ["well-behaved", "segfault", "prints-lines", "slow-source"]
    let enabling = try plugins.map { try host.start(["plugins", "enable", Products.plugin($0)]) }
    for (plugin, result) in zip(plugins, try enabling.map({ try $0.finish() })) {
      #expect(result.code == 0, "\(plugin): \(result.errors)")
    }
    let listing = try (0..<4).map { _ in try host.start(["plugins", "list", "--json"]) }
    for result in try listing.map({ try $0.finish() }) {
      #expect(result.code == 0, "\(result.errors)")
      let names = try (result.json().array ?? []).filter { $0["problem"] == nil }.compactMap { $0["name"]?.string }
      #expect(names == plugins.sorted())
    }
    try Bench.expectHealthy(host)
  }

  @Test(.enabled(if: TinyDisk.isPossible, "only root may mount a small file system"))
  func `a disk that fills up fails the run, and nothing half-written is seen`() throws {
    let disk = try #require(TinyDisk(kibibytes: 24 << 10))
    let host = try TestHost("well-behaved", "counter", store: "\(disk.path)/store")
    func document(rows: Int) -> String {
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: full}
      nodes:
        numbers: {use: counter/numbers, with: {rows: \(rows), batch_rows: 10000}}
        kept: {use: counter/pass, in: numbers, materialize: true}
        out: {use: counter/null, in: kept}
      """
    }
    let full = try host.run(document(rows: 3_000_000))
    #expect(full.code == 1)
    #expect(full.problem?.code == .diskFull, "\(full.problem?.detail ?? "")")
    #expect(full.problem?.origin == .external)
    #expect(full.report.outputs.isEmpty)
    let parts = try FileManager.default.subpathsOfDirectory(atPath: "\(host.store)/artifacts")
    #expect(parts.filter { $0.hasSuffix(".part") || $0.hasSuffix(".spill") }.isEmpty, "\(parts)")

    let stored = try host.ote("runs", "show", full.report.run, "--json").report()
    #expect(stored.status == .failed)
    #expect(stored.problems.first?.code == .diskFull)
    let after = try host.run(document(rows: 1000))
    #expect(after.status == .succeeded, "\(after.problem?.detail ?? "")")
  }

  @Test(.enabled(if: TinyDisk.isPossible, "only root may mount a small file system"))
  func `a sink on a full disk leaves nothing in its folder`() throws {
    let disk = try #require(TinyDisk(kibibytes: 2 << 10))
    let host = try TestHost("local-files")
    let source = host.unusedPath()
    try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
    for name in ["a", "b", "c", "d"] {
      try Data(repeating: 65, count: 1 << 20).write(to: URL(fileURLWithPath: "\(source)/\(name).bin"))
    }
    let result = try host.run(
      """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: copy}
      nodes:
        files: {use: local-files/source, with: {path: \(source)}}
        copies: {use: local-files/folder, in: files, with: {path: \(disk.path)/target}}
      """)
    #expect(result.code == 1)
    #expect(result.problem?.code == .diskFull, "\(result.problem?.detail ?? "")")
    #expect(result.problem?.node == "copies")
    #expect(try FileManager.default.subpathsOfDirectory(atPath: disk.path).isEmpty)
  }

  @Test(.enabled(if: TinyDisk.isPossible, "only root may mount a small file system"))
  func `a store without any room left is a coded error`() throws {
    let disk = try #require(TinyDisk(kibibytes: 4 << 10))
    let host = try TestHost("well-behaved", store: "\(disk.path)/store")
    try Bench.expectHealthy(host)
    #expect(FileManager.default.createFile(atPath: "\(disk.path)/filler", contents: nil))
    let filler = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(disk.path)/filler"))
    while (try? filler.write(contentsOf: Data(repeating: 1, count: 4096))) != nil {}
    let path = host.unusedPath()
    let document = try host.document(FourNodes(path: path).text)
    let refused = try host.ote("run", document)
    #expect(refused.code == 1)
    #expect(refused.errors.contains("OTE-4003") || refused.output.contains("OTE-4003"), "\(refused.errors)")
    #expect(!Bench.exists(path))
    try filler.truncate(atOffset: 0)
    try filler.close()
    try Bench.expectHealthy(host)
  }

  @Test func `a store that cannot be written to is a coded error`() throws {
    let host = TestHost()
    let file = try host.folder.write("not a folder", to: "file")
    let result = try host.ote("runs", "list", "--store", "\(file)/store")
    #expect(result.code == 1)
    #expect(result.errors.contains("OTE-4001"), "\(result.errors)")
  }
}
