// Objects of a store in and out of pipelines, through SeaweedFS, with keys that are secrets.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

@Suite(.enabled(if: Bench.hasDuckDB, "libduckdb is not there: Scripts/setup-duckdb.sh fetches it"))
struct ObjectStoreTests {
  private static let server = Result {
    try PythonServer(["\(Products.sources)/Tests/Fixtures/s3/store.py"], readyLine: "port ")
  }
  /// Those that the store knows (Tests/Fixtures/s3/store.py).
  private static let secret = "s3cret/key+with=signs"
  private let bucket = "e2e-\(UUID().uuidString.lowercased())"

  private func host(secret: String = secret) throws -> TestHost {
    let host = try TestHost("s3", "duckdb", "local-files")
    try host.setSecret("STORE_KEY", secret)
    try host.permit("s3", secrets: ["STORE_KEY"])
    return host
  }

  private func place(_ bucket: String) throws -> String {
    """
    {endpoint: "http://127.0.0.1:\(try Self.server.get().port)", bucket: \(bucket), access_key: AKIATEST, \
    secret_key: "${secrets.STORE_KEY}"}
    """
  }

  private func storing(_ host: TestHost) throws -> String {
    let folder = host.unusedPath()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "id,word\n1,one\n2,two\n3,three\n".write(toFile: "\(folder)/words.csv", atomically: true, encoding: .utf8)
    return """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: stores}
      nodes:
        file: {use: local-files/source, with: {path: "\(folder)"}}
        words: {use: duckdb/read, in: file}
        written: {use: duckdb/write, in: words, with: {format: parquet, name: words}}
        out: {use: s3/sink, in: written, with: \(try place(bucket))}
      """
  }

  private func fetching(_ bucket: String) throws -> String {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: fetches}
    nodes:
      objects: {use: s3/source, with: \(try place(bucket))}
      words: {use: duckdb/read, in: objects}
      out: {use: duckdb/dataset, in: words, with: {name: fetched}}
    """
  }

  @Test func `a table goes into a bucket and comes back as a dataset, by keys that the manifest grants`() throws {
    let host = try host()
    let stored = try host.run(storing(host))
    #expect(stored.status == .succeeded, "\(stored.problem?.detail ?? "")")
    let files = stored.report.outputs.first?["files"]?.array ?? []
    #expect(files.compactMap { $0["uri"]?.string } == ["s3://\(bucket)/words.parquet"])
    let fetched = try host.run(fetching(bucket))
    #expect(fetched.status == .succeeded, "\(fetched.problem?.detail ?? "")")
    let dataset = try host.ote("datasets", "show", "fetched", "--json").json()
    #expect(dataset["rows"] == 3)
    #expect(dataset["statistics"]?["id"] == ["min": 1, "max": 3, "nulls": 0])
    #expect(dataset["statistics"]?["word"]?["max"] == "two")
  }

  @Test func `without the grant nothing is run, and it is said which secret, and whom to ask`() throws {
    let host = try host()
    try host.permit("s3", secrets: ["ANOTHER"])
    let problem = try host.refusal(of: fetching(bucket))
    #expect(problem.code == .unknownReference && problem.node == "objects" && problem.origin == .user)
    #expect(problem.detail.contains("does not grant it the secret 'STORE_KEY'"), "\(problem.detail)")
    #expect(problem.next.contains("spec.permissions.secrets"), "\(problem.next)")
    #expect(problem.at?.pointer == "/nodes/objects/with/secret_key")
  }

  @Test func `a wrong key is told with its field, and never shown`() throws {
    let wrong = "wrong-\(UUID().uuidString)"
    let host = try host(secret: wrong)
    let ended = try host.startRun(fetching(bucket)).finish()
    let result = try RunResult(ended)
    result.expectFailure(
      .authenticationFailed, node: "objects", plugin: "s3", origin: .user, says: "the secret key does not belong")
    #expect(result.problem?.at?.pointer == "/nodes/objects/with/secret_key")
    #expect(!(ended.output + ended.errors).contains(wrong))
    #expect(try host.ote("datasets", "show", "fetched").code == 1)
  }

  @Test func `a sink that is refused says that the key may be the reason`() throws {
    let host = try host(secret: "wrong")
    let refused = try host.run(storing(host))
    refused.expectFailure(
      .permissionDenied, node: "out", plugin: "s3", origin: .user, says: "refuses the access key AKIATEST")
    #expect(refused.problem?.next.contains("whether the secret key is right") == true)
  }

  @Test func `keys in the host's environment reach a worker only where the admin names them`() throws {
    let host = try TestHost("s3", "duckdb")
    let byEnvironment = try fetching(bucket).replacing(
      ", access_key: AKIATEST, secret_key: \"${secrets.STORE_KEY}\"", with: ", login: environment")
    let document = try host.document(byEnvironment)
    func run(_ more: [String: String]) throws -> RunResult {
      let keys = ["AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": Self.secret].merging(more) { $1 }
      return try RunResult(host.start(["run", document, "--json"], environment: keys).finish())
    }
    let hidden = try run([:])
    hidden.expectFailure(.configurationRefused, node: "objects", plugin: "s3", origin: .user, says: "OTE_WORKER_ENV")
    #expect(hidden.problem?.at?.pointer == "/nodes/objects/with/login")
    // Signed in: what is missing is the bucket.
    let named = try run(["OTE_WORKER_ENV": "AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY"])
    named.expectFailure(.notFound, node: "objects", plugin: "s3", origin: .user, says: "there is no bucket")
  }

  @Test func `a bucket that is not there is the pipeline's fault`() throws {
    let result = try host().run(fetching("nobody-made-this"))
    result.expectFailure(.notFound, node: "objects", plugin: "s3", origin: .user, says: "no bucket 'nobody-made-this'")
    #expect(result.problem?.at?.pointer == "/nodes/objects/with/bucket")
  }
}
