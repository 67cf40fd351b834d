// Plugins that come, change and go while the host runs.
import Foundation
import JSONValue
import TestSupport
import Testing

struct HotChangeTests {
  @Test func `a plugin folder that is dropped in shows up, is enabled and runs, without a restart`() throws {
    let installation = try TestHost("well-behaved")
    // Neither folder is there when the host starts.
    let folder = "\(installation.folder.path)/later/plugins"
    let host = try ServedHost(installation, "--plugins", folder)
    let events = try EventReader(host, query: "?types=plugin.")
    try DroppedPlugin.copy("slow-source", to: "\(folder)/slow-source")
    let seen = try events.next { $0["subject"] == "slow-source" }
    #expect(seen?["body"] == ["ready": false, "removed": false, "enabled": false])
    #expect(try host.expect(200, "GET", "/plugins")["items"]?.array?.contains { $0["name"] == "slow-source" } == true)
    try host.expect(200, "POST", "/plugins/slow-source/enable")
    try events.next { $0["subject"] == "slow-source" && $0["body"]?["ready"] == true }
    try host.save(Documents.toFile("dropped", installation.unusedPath(), source: "slow-source", rows: 20))
    #expect(try host.finished(host.run("dropped"))["status"] == "succeeded")

    try FileManager.default.removeItem(atPath: "\(folder)/slow-source")
    let gone = try events.next { $0["subject"] == "slow-source" && $0["body"]?["ready"] == false }
    #expect(gone?["body"]?["enabled"] == true)
    // And once more: a folder of the same name is another folder.
    try DroppedPlugin.copy("slow-source", to: "\(folder)/slow-source")
    #expect(try events.next { $0["subject"] == "slow-source" && $0["body"]?["ready"] == true } != nil)
  }

  @Test func `a manifest that is edited by hand counts without a restart`() throws {
    let installation = try TestHost("well-behaved", "slow-source")
    let host = try ServedHost(installation)
    let events = try EventReader(host, query: "?types=plugin.")
    try host.save(Documents.toFile("edited", installation.unusedPath(), source: "slow-source", rows: 20))
    let manifest = "\(installation.manifests)/slow-source.yaml"
    let text = try String(contentsOfFile: manifest, encoding: .utf8)
    try Data("\(text)  enabled: false\n".utf8).write(to: URL(fileURLWithPath: manifest))
    try events.next { $0["subject"] == "slow-source" && $0["body"]?["ready"] == false }
    let refused = try host.expect(422, "POST", "/pipelines/edited/runs", [:])
    #expect(refused["detail"]?.string?.contains("disabled") == true, "\(refused.text)")
    // As an editor saves: a new file in place of the old one.
    try Data(text.utf8).write(to: URL(fileURLWithPath: manifest), options: .atomic)
    try events.next { $0["subject"] == "slow-source" && $0["body"]?["ready"] == true }
    #expect(try host.finished(host.run("edited"))["status"] == "succeeded")
    try FileManager.default.removeItem(atPath: manifest)
    try events.next { $0["subject"] == "slow-source" && $0["body"]?["removed"] == true }
  }

  @Test func `a run goes on with the bytes it began with while its plugin is replaced`() throws {
    let installation = try TestHost("well-behaved")
    let folder = "\(installation.folder.path)/own/slow-source"
    try DroppedPlugin.copy("slow-source", to: folder)
    try DroppedPlugin.enable(folder, installation)
    let host = try ServedHost(installation, "--runs", "2")
    try host.save(Documents.toFile("long", installation.unusedPath(), source: "slow-source", rows: -1))
    try host.save(Documents.toFile("short", installation.unusedPath(), source: "slow-source", rows: 20))
    let events = try EventReader(host, query: "?types=run.,plugin.")
    let long = try host.run("long")
    try events.next { $0["type"] == "run.progress" && $0["subject"]?.string == long }

    // Written over in place, the worst way to do it: a program that had this very file loaded would crash.
    try DroppedPlugin.change("\(folder)/libslow-source.so")
    let changed = try events.next { $0["subject"] == "slow-source" }
    #expect(changed?["body"]?["ready"] == false)
    let refused = try host.expect(422, "POST", "/pipelines/short/runs", [:])
    #expect(refused["detail"]?.string?.contains("OTE-2004") == true, "\(refused.text)")
    try DroppedPlugin.enable(folder, installation)
    try events.next { $0["subject"] == "slow-source" && $0["body"]?["ready"] == true }
    let short = try host.finished(host.run("short"))
    #expect(short["status"] == "succeeded")

    let before = try Self.rows(events, of: long, above: 0)
    _ = try Self.rows(events, of: long, above: before)
    try host.expect(202, "POST", "/runs/\(long)/cancel")
    let ended = try host.finished(long)
    #expect(ended["status"] == "cancelled", "\(ended.text)")
    let digests = [ended, short].map { $0["nodes"]?[0]?["plugin_digest"]?.string ?? "" }
    #expect(digests.allSatisfy { $0.hasPrefix("sha256:") } && digests[0] != digests[1], "\(digests)")
  }

  @Test func `two versions of a plugin live side by side, and each pipeline gets the one it asks for`() throws {
    let installation = try TestHost("well-behaved")
    for version in ["1.0.0", "2.0.0"] {
      let folder = "\(installation.folder.path)/own/slow-source-\(version)"
      try DroppedPlugin.copy("slow-source", to: folder, version: version)
      let name = "slow-source-\(version.prefix(1))"
      try installation.folder.write(
        """
        apiVersion: opentrusteval/v1
        kind: PluginInstall
        metadata: {name: \(name)}
        spec:
          plugin: slow-source
          version: \(version)
          digest: \(try DroppedPlugin.digest("\(folder)/libslow-source.so"))
          source: {path: "\(folder)"}

        """, to: "manifests/\(name).yaml")
    }
    let host = try ServedHost(installation, "--runs", "3")
    func save(_ name: String, _ version: String) throws {
      let text = Documents.toFile(name, installation.unusedPath(), source: "slow-source", rows: 20)
      try host.save(text.replacing("slow-source/source", with: "slow-source/source\(version)"))
    }
    for (name, version, expected) in [("old", "@1", "1.0.0"), ("new", "@2", "2.0.0"), ("any", "", "2.0.0")] {
      try save(name, version)
      let report = try host.finished(host.run(name))
      #expect(report["status"] == "succeeded", "\(report.text)")
      #expect(report["nodes"]?[0]?["use"]?.string == "slow-source/source@\(expected)")
    }
    try save("neither", "@3")
    let neither = try host.expect(409, "POST", "/pipelines/neither/runs", [:])
    #expect(neither["detail"]?.string?.contains("installed is 1.0.0, 2.0.0") == true, "\(neither.text)")
    let offered = try host.expect(200, "GET", "/components")["items"]?.array ?? []
    #expect(offered.count { $0["plugin"] == "slow-source" && $0["name"] == "source" } == 1)
  }

  /// Waits until the run tells of more rows than that, and answers how many.
  private static func rows(_ events: EventReader, of run: String, above: Int64) throws -> Int64 {
    func rows(_ event: JSONValue) -> Int64 { event["body"]?["nodes"]?[0]?["rows_out"]?.int ?? 0 }
    let event = try events.next { $0["type"] == "run.progress" && $0["subject"]?.string == run && rows($0) > above }
    return event.map(rows) ?? 0
  }
}

/// A fixture's plugin as an admin copies, replaces and enables it.
enum DroppedPlugin {
  /// With another version where one is asked for: in its manifest, and in the description inside the shared object.
  static func copy(_ name: String, to folder: String, version: String = "1.0.0") throws {
    let source = try Products.plugin(name)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let toml = try String(contentsOfFile: "\(source)/plugin.toml", encoding: .utf8)
    try Data(toml.replacing("version = \"1.0.0\"", with: "version = \"\(version)\"").utf8)
      .write(to: URL(fileURLWithPath: "\(folder)/plugin.toml"))
    var library = try Data(contentsOf: URL(fileURLWithPath: "\(source)/lib\(name).so"))
    while let place = library.range(of: Data("\"version\": \"1.0.0\"".utf8)), version != "1.0.0" {
      library.replaceSubrange(place, with: Data("\"version\": \"\(version)\"".utf8))
    }
    try library.write(to: URL(fileURLWithPath: "\(folder)/lib\(name).so"))
  }

  /// Other bytes that do the same: what stands behind a shared object's end means nothing. The file stays the same file.
  static func change(_ path: String) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    let whole = try file.readToEnd() ?? Data()
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: whole + Data("changed".utf8))
    try file.close()
  }

  static func enable(_ folder: String, _ installation: TestHost) throws {
    let result = try installation.ote("plugins", "enable", folder)
    guard result.code == 0 else { throw ServedHost.Unexpected(result.errors) }
  }

  static func digest(_ path: String) throws -> String {
    let result = try RunningProgram(
      "/bin/sh", ["-c", "sha256sum \"$0\"", path], environment: ProcessInfo.processInfo.environment
    ).finish()
    return "sha256:\(result.output.split(separator: " ").first ?? "")"
  }
}
