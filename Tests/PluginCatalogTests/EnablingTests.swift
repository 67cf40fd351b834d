// Enabling and disabling: the digest is pinned, and what a person wrote stays.
import Foundation
import Model
import PluginManifest
import TestSupport
import Testing

@testable import PluginCatalog

@Suite struct EnablingTests {
  private let bench = CatalogBench()

  @Test func `enabling writes a manifest that loads`() throws {
    let path = try bench.catalog.enable(folder: bench.plugin("alpha"), into: bench.manifests)
    #expect(path == "\(bench.manifests)/alpha.yaml")
    let text = try bench.folder.read("Manifests/alpha.yaml")
    #expect(text.contains("path: ../plugins/alpha"))
    let loaded = bench.load()
    #expect(loaded.map(\.isUsable) == [true])
    #expect(loaded.first?.vendorPath?.hasSuffix("/plugins/alpha/plugin.toml") == true)
    #expect(loaded.first?.vendorPath?.contains("..") == false)
  }

  @Test func `enabling again replaces digest and version and keeps every other line`() throws {
    let before = """
      # mine
      apiVersion: opentrusteval/v1
      kind: PluginInstall
      metadata:
        name: alpha # the name
      spec:
        # what follows is pinned
        plugin: alpha
        version: 0.9.0 # old
        digest: sha256:\(String(repeating: "0", count: 64)) # by ./start
        source:
          path: ../plugins/alpha
        enabled: false
        limits: { memory: 1Gi }

      # the end
      status: { phase: x }
      """
    try bench.folder.write(before, to: "Manifests/alpha.yaml")
    try bench.installed("alpha")
    let after = try bench.folder.read("Manifests/alpha.yaml")
    let digest = try #require(bench.load().first?.digest)
    let expected = before.replacingOccurrences(of: "0.9.0", with: "1.0.0")
      .replacingOccurrences(of: "sha256:\(String(repeating: "0", count: 64))", with: digest)
      .replacingOccurrences(of: "enabled: false", with: "enabled: true")
    #expect(after == expected)
    #expect(bench.load().map(\.isUsable) == [true])
  }

  @Test func `a committed manifest without digest gets one after the plugin's name`() throws {
    try bench.manifest("alpha", "  # no digest yet")
    try bench.installed("alpha")
    let lines = try bench.folder.read("Manifests/alpha.yaml").split(separator: "\n")
    #expect(lines[5].hasPrefix("  digest: sha256:"))
    #expect(lines[6] == "  version: 1.0.0")
    #expect(lines.contains("  # no digest yet"))
    #expect(bench.load().map(\.isUsable) == [true])
  }

  @Test func `a new build in another folder moves the source along`() throws {
    try bench.installed("alpha")
    _ = try bench.catalog.enable(
      folder: bench.plugin("alpha", version: "1.1.0", folder: "alpha 1.1"), into: bench.manifests)
    #expect(try bench.folder.read("Manifests/alpha.yaml").contains(#"source: { path: "../plugins/alpha 1.1" }"#))
    #expect(bench.load().map(\.version) == ["1.1.0"])
    #expect(bench.load().map(\.isUsable) == [true])
  }

  @Test func `line ends of Windows stay`() throws {
    try bench.manifest("alpha", "  enabled: true")
    let text = try bench.folder.read("Manifests/alpha.yaml").replacingOccurrences(of: "\n", with: "\r\n")
    try bench.folder.write(text, to: "Manifests/alpha.yaml")
    try bench.installed("alpha")
    let after = try bench.folder.read("Manifests/alpha.yaml")
    #expect(after.unicodeScalars.filter { $0 == "\n" }.count == after.unicodeScalars.filter { $0 == "\r" }.count)
    #expect(bench.load().map(\.isUsable) == [true])
  }

  @Test func `a manifest on one line is not touched but told`() throws {
    let text = """
      apiVersion: opentrusteval/v1
      kind: PluginInstall
      metadata: { name: alpha }
      spec: { plugin: alpha, source: { path: ../plugins/alpha } }
      """
    try bench.folder.write(text, to: "Manifests/alpha.yaml")
    let problem = #expect(throws: Problem.self) { try bench.installed("alpha") }
    #expect(problem?.code == .manifestInvalid)
    #expect(try bench.folder.read("Manifests/alpha.yaml") == text)
  }

  @Test func `what cannot be loaded is not enabled`() throws {
    let folder = try bench.plugin("alpha", object: Array("text".utf8))
    let problem = #expect(throws: Problem.self) { _ = try bench.catalog.enable(folder: folder, into: bench.manifests) }
    #expect(problem?.code == .notSharedObject)
    #expect(bench.load().isEmpty)
  }

  @Test func `disabling and enabling again ends where it began`() throws {
    try bench.installed("alpha")
    _ = try bench.catalog.disable("alpha")
    #expect(bench.load().map(\.problem?.code) == [.pluginDisabled])
    _ = try bench.catalog.enable(folder: "\(bench.folder.path)/plugins/alpha", into: bench.manifests)
    #expect(bench.load().map(\.isUsable) == [true])
    let problem = #expect(throws: Problem.self) { _ = try bench.catalog.disable("nobody") }
    #expect(problem?.code == .pluginNotFound)
  }
}
