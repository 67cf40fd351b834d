// What plugins show of their work: reports with the run, and pages that they draw themselves.
import Foundation
import JSONValue
import TestSupport
import Testing

struct PanelTests {
  @Test func `a plugin's panel is a page that may run its script and reach nothing`() throws {
    let host = try ServedHost(Self.installation(panel: "<!doctype html><title>mine</title>"))
    let plugins = try host.expect(200, "GET", "/plugins")["items"]?.array ?? []
    let panels = plugins.filter { $0["panel"]?.bool == true }.compactMap { $0["name"]?.string }
    #expect(panels == ["well-behaved"])
    let page = try host.ask("GET", "/plugins/well-behaved/panel")
    #expect(page.status == 200)
    #expect(page.text.contains("<title>mine</title>"))
    #expect(page.header("Content-Type") == "text/html; charset=utf-8")
    #expect(page.headers.count { $0.name.lowercased() == "content-security-policy" } == 1)
    let policy = try #require(page.header("Content-Security-Policy"))
    let directives = Set(policy.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) })
    let wanted = [
      "default-src 'none'", "connect-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'",
      "sandbox allow-scripts",
    ]
    #expect(directives.isSuperset(of: wanted), "\(policy)")
    #expect(!policy.contains("allow-same-origin") && !policy.contains("http"))
    #expect(page.header("X-Frame-Options") == "SAMEORIGIN")
    #expect(page.header("Set-Cookie") == nil)
    #expect(try host.ask("GET", "/plugins/well-behaved/panel", as: .nobody).status == 401)
    #expect(try host.ask("GET", "/plugins/slow-source/panel").status == 404)
  }

  @Test func `a panel that is not there is none`() throws {
    let host = try ServedHost(Self.installation(panel: nil))
    #expect(try host.expect(200, "GET", "/plugins/well-behaved")["panel"]?.bool == false)
    #expect(try host.expect(404, "GET", "/plugins/well-behaved/panel")["code"]?.string == "OTE-6004")
  }

  @Test func `a check's report is in the run, and not in the events that go to every page`() throws {
    let host = try ServedHost(TestHost("well-behaved", "expectations"))
    let rules = "  rules: {use: expectations/check, in: rows, with: {rules: [{rule: row_count, equals: 200}]}}"
    try host.save(Documents.toFile("reporting", host.installation.unusedPath(), more: rules))
    let events = try EventReader(host, query: "?types=run.")
    let run = try host.run("reporting")
    let ended = try #require(
      try events.next { $0["type"]?.string == "run.finished" && $0["subject"]?.string == run })
    let nodes = try host.finished(run)["nodes"]?.array ?? []
    let report = try #require(nodes.first { $0["name"]?.string == "rules" }?["report"])
    #expect(report["title"]?.string?.isEmpty == false)
    #expect(report["metrics"]?.array?.contains { $0["name"] == "rows judged" && $0["value"] == 200 } == true)
    #expect(nodes.first { $0["name"]?.string == "rows" }?["report"] == nil)
    let told = ended["body"]?["nodes"]?.array ?? []
    #expect(told.count == 3 && told.allSatisfy { $0["report"] == nil })
  }

  /// `well-behaved` with a vendor manifest that names a panel.
  private static func installation(panel: String?) throws -> TestHost {
    let host = try TestHost("slow-source")
    let folder = "\(host.folder.path)/plugins/well-behaved"
    try FileManager.default.createDirectory(
      atPath: "\(host.folder.path)/plugins", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: try Products.plugin("well-behaved"), toPath: folder)
    let vendor = try host.folder.read("plugins/well-behaved/plugin.toml")
    try host.folder.write("panel = \"panel.html\"\n" + vendor, to: "plugins/well-behaved/plugin.toml")
    if let panel { try host.folder.write(panel, to: "plugins/well-behaved/panel.html") }
    let enabled = try host.ote("plugins", "enable", folder)
    guard enabled.code == 0 else { throw ServedHost.Unexpected(enabled.errors) }
    return host
  }
}
