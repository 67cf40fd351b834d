// plugin.toml: what is read, and that every mistake names its key.
import Foundation
import PluginManifest
import Testing

private let complete = """
  manifest_version = 1
  id = "com.acme.lakehouse"
  name = "lakehouse"
  version = "2.3.1-rc.1+build.5"
  title = "Acme Lakehouse"
  publisher = "acme"
  license = "Apache-2.0"
  summary = "Tables"
  docs = "docs/index.md"
  panel = "panel.html"
  [abi]
  needs = "1.0"
  built = "1.2"
  experimental = ["x"]
  [files."linux_amd64"]
  path = "lib/libacme.so"
  sha256 = "\(String(repeating: "A", count: 64))"
  size = 1048576
  glibc_min = "2.31"
  [requests]
  net = ["*.acme.example:443"]
  secrets = true
  state = "64MiB"
  temp = "10GB"
  gpu = "none"
  threads = 16
  exec = false
  paths = true
  [isolation]
  minimum = "process+sandbox"
  [validation]
  report = "papi-validated.json"
  """

@Suite struct VendorManifestTests {
  @Test func `a complete manifest is read`() throws {
    let manifest = try VendorManifest(parsing: complete, file: "plugin.toml")
    #expect(manifest.id == "com.acme.lakehouse")
    #expect(manifest.abi.needs == ABIVersion(major: 1, minor: 0))
    let file = try #require(manifest.files["linux_amd64"])
    #expect(file.path == "lib/libacme.so")
    #expect(file.sha256 == String(repeating: "a", count: 64))
    #expect(manifest.requests.state == 64 << 20)
    #expect(manifest.requests.temp == 10_000_000_000)
    #expect(manifest.minimumIsolation == .sandbox)
    #expect(manifest.panel == "panel.html")
    let again = try JSONDecoder().decode(VendorManifest.self, from: JSONEncoder().encode(manifest))
    #expect(again == manifest)
  }

  @Test func `an unknown key names the nearest known one and its line`() throws {
    let error = try #require(failure(complete.replacingOccurrences(of: "gpu =", with: "gpus =")))
    #expect(error.key == "requests.gpus")
    #expect(error.message.contains("did you mean gpu?"))
    #expect(error.line == 25)
  }

  @Test func `keys of a table in quotes have a line too`() throws {
    let error = try #require(failure(complete.replacingOccurrences(of: "size = ", with: "length = ")))
    #expect(error.key == "files.linux_amd64.length")
    #expect(error.line == 18)
  }

  @Test func `a greater manifest version is refused`() throws {
    let newer = complete.replacingOccurrences(of: "manifest_version = 1", with: "manifest_version = 2")
    let error = try #require(failure(newer))
    #expect(error.key == "manifest_version")
    #expect(error.message.contains("up to 1"))
  }

  @Test(arguments: [
    ("name = \"lakehouse\"", "name = \"Lake_House\"", "name"),
    ("version = \"2.3.1-rc.1+build.5\"", "version = \"2.3\"", "version"),
    ("path = \"lib/libacme.so\"", "path = \"../libacme.so\"", "files.linux_amd64.path"),
    ("path = \"lib/libacme.so\"", "path = \"/lib/libacme.so\"", "files.linux_amd64.path"),
    ("needs = \"1.0\"", "needs = 1.0", "abi.needs"),
    ("needs = \"1.0\"", "", "abi.needs"),
    ("size = 1048576", "size = -1", "files.linux_amd64.size"),
    ("state = \"64MiB\"", "state = \"64 apples\"", "requests.state"),
    ("secrets = true", "secrets = \"yes\"", "requests.secrets"),
    ("minimum = \"process+sandbox\"", "minimum = \"proces\"", "isolation.minimum"),
    ("glibc_min = \"2.31\"", "glibc_min = \"new\"", "files.linux_amd64.glibc_min"),
    ("net = [\"*.acme.example:443\"]", "net = [1]", "requests.net"),
  ])
  func `a wrong value names its key`(old: String, new: String, key: String) throws {
    let error = try #require(failure(complete.replacingOccurrences(of: old, with: new)))
    #expect(error.key == key)
  }

  @Test func `a syntax error names its line`() throws {
    let error = try #require(failure("manifest_version = 1\nname = \n"))
    #expect(error.line == 2)
    #expect(error.message.contains("not valid TOML"))
  }

  @Test func `the first-party plugins have valid manifests`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let plugins = root.appending(path: "Plugins")
    for name in ["duckdb", "local-files", "expectations"] {
      let path = plugins.appending(path: "\(name)/plugin.toml").path
      let manifest = try VendorManifest(parsing: String(contentsOfFile: path, encoding: .utf8), file: path)
      #expect(manifest.name == name)
    }
  }

  private func failure(_ text: String) -> ManifestError? {
    do throws(ManifestError) {
      _ = try VendorManifest(parsing: text, file: "plugin.toml")
      return nil
    } catch {
      return error
    }
  }
}

@Suite struct SemanticVersionTests {
  @Test func `versions are ordered as semver says`() throws {
    let ordered = [
      "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
      "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0",
    ]
    let versions = try ordered.map { try #require(SemanticVersion($0)) }
    #expect(versions.sorted() == versions)
    #expect(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test(arguments: ["", "1", "1.0", "1.0.0.0", "01.0.0", "1.0.0-", "1.0.0+", "a.b.c", "1.0.0-a..b", "-1.0.0", " 1.0.0"])
  func `what is no version is refused`(text: String) { #expect(SemanticVersion(text) == nil) }

  @Test func `an ABI version is read from text and from the note's word`() {
    #expect(ABIVersion("1.2") == ABIVersion(word: 0x0001_0002))
    #expect(ABIVersion("1") == nil)
    #expect(ABIVersion("1.2.3") == nil)
    #expect(ABIVersion("1.70000") == nil)
  }
}
