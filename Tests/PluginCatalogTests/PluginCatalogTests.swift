// The catalog: a right plugin is usable, a wrong one says why, and neither stops the others.
import Foundation
import Glibc
import JSONValue
import Model
import PluginManifest
import TestSupport
import Testing

@testable import PluginCatalog

@Suite struct PluginCatalogTests {
  private let bench = CatalogBench()

  @Test func `an enabled plugin is copied, scanned once and usable`() throws {
    try bench.installed("alpha")
    let first = try #require(bench.load().first)
    #expect(first.problem == nil)
    #expect(first.isUsable)
    #expect(first.title == "The alpha plugin")
    #expect(first.version == "1.0.0")
    #expect(first.component("read")?.kind == .source)
    let path = try #require(first.path)
    let digest = try #require(first.digest)
    #expect(path == "\(bench.copies)/\(digest.dropFirst(7))/libalpha.so")
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o555)
    #expect(bench.load().first?.isUsable == true)
    #expect(bench.scanned.map(\.path) == [path])
  }

  @Test func `no folder and an empty folder hold no plugins`() throws {
    #expect(bench.load().isEmpty)
    try bench.folder.write("not a manifest", to: "Manifests/README.md")
    #expect(bench.load().isEmpty)
  }

  @Test func `only what is asked for is touched`() throws {
    for name in ["alpha", "beta", "gamma"] { try bench.installed(name) }
    #expect(bench.load(only: ["beta"]).map(\.name) == ["beta"])
    #expect(bench.scanned.map(\.name) == ["beta"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.copies).count == 1)
  }

  @Test func `one broken plugin never stops the others`() throws {
    try bench.installed("alpha")
    try bench.installed("omega")
    try bench.folder.write("spec: [", to: "Manifests/broken.yaml")
    try bench.manifest("lost", "  digest: sha256:\(String(repeating: "0", count: 64))")
    let plugins = bench.load()
    #expect(plugins.map(\.name) == ["alpha", "broken", "lost", "omega"])
    #expect(plugins.filter(\.isUsable).map(\.name) == ["alpha", "omega"])
    #expect(plugins[1].problem?.code == .manifestInvalid)
    #expect(plugins[2].problem?.code == .pluginFileMissing)
  }

  @Test func `a manifest's mistake names file, line and key`() throws {
    try bench.plugin("alpha")
    try bench.manifest("alpha", "  enabeld: true")
    let problem = try #require(bench.problem("alpha"))
    #expect(problem.code == .manifestInvalid)
    #expect(problem.at?.line == 7)
    #expect(problem.at?.pointer == "/spec/enabeld")
    #expect(problem.detail.contains("did you mean enabled?"))
  }

  @Test func `a manifest of another name that is broken still answers to its plugin`() throws {
    try bench.manifest("alpha", "  wrong: 1", file: "zzz")
    #expect(bench.load(only: ["alpha"]).map(\.problem?.code) == [.manifestInvalid])
  }

  @Test func `changed bytes are refused, also when they were known before`() throws {
    try bench.installed("alpha")
    #expect(bench.problem("alpha") == nil)
    try bench.folder.write(ELFSample(tail: "evil").bytes, to: "plugins/alpha/libalpha.so")
    #expect(bench.problem("alpha")?.code == .digestMismatch)
  }

  @Test func `a copy that somebody changed is made again`() throws {
    try bench.installed("alpha")
    let path = try #require(bench.load().first?.path)
    chmod(path, 0o755)
    try Data("evil".utf8).write(to: URL(fileURLWithPath: path))
    #expect(bench.load().first?.path == path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(ELFSample(tail: "alpha 1.0.0").bytes))
  }

  @Test func `a manifest without a digest is refused outside development`() throws {
    try bench.plugin("alpha")
    try bench.manifest("alpha", "")
    #expect(bench.problem("alpha")?.code == .digestNotPinned)
    bench.allowUnpinned = true
    #expect(bench.problem("alpha") == nil)
  }

  @Test func `a disabled plugin is shown but not touched`() throws {
    try bench.installed("alpha")
    #expect(try bench.catalog.disable("alpha") == ["\(bench.manifests)/alpha.yaml"])
    let plugin = try #require(bench.load().first)
    #expect(plugin.problem?.code == .pluginDisabled)
    #expect(plugin.title == "The alpha plugin")
    #expect(bench.scanned.isEmpty)
  }

  @Test func `the same version twice is a duplicate, two versions live side by side`() throws {
    try bench.installed("alpha")
    _ = try bench.catalog.enable(folder: bench.plugin("beta", folder: "b1"), into: bench.manifests)
    try bench.plugin("beta", version: "2.0.0", folder: "b2")
    let digest = "sha256:\(String(repeating: "0", count: 64))"
    let second = try bench.folder.read("Manifests/beta.yaml")
      .replacingOccurrences(of: "1.0.0", with: "2.0.0").replacingOccurrences(of: "b1", with: "b2")
    try bench.folder.write(second, to: "Manifests/beta-2.yaml")
    _ = try bench.catalog.enable(folder: "\(bench.folder.path)/plugins/b2", into: bench.manifests)
    #expect(bench.load(only: ["beta"]).filter(\.isUsable).map(\.version) == ["2.0.0", "1.0.0"])
    try bench.manifest("alpha", "  digest: \(digest)", file: "again")
    let codes = bench.load(only: ["alpha"]).map(\.problem?.code)
    #expect(codes == [.duplicatePlugin, .duplicatePlugin])
  }

  @Test func `files that cannot be loaded are told apart`() throws {
    try bench.plugin("script", object: Array("#!/bin/sh\n".utf8))
    try bench.plugin("plain", object: ELFSample(owner: "XYZ\0").bytes)
    try bench.plugin("newer", object: ELFSample(built: 0x10005, needs: 0x10005).bytes)
    try bench.plugin("major", object: ELFSample(built: 0x20000, needs: 0x20000).bytes)
    try bench.plugin("foreign", object: ELFSample(machine: 243).bytes)
    try bench.plugin("future", file: "glibc_min = \"99.0\"")
    try bench.plugin("size", file: "size = 1")
    bench.allowUnpinned = true
    let expected: [String: ProblemCode] = [
      "script": .notSharedObject, "plain": .stampMissing, "newer": .incompatibleABI, "major": .incompatibleABI,
      "foreign": .notSharedObject, "future": .loadFailed, "size": .digestMismatch,
    ]
    for name in expected.keys { try bench.manifest(name, "") }
    let found = bench.load().map { ($0.name, $0.problem?.code) }
    #expect(found.count == expected.count)
    for (name, code) in found { #expect(code == expected[name], "\(name)") }
    #expect(bench.scanned.isEmpty)
  }

  @Test func `a link in place of the shared object is refused`() throws {
    try bench.installed("alpha")
    let path = "\(bench.folder.path)/plugins/alpha/libalpha.so"
    rename(path, "\(path).real")
    symlink("\(path).real", path)
    let problem = bench.problem("alpha")
    #expect(problem?.code == .pluginFileMissing)
    #expect(problem?.detail.contains("symbolic link") == true)
  }

  @Test func `a failed scan is remembered with its reason, a failed scanner is not`() throws {
    try bench.installed("alpha")
    bench.answers["alpha"] = .failure(Problem(.scanCrashed, "signal 11"))
    #expect(bench.problem("alpha")?.code == .scanCrashed)
    #expect(bench.problem("alpha")?.plugin == "alpha")
    #expect(bench.scanned.count == 1)
    struct Broken: Error {}
    try bench.installed("beta")
    let failed = bench.catalog.load(only: ["beta"]) { _ in throw Broken() }
    #expect(failed.first?.problem?.code == .hostFailed)
    #expect(bench.problem("beta") == nil)
  }

  @Test func `a description that differs from plugin toml is refused`() throws {
    try bench.installed("alpha")
    bench.answers["alpha"] = .success(CatalogBench.description("alpha", "9.0.0"))
    #expect(bench.problem("alpha")?.code == .descriptorDiffers)
  }

  @Test(arguments: [
    #"{"name":"A","kind":"source","outputs":[{"name":"t","type":"table"}]}"#,
    #"{"name":"a","kind":"source"}"#,
    #"{"name":"a","kind":"sink","inputs":[{"name":"t","type":"table"}],"outputs":[{"name":"t","type":"table"}]}"#,
    #"{"name":"a","kind":"check","inputs":[{"name":"t","type":"files"}]}"#,
    #"{"name":"a","kind":"source","outputs":[{"name":"t","type":"table"},{"name":"t","type":"table"}]}"#,
    #"{"name":"a","kind":"source","outputs":[{"name":"t","type":"table"}],"config":{"type":"array"}}"#,
    #"{"name":"a","kind":"source","outputs":[{"name":"t","type":"table"}],"pushdown":["magic"]}"#,
    "",
  ])
  func `a description that the host cannot rely on is refused`(component: String) throws {
    try bench.installed("alpha")
    bench.answers["alpha"] = .success(CatalogBench.description("alpha", "1.0.0", components: component))
    #expect(bench.problem("alpha")?.code == .descriptorInvalid)
  }

  @Test func `a describe text that is no description names the place`() {
    let text = #"{"descriptor":1,"name":"a","version":"1","title":"","components":[{"name":"x","kind":"magic"}]}"#
    let problem = problem { () throws(Problem) in try PluginDescription(describing: text, plugin: "a") }
    #expect(problem?.code == .descriptorInvalid)
    #expect(problem?.detail.contains("/components/0/kind") == true)
  }

  @Test(arguments: [
    ("  components: [raed]", "spec.components"),
    ("  locked: { read: { paht: x } }", "spec.locked.read.paht"),
    ("  defaults: { write: {} }", "spec.defaults.write"),
    ("  permissions: { net: [\"a:1\"] }", "spec.permissions.net"),
    ("  version: 1.0.1", "spec.version"),
    ("  signature: { policy: required }", "spec.signature.policy"),
  ])
  func `an admin manifest that does not fit the plugin names its key`(spec: String, key: String) throws {
    try bench.plugin("alpha")
    try bench.manifest("alpha", spec)
    bench.allowUnpinned = true
    let problem = try #require(bench.problem("alpha"))
    #expect(problem.code == .manifestInvalid)
    #expect(problem.detail.hasPrefix("\(key): "), "\(problem.detail)")
  }

  @Test func `the policy takes the stricter isolation and the admin's bounds`() throws {
    try bench.plugin("alpha", more: "[isolation]\nminimum = \"process\"\n")
    try bench.manifest("alpha", "  limits: { memory: 1Gi, stall: 5s }\n  components: [read]")
    bench.allowUnpinned = true
    let plugin = try #require(bench.load().first)
    #expect(plugin.problem == nil)
    #expect(plugin.policy?.isolation == "process")
    #expect(plugin.policy?.limits.memoryBytes == 1 << 30)
    #expect(plugin.allowed == ["read"])
  }

  private func problem(_ body: () throws(Problem) -> some Any) -> Problem? {
    do throws(Problem) {
      _ = try body()
      return nil
    } catch {
      return error
    }
  }
}
