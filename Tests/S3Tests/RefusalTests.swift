// What a store refuses, with the words and the place that help.
import Foundation
import Glibc
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import S3Plugin

@Suite struct RefusalTests {
  private func failure(_ config: [String: JSONValue], secret: String? = nil) throws -> PluginError? {
    let store = try Store()
    try store.put("a.txt", "x")
    let bench = Store.bench()
    if let secret { bench.secrets["s3"] = secret }
    let found = problem { _ = try store.source(config, bench).check() }
    for hidden in [Store.secret, "wrong-secret"] {
      #expect(found.map { "\($0) \($0.details)".contains(hidden) } == false)
    }
    return found
  }

  @Test func `a wrong secret is refused`() throws {
    let found = try failure([:], secret: "wrong-secret")
    #expect(found?.status == .authentication && found?.details["vendor_code"] == "SignatureDoesNotMatch")
    #expect(found?.details["path"] == "/secret_key" && found?.retryable == false)
  }

  @Test func `an unknown key is refused by its name`() throws {
    let found = try failure(["access_key": "AKIANOPE"])
    #expect(found?.status == .authentication && found?.details["vendor_code"] == "InvalidAccessKeyId")
    #expect(found?.message.contains("AKIANOPE") == true && found?.details["path"] == "/access_key")
  }

  @Test func `without credentials a private bucket is refused`() throws {
    let store = try Store()
    let config: JSONValue = [
      "endpoint": .string(store.endpoint), "bucket": .string(store.bucket), "login": "anonymous",
    ]
    let found = problem { _ = try Store.bench().instance("source", config).check() }
    #expect(found?.status == .denied && found?.details["path"] == "/login")
  }

  @Test func `a public bucket needs none`() throws {
    let store = try Store(bucket: "open", create: false)
    try? store.put("a.txt", "public")
    _ = try? store.client.answer(S3Call("PUT", bucket: "open", doing: "make a bucket"), nil)
    try store.put("a.txt", "public")
    let config: JSONValue = ["endpoint": .string(store.endpoint), "bucket": "open", "login": "anonymous"]
    #expect(try Opened(Store.bench().instance("source", config)).rows()[0].text == "public")
    let link = try Store.bench().instance(
      "source", ["endpoint": .string(store.endpoint), "bucket": "open", "login": "anonymous", "deliver": "links"])
    #expect(try Opened(link).rows()[0]["uri"] == .string("\(store.endpoint)/open/a.txt"))
  }

  @Test(arguments: [20 * 60, -20 * 60] as [Int64]) func `a clock that is wrong is told with its minutes`(
    _ offset: Int64
  ) throws {
    let store = try Store()
    var clock = Clock()
    clock.seconds = { Int64(time(nil)) + offset }
    let client = try Store.client(store.endpoint, clock: clock)
    var listing = ObjectListing(client, bucket: store.bucket, prefix: "")
    let found = problem { _ = try listing.nextPage(nil) }
    #expect(found?.status == .authentication && found?.details["vendor_code"] == "RequestTimeTooSkewed")
    #expect(
      found?.message.contains("by 20 minutes") == true || found?.message.contains("by 19 minutes") == true,
      "\(found?.message ?? "none")")
  }

  @Test func `a reader may not write`() throws {
    let store = try Store()
    let client = try Store.client(store.endpoint, key: "AKIAREADER", secret: "reader")
    let found = problem {
      _ = try client.answer(S3Call("PUT", bucket: store.bucket, key: "x", doing: "store 'x'"), nil)
    }
    #expect(found?.status == .denied && found?.message.contains("AKIAREADER is not allowed") == true)
  }

  @Test func `a refusal without words does not take a wrong secret for a missing permission`() throws {
    let store = try Store()
    let client = try Store.client(store.endpoint, secret: "another")
    let found = problem {
      _ = try client.answer(S3Call("HEAD", bucket: store.bucket, key: "x", doing: "look for 'x'"), nil)
    }
    #expect(found?.status == .denied && found?.message.contains("does not say why") == true, "\(found?.message ?? "")")
    #expect(found?.details["next"]?.string?.contains("secret key") == true)
  }

  @Test func `a bucket that is not there is told`() throws {
    let found = try failure(["bucket": "no-such-bucket"])
    #expect(found?.status == .notFound && found?.details["path"] == "/bucket", "\(found?.message ?? "none")")
  }

  /// As Amazon answers, which no other store does.
  @Test(
    arguments: [
      (301, "<Error><Code>PermanentRedirect</Code></Error>", ["x-amz-bucket-region": "eu-west-1"]),
      (400, "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>", [:]),
      (301, "", ["x-amz-bucket-region": "eu-west-1"]),
    ] as [(Int, String, [String: JSONValue])])
  func `another region is named`(_ status: Int, _ body: String, _ headers: [String: JSONValue]) throws {
    let store = try Store()
    try store.fault(
      "GET /BUCKET", "status", ["status": .int(Int64(status)), "body": .string(body), "headers": .object(headers)])
    let found = problem { _ = try store.source().check() }
    #expect(found?.status == .configuration && found?.details["path"] == "/region")
    #expect(found?.details["next"] == "Set the region to 'eu-west-1'")
  }

  @Test(arguments: [301, 400]) func `an answer to HEAD names the region by a header`(_ status: Int) throws {
    let store = try Store()
    try store.fault(
      "HEAD /BUCKET", "status",
      ["status": .int(Int64(status)), "body": "", "headers": ["x-amz-bucket-region": "eu-west-1"]])
    let found = problem { try store.sink().write(try files([#filePath])) }
    #expect(found?.status == .configuration && found?.details["path"] == "/region", "\(found?.message ?? "none")")
  }

  @Test(arguments: [
    (400, "ExpiredToken", PluginError.Status.authentication), (403, "InvalidToken", .authentication),
    (403, "InvalidObjectState", .state), (403, "AccessDenied", .denied), (501, "NotImplemented", .unsupported),
    (400, "Whatever", .invalidArgument), (507, "InsufficientCapacity", .resource),
  ]) func `codes have a meaning`(_ status: Int, _ code: String, _ expected: PluginError.Status) throws {
    let store = try Store()
    let body = "<Error><Code>\(code)</Code><Message>Words of the store</Message><RequestId>R1</RequestId></Error>"
    try store.fault("GET /BUCKET", "status", ["status": .int(Int64(status)), "body": .string(body)])
    let found = problem { _ = try store.source().check() }
    #expect(found?.status == expected && found?.details["vendor_code"] == .string(code))
    #expect(found?.details["request_id"] == "R1" && found?.details["http_status"] == .int(Int64(status)))
  }

  @Test func `a store that is busy for good says so`() throws {
    let store = try Store()
    try store.fault(
      "GET /BUCKET", "status", times: 99, ["status": 503, "body": "<Error><Code>SlowDown</Code></Error>"])
    var listing = ObjectListing(store.client, bucket: store.bucket, prefix: "")
    let found = problem { _ = try listing.nextPage(nil) }
    #expect(found?.status == .resource && found?.retryable == true)
    #expect(try store.asked("list-type").count == 5)
  }

  @Test(arguments: [
    "", "not XML", "<html><body>Hello</body></html>", "<ListBucketResult>", "<ListBucketResult></Other>",
    "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
    "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
    "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%zz</Key><Size>1</Size></Contents></ListBucketResult>",
    "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
    "<!DOCTYPE x [<!ENTITY a \"b\">]><ListBucketResult>&a;</ListBucketResult>",
    "<ListBucketResult>&nope;</ListBucketResult>",
    "<ListBucketResult/><More/>",
  ]) func `an answer that is no list is told`(_ body: String) throws {
    let store = try Store()
    try store.fault("GET /BUCKET", "status", ["status": 200, "body": .string(body)])
    let found = problem { _ = try store.source().check() }
    #expect(
      found?.status == .io && found?.message.contains("could not list the bucket") == true,
      "\(found?.message ?? "none")")
  }

  @Test func `a list that never ends is noticed`() throws {
    let store = try Store()
    let body =
      "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>"
    try store.fault("GET /BUCKET", "status", times: 99, ["status": 200, "body": .string(body)])
    #expect(problem { _ = try store.source().check() }?.message.contains("without the way to the next one") == true)
  }

  @Test func `an endpoint where nothing listens is told without the query`() throws {
    let found = try failure(["endpoint": "http://127.0.0.1:1"])
    #expect(found?.details["phase"] == "connecting" && found?.message.contains("list-type") == false)
  }
}
