// SeaweedFS behind a proxy that can misbehave, started once for all tests of this target; each test has its own bucket.
import CPluginABI
import Crypto
import Foundation
import HTTPTransfer
import JSONValue
import PluginKit
import PluginTesting
import TestSupport

@testable import S3Plugin

/// A bucket of one test.
struct Store {
  static let accessKey = "AKIATEST"
  static let secret = "s3cret/key+with=signs"
  private static let server = Result {
    try PythonServer(["\(Products.sources)/Tests/Fixtures/s3/store.py"], readyLine: "port ")
  }

  let endpoint: String
  let bucket: String
  let client: S3Client

  init(bucket: String = "t-\(UUID().uuidString.lowercased())", create: Bool = true) throws {
    endpoint = "http://127.0.0.1:\(try Self.server.get().port)"
    self.bucket = bucket
    client = try Self.client(endpoint)
    if create { _ = try client.answer(S3Call("PUT", bucket: bucket, doing: "make a bucket"), nil) }
  }

  static func client(
    _ endpoint: String, key: String? = accessKey, secret: String = secret, clock: Clock = Clock(), token: String? = nil,
    region: String = "us-east-1", retry: Retry = quick
  ) throws -> S3Client {
    let credentials = key.map { Credentials(accessKey: $0, secretKey: secret, sessionToken: token) }
    let place = try Place(endpoint: endpoint, region: region, addressing: .auto)
    return S3Client(HTTPClient(), place, credentials, clock, retry: retry)
  }

  static var quick: Retry {
    var retry = Retry()
    retry.first = 0.01
    return retry
  }

  func put(_ key: String, _ bytes: [UInt8]) throws {
    var call = S3Call("PUT", bucket: bucket, key: key, doing: "put")
    call.body = .bytes(bytes)
    call.payloadHash = hex(SHA256.hash(data: bytes))
    _ = try client.answer(call, nil)
  }

  func put(_ key: String, _ text: String) throws { try put(key, Array(text.utf8)) }

  func get(_ key: String) throws -> [UInt8] {
    try client.answer(S3Call(bucket: bucket, key: key, doing: "get"), nil, into: .memory(limit: 1 << 30)).body
  }

  func text(_ key: String) throws -> String { String(decoding: try get(key), as: UTF8.self) }

  func keys() throws -> [String] {
    var listing = ObjectListing(client, bucket: bucket, prefix: "")
    var keys: [String] = []
    while !listing.isAtEnd { keys += try listing.nextPage(nil).objects.map(\.key) }
    return keys
  }

  /// Uploads in parts that were begun and neither completed nor aborted.
  func openUploads() throws -> Int {
    var call = S3Call(bucket: bucket, doing: "list the uploads")
    call.query = [("uploads", "")]
    return try client.xml(try client.answer(call, nil), call).all("Upload").count
  }

  // MARK: the proxy

  /// The next requests of this bucket that match are treated like that.
  func fault(_ match: String, _ kind: String, times: Int = 1, _ more: [String: JSONValue] = [:]) throws {
    var fault = more
    fault["match"] = .string(match.replacing("BUCKET", with: bucket))
    fault["kind"] = .string(kind)
    fault["times"] = .int(Int64(times))
    _ = try HTTPClient().send(HTTPRequest("PUT", "\(endpoint)/_proxy/faults", json: .object(fault)), nil)
  }

  func asked(_ match: String = "") throws -> [JSONValue] {
    let query = PercentEncoding.encode("\(bucket).*\(match)")
    return try HTTPClient().send(HTTPRequest("GET", "\(endpoint)/_proxy/log?match=\(query)"), nil).json().array ?? []
  }

  // MARK: components

  func config(_ more: [String: JSONValue] = [:]) -> JSONValue {
    var config: [String: JSONValue] = [
      "endpoint": .string(endpoint), "bucket": .string(bucket), "access_key": .string(Self.accessKey),
      "secret_key": ["$secret": "s3"],
    ]
    config.merge(more) { $1 }
    return .object(config)
  }

  func source(_ more: [String: JSONValue] = [:], _ bench: PluginBench = Store.bench()) throws -> BenchInstance {
    try bench.instance("source", config(more))
  }

  func sink(_ more: [String: JSONValue] = [:], _ bench: PluginBench = Store.bench()) throws -> BenchInstance {
    try bench.instance("sink", config(more))
  }

  func open(
    _ more: [String: JSONValue] = [:], _ bench: PluginBench = Store.bench(), limit: Int? = nil
  ) throws -> Opened { try Opened(try source(more, bench), limit: limit) }

  /// All rows of the source.
  func rows(_ more: [String: JSONValue] = [:], _ bench: PluginBench = Store.bench()) throws -> [Row] {
    try open(more, bench).rows()
  }

  static func bench() -> PluginBench {
    let bench = PluginBench(plugin)
    bench.secrets["s3"] = secret
    return bench
  }
}

/// A stream with the instance and the host that it needs.
final class Opened {
  private let instance: BenchInstance
  let stream: ImportedStream

  init(_ instance: BenchInstance, limit: Int? = nil) throws {
    self.instance = instance
    stream = try instance.open(ScanRequest(limit: limit))
  }

  deinit { stream.close() }

  func next() throws -> RecordBatch? { try withExtendedLifetime(self) { try stream.next() } }
  func rows() throws -> [Row] { try withExtendedLifetime(self) { try stream.readRows().map(Row.init) } }
  func close() { stream.close() }
}

/// One row and the file that it names, which goes with its run.
struct Row {
  let values: [String: JSONValue]
  let contents: [UInt8]

  init(_ values: [String: JSONValue]) {
    self.values = values
    contents = (try? Data(contentsOf: URL(fileURLWithPath: values["path"]?.string ?? ""))).map { [UInt8]($0) } ?? []
  }

  subscript(_ name: String) -> JSONValue? { values[name] }
  var relative: String { (try? JSONValue(parsing: self["attributes"]?.string ?? ""))?["relative_path"]?.string ?? "" }
  var text: String { String(decoding: contents, as: UTF8.self) }
}

/// A table of the `files` schema for a sink.
func files(_ paths: [String], relative: [String]? = nil) throws -> BatchList {
  let rows: [[JSONValue]] = paths.enumerated().map { index, path in
    let attributes: JSONValue =
      relative.map { .string(JSONValue.object(["relative_path": .string($0[index])]).text) } ?? nil
    return [nil, .string(path), nil, nil, nil, nil, attributes]
  }
  return try BatchList(Schema.files.fields, rows: rows)
}

/// The problem that the body throws.
func problem(_ body: () throws -> Void) -> PluginError? {
  do { try body() } catch { return error as? PluginError }
  return nil
}

/// Bytes that no two places have alike: eight at a time, because a test is no optimised program.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var state = seed
  var words: [UInt64] = []
  words.reserveCapacity(count / 8 + 1)
  while words.count * 8 < count {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    words.append(state ^ state >> 33)
  }
  return words.withUnsafeBytes { Array($0.prefix(count)) }
}
