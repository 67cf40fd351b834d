// A Drive of a test's own in the stand-in, and a bench that is signed in to it.
import FoundationEssentials
import JSONValue
import PluginKit
import PluginTesting
import Synchronization
import TestSupport

@testable import GoogleDrivePlugin

final class World: Sendable {
  private static let server = Result {
    try PythonServer(["\(Products.sources)/Tests/Fixtures/google-drive/server.py"], readyLine: "port ")
  }
  private static let count = Atomic<Int>(0)

  let prefix = "/w/t\(World.count.add(1, ordering: .relaxed).newValue)"
  let port: Int

  init() throws { port = try Self.server.get().port }

  var address: String { "http://127.0.0.1:\(port)\(prefix)" }

  @discardableResult
  func order(_ order: JSONValue) throws -> JSONValue {
    let answer = try Self.server.get().ask(
      "POST", "\(prefix)/_control", bytes: Array(order.text.utf8), type: "application/json")
    guard answer.status == 200, let value = answer.json["answer"] else { throw Failed(text: answer.text) }
    return value
  }

  struct Failed: Error { let text: String }

  /// A file, folder or document, and its id.
  @discardableResult
  func add(
    _ name: String, in parent: String = "root", _ text: String = "", type: String = "text/csv", _ more: JSONValue = [:]
  ) throws -> String {
    var value = more.object ?? [:]
    value["name"] = .string(name)
    value["parent"] = .string(parent)
    value["kind"] = .string(type)
    if value["data"] == nil { value["data"] = .string(Data(text.utf8).base64EncodedString()) }
    return try order(["add": .object(value)]).string ?? ""
  }

  @discardableResult
  func folder(_ name: String, in parent: String = "root", _ more: JSONValue = [:]) throws -> String {
    try add(name, in: parent, type: DriveFile.folderType, more)
  }

  func change(_ id: String, _ text: String) throws {
    try order(["change": ["id": .string(id), "data": .string(Data(text.utf8).base64EncodedString())]])
  }

  func fault(_ match: String, _ fault: JSONValue) throws {
    try order(["fault": .object((fault.object ?? [:]).merging(["match": .string(match)]) { $1 })])
  }

  // MARK: what a test looks at

  var seen: JSONValue { get throws { try order(["seen": .null]) } }
  var violations: [JSONValue] { get throws { try seen["violations"]?.array ?? [] } }
  func requests(_ part: String) throws -> [String] {
    try (seen["log"]?.array ?? []).compactMap(\.string).filter { $0.contains(part) }
  }

  struct Entry: Hashable {
    var path: String
    var size: Int64
    var id: String
  }

  /// All that is visible in the Drive, without folders, by path.
  func files() throws -> [String] { try entries().map(\.path) }
  func entries() throws -> [Entry] {
    try (seen["files"]?.array ?? []).filter {
      $0["trashed"]?.bool == false && $0["type"]?.string != DriveFile.folderType
    }
    .map { Entry(path: $0["path"]?.string ?? "", size: $0["size"]?.int ?? 0, id: $0["id"]?.string ?? "") }
    .sorted { $0.path < $1.path }
  }
  func folders() throws -> [String] {
    try (seen["files"]?.array ?? []).filter {
      $0["trashed"]?.bool == false && $0["type"]?.string == DriveFile.folderType
    }
    .compactMap { $0["path"]?.string }.sorted()
  }

  // MARK: the plugin

  var endpoints: JSONValue {
    [
      "api": .string(address), "token": .string("\(address)/token"), "device": .string("\(address)/device/code"),
      "authorization": .string("\(address)/o/oauth2/v2/auth"),
    ]
  }

  static let person: JSONValue = [
    "method": "oauth", "client_id": "desktop", "client_secret": ["$secret": "client"],
    "refresh_token": ["$secret": "refresh"],
  ]

  func config(_ more: JSONValue = [:], auth: JSONValue = World.person) -> JSONValue {
    let usual: [String: JSONValue] = ["auth": auth, "endpoints": endpoints, "attempts": 4]
    return .object(usual.merging(more.object ?? [:]) { $1 })
  }

  func bench(run: String = "run-1") throws -> PluginBench {
    let bench = PluginBench(plugin)
    bench.secrets = ["client": "desktop-secret", "refresh": "good-refresh", "tv": "tv-secret"]
    bench.secrets["key"] = try order(["key": .null]).text
    bench.meta["run"] = .string(run)
    return bench
  }

  func source(_ more: JSONValue = [:], auth: JSONValue = World.person, _ bench: PluginBench? = nil) throws
    -> BenchInstance
  {
    try (bench ?? self.bench()).instance("source", config(more, auth: auth))
  }

  func sink(_ more: JSONValue = [:], auth: JSONValue = World.person, _ bench: PluginBench? = nil) throws
    -> BenchInstance
  {
    try (bench ?? self.bench()).instance("sink", config(more, auth: auth))
  }
}

/// A row of the source.
struct Row {
  let values: [String: JSONValue]
  /// Of the file: read at once, it lives as long as the bench.
  let text: String

  init(values: [String: JSONValue]) {
    self.values = values
    text = values["path"]?.string.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
  }

  var path: String? { values["path"]?.string }
  var attributes: JSONValue { (try? JSONValue(parsing: values["attributes"]?.string ?? "{}")) ?? .null }
  var relative: String { attributes["relative_path"]?.string ?? "" }
  var change: String? { attributes["change"]?.string }
}

extension BenchInstance {
  func rows() throws -> [Row] { try open().readRows().map { Row(values: $0) }.sorted { $0.relative < $1.relative } }
}

/// What the body throws, as the error that people get.
func problem(_ body: () throws -> Void) -> PluginError? {
  do { try body() } catch { return error as? PluginError ?? PluginError(.internal, "not a PluginError: \(error)") }
  return nil
}
