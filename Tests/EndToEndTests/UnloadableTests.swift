// Plugins that cannot be loaded: each is listed with its reason, and none is in the way of the others.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct UnloadableTests {
  struct Reason: Sendable, CustomTestStringConvertible {
    let plugin: String
    let code: ProblemCode
    var testDescription: String { plugin }
    init(_ plugin: String, _ code: ProblemCode) {
      self.plugin = plugin
      self.code = code
    }
  }

  /// `enable` looks into the file without loading it, and refuses these.
  static let refused = [
    Reason("needs-newer-abi", .incompatibleABI), Reason("no-stamp", .stampMissing),
    Reason("not-elf", .notSharedObject), Reason("truncated-elf", .notSharedObject),
  ]

  /// These show only when a throw-away worker loads them.
  static let scanned = [
    Reason("no-entry", .entryMissing), Reason("wrong-abi-major", .incompatibleABI),
    Reason("lying-stamp", .contractBroken), Reason("huge-struct-size", .contractBroken),
    Reason("describe-bad-json", .descriptorInvalid), Reason("crashes-in-constructor", .scanCrashed),
    Reason("crashes-in-describe", .scanCrashed), Reason("hangs-in-constructor", .scanHung),
    Reason("hangs-in-describe", .scanHung), Reason("describe-huge", .scanHung),
  ]

  @Test(arguments: refused)
  func `a file that cannot be a plugin is not even pinned`(_ reason: Reason) throws {
    let host = TestHost()
    let result = try host.ote("plugins", "enable", Products.plugin(reason.plugin))
    #expect(result.code == 1)
    #expect(result.errors.contains(reason.code.rawValue))
    #expect(result.errors.contains("lib\(reason.plugin).so"))
    #expect(!Bench.exists("\(host.manifests)/\(reason.plugin).yaml"))
  }

  @Test(arguments: refused + scanned)
  func `a plugin that cannot be loaded is listed with the reason`(_ reason: Reason) throws {
    let host = try TestHost("well-behaved")
    try install(reason.plugin, in: host)
    let listed = try host.ote("plugins", "list", "--json", environment: ["OTE_DEV": "1"]).json().array ?? []
    let plugin = try #require(listed.first { $0["name"]?.string == reason.plugin })
    let problem = try #require(plugin["problem"]).decode(Problem.self)
    #expect(problem.code == reason.code, "\(problem.detail)")
    #expect(problem.origin == .plugin)
    #expect(!problem.detail.isEmpty)

    let text = try host.ote("plugins", "list", environment: ["OTE_DEV": "1"])
    #expect(text.code == 0)
    #expect(text.output.contains("\(reason.plugin) is not loaded"))
    #expect(text.output.contains(reason.code.rawValue))
    #expect(text.output.contains("ready"), "the plugin beside it is gone too")
    try Bench.expectHealthy(host)
  }

  @Test func `a run that names a plugin which is not loaded says why`() throws {
    let host = try TestHost("well-behaved", "no-entry")
    let path = host.unusedPath()
    let document = try host.document(FourNodes(path: path, plugins: [.stage: "no-entry"]).text)
    let result = try host.ote("run", document, "--json")
    #expect(result.code == 1)
    #expect(result.errors.contains("OTE-2010"), "\(result.errors)")
    #expect(!Bench.exists(path))
  }

  /// By hand, as `enable` refuses some of them.
  private func install(_ plugin: String, in host: TestHost) throws {
    let manifest = """
      apiVersion: opentrusteval/v1
      kind: PluginInstall
      metadata: {name: \(plugin)}
      spec: {plugin: \(plugin), source: {path: \(try Products.plugin(plugin))}}
      """
    try host.folder.write(manifest, to: "manifests/\(plugin).yaml")
  }
}
