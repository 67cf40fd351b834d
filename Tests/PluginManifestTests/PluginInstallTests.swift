// The admin's manifest: what is read, and that every mistake names its key and line.
import Foundation
import JSONValue
import PluginManifest
import Testing

private let digest = "sha256:" + String(repeating: "ab", count: 32)
private let complete = """
  apiVersion: opentrusteval/v1
  kind: PluginInstall
  metadata: { name: acme-lakehouse, labels: { team: data } }
  spec:
    plugin: lakehouse
    version: 2.3.1
    digest: \(digest)
    source: { path: ../plugins/acme }
    enabled: false
    components: [read, write]
    permissions:
      net: ["prod.acme.example:443"]
      secrets: ["vault:data/acme/*"]
      paths: { read: [/data/in], write: [] }
      state: 64MiB
      temp: 10GiB
      gpu: none
      experimental: []
    isolation: process
    limits: { memory: 8Gi, wall: 2h, stall: 60s, grace: 10, threads: 4, pids: 128, files: 512 }
    defaults: { read: { region: eu-1, no: no } }
    locked: { read: { tls: { verify: true } } }
    visibility: { roles: [engineer] }
    crashPolicy: { max: 3, window: 10m, then: quarantine }
    rollout: { strategy: canary, percent: 10 }
    signature: { policy: warn, keys: [acme-2026] }
  status: { phase: anything, seen: [1, 2] }
  """

@Suite struct PluginInstallTests {
  @Test func `a complete manifest is read and status is left alone`() throws {
    let spec = try PluginInstall(parsing: complete, file: "a.yaml").spec
    #expect(spec.plugin == "lakehouse")
    #expect(spec.version == "2.3.1")
    #expect(spec.digest == digest)
    #expect(spec.source == "../plugins/acme")
    #expect(!spec.enabled)
    #expect(spec.components == ["read", "write"])
    #expect(spec.permissions.readPaths == ["/data/in"])
    #expect(spec.limits.memory == 8 << 30)
    #expect(spec.limits.wall == 7200)
    #expect(spec.limits.grace == 10)
    #expect(spec.locked["read"]?.at(pointer: "/tls/verify")?.bool == true)
    #expect(spec.crashPolicy?.window == 600)
  }

  @Test func `no is text, as YAML 1.2 has it`() throws {
    let spec = try PluginInstall(parsing: complete, file: "a.yaml").spec
    #expect(spec.defaults["read"]?["no"]?.string == "no")
  }

  @Test func `it survives JSON`() throws {
    let install = try PluginInstall(parsing: complete, file: "a.yaml")
    #expect(try JSONDecoder().decode(PluginInstall.self, from: JSONEncoder().encode(install)) == install)
  }

  @Test func `an unknown key names the nearest known one and its line`() throws {
    let error = try #require(failure(complete.replacingOccurrences(of: "isolation:", with: "isolaton:")))
    #expect(error.key == "spec.isolaton")
    #expect(error.line == 19)
    #expect(error.message.contains("did you mean isolation?"))
    #expect(error.description.hasPrefix("a.yaml:19: spec.isolaton: "))
  }

  @Test(arguments: [
    ("apiVersion: opentrusteval/v1", "apiVersion: opentrusteval/v2", "apiVersion"),
    ("kind: PluginInstall", "kind: Pipeline", "kind"),
    ("plugin: lakehouse", "plugin: Lake", "spec.plugin"),
    ("version: 2.3.1", "version: 2.3", "spec.version"),
    ("version: 2.3.1", "version: ^2.0.0", "spec.version"),
    ("digest: sha256:ab", "digest: sha256:xx", "spec.digest"),
    ("source: { path: ../plugins/acme }", "source: { url: x }", "spec.source.path"),
    ("enabled: false", "enabled: no", "spec.enabled"),
    ("components: [read, write]", "components: read", "spec.components"),
    ("memory: 8Gi", "memory: lots", "spec.limits.memory"),
    ("memory: 8Gi", "memory: -1", "spec.limits.memory"),
    ("memory: 8Gi", "memroy: 8Gi", "spec.limits.memroy"),
    ("isolation: process", "isolation: prison", "spec.isolation"),
    ("then: quarantine", "then: nothing", "spec.crashPolicy.then"),
    ("percent: 10", "percent: 101", "spec.rollout.percent"),
    ("locked: { read: { tls: { verify: true } } }", "locked: { read: 1 }", "spec.locked.read"),
    ("write: []", "append: []", "spec.permissions.paths.append"),
  ])
  func `a wrong value names its key`(old: String, new: String, key: String) throws {
    let error = try #require(failure(complete.replacingOccurrences(of: old, with: new)))
    #expect(error.key == key)
    #expect(error.line != nil)
  }

  @Test func `a key written twice is refused`() throws {
    let error = try #require(failure(complete.replacingOccurrences(of: "isolation: process", with: "plugin: other")))
    #expect(error.message.contains("twice"))
  }

  @Test func `broken YAML names its line`() throws {
    let error = try #require(failure("apiVersion: x\nkind: [\n"))
    #expect((error.line ?? 0) >= 2)
  }

  @Test func `aliases that unfold into millions of values are refused`() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...8 {
      let inner = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(inner)]\n"
    }
    #expect(try #require(failure(text)).message.contains("20000"))
  }

  @Test(arguments: ["", "just text", "- a\n- b\n", "---\na: 1\n---\nb: 2\n", "? [a]\n: 1\n"])
  func `a document of another shape is refused`(text: String) { #expect(failure(text) != nil) }

  @Test func `the committed manifests are valid and pin no digest`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let files = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Manifests").path)
    let names = files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    #expect(names.count > 5)
    for name in names {
      let path = root.appending(path: "Manifests/\(name).yaml").path
      let install = try PluginInstall(parsing: String(contentsOfFile: path, encoding: .utf8), file: path)
      #expect(install.spec.plugin == name)
      #expect(install.spec.digest == nil)
      #expect(install.spec.source == "../plugins/\(name)")
    }
  }

  private func failure(_ text: String) -> ManifestError? {
    do throws(ManifestError) {
      _ = try PluginInstall(parsing: text, file: "a.yaml")
      return nil
    } catch {
      return error
    }
  }
}
