// Signatures, by the examples that Amazon has published and by botocore.
import Crypto
import Foundation
import HTTPTransfer
import JSONValue
import TestSupport
import Testing

@testable import S3Plugin

@Suite struct SignatureTests {
  private let published = Signature(
    credentials: Credentials(accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    region: "us-east-1", time: "20130524T000000Z")
  private let host = "examplebucket.s3.amazonaws.com"

  private func signature(
    _ method: String, _ path: String, query: [(String, String)] = [], _ headers: HTTPHeaders = [:],
    hash: String = Signature.emptyHash
  ) -> String {
    var headers = headers
    published.sign(method, host: host, path: path, query: query, headers: &headers, payloadHash: hash)
    return String((headers["Authorization"] ?? "").suffix(64))
  }

  @Test func `the published examples come out`() {
    #expect(
      signature("GET", "/test.txt", ["Range": "bytes=0-9"])
        == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    let put: HTTPHeaders = ["Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"]
    #expect(
      signature("PUT", "/test%24file.text", put, hash: hex(SHA256.hash(data: Array("Welcome to Amazon S3.".utf8))))
        == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    #expect(
      signature("GET", "/", query: [("lifecycle", "")])
        == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
    #expect(
      signature("GET", "/", query: [("prefix", "J"), ("max-keys", "2")])
        == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    let link = published.presign("GET", host: host, path: "/test.txt", seconds: 86400)
    #expect(link.hasSuffix("X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"))
  }

  @Test func `botocore signs the same, payload hashes included`() throws {
    let place = try Place(endpoint: "https://store.example:9000/below", region: "eu-west-3", addressing: .path)
    let keys = OddKeys.all + ["", "a//b", "/lead", "x/../y", "é/\u{1F600}", "tab\tkey", "100%", "*"]
    var cases: [JSONValue] = []
    var ours: [String] = []
    for (number, key) in keys.enumerated() {
      let body = number.isMultiple(of: 3) ? "" : "body of \(key)"
      let query: [(String, String)] =
        number.isMultiple(of: 2) ? [] : [("uploadId", "a+b/=&"), ("partNumber", "2"), ("x", "é ~")]
      let token = number.isMultiple(of: 4) ? "token/+=" : nil
      let credentials = Credentials(accessKey: "AKIA", secretKey: "se/cr+et", sessionToken: token)
      let signature = Signature(credentials: credentials, region: "eu-west-3", time: "20261128T173000Z")
      let (host, path) = place.address(bucket: "buck.et", key: key)
      var headers: HTTPHeaders = [
        "Range": "bytes=0-9", "x-amz-meta-words": "  two   words ", "Content-Type": "text/plain",
      ]
      var request: [String: JSONValue] = [
        "method": "PUT", "body": .string(body), "key": "AKIA", "secret": "se/cr+et", "region": "eu-west-3",
        "time": "20261128T173000Z", "token": token.map { .string($0) } ?? nil,
      ]
      let sent = Signature.canonicalQuery(query)
      request["url"] = .string("https://\(host)\(path)\(sent.isEmpty ? "" : "?\(sent)")")
      if number.isMultiple(of: 5) {
        request["seconds"] = 600
        request["body"] = ""
        ours.append(
          "https://\(host)\(path)?" + signature.presign("PUT", host: host, path: path, query: query, seconds: 600))
      } else {
        request["headers"] = .object(
          Dictionary(uniqueKeysWithValues: headers.fields.map { ($0.name, JSONValue.string($0.value)) }))
        signature.sign(
          "PUT", host: host, path: path, query: query, headers: &headers,
          payloadHash: hex(SHA256.hash(data: Array(body.utf8))))
        ours.append(headers["Authorization"] ?? "")
      }
      cases.append(.object(request))
    }
    let theirs = try signedByBotocore(cases)
    #expect(theirs.count == keys.count)
    for (index, (own, their)) in zip(ours, theirs).enumerated() {
      #expect(parts(own) == parts(their), "\(keys[index])")
    }
  }

  /// A link's query in any order, a header without its blanks.
  private func parts(_ text: String) -> [String] {
    guard text.hasPrefix("https:") else { return [text.replacing(", ", with: ",")] }
    return text.split(separator: "?", maxSplits: 1).flatMap { $0.split(separator: "&").map(String.init) }.sorted()
  }

  private func signedByBotocore(_ cases: [JSONValue]) throws -> [String] {
    let folder = TemporaryFolder()
    let file = try folder.write(JSONValue.array(cases).text, to: "cases.json")
    let fixtures = "\(Products.sources)/Tests/Fixtures/s3"
    let environment = ProcessInfo.processInfo.environment
    let made = try RunningProgram("/bin/sh", ["\(fixtures)/setup.sh"], environment: environment).finish(within: 300)
    let python = try #require(made.output.split(separator: "\n").last.map(String.init), "\(made.errors)")
    let signed = try RunningProgram(python, ["\(fixtures)/sign.py", file], environment: environment).finish(within: 60)
    try #require(signed.code == 0, "\(signed.errors)")
    return (try signed.json().array ?? []).compactMap(\.string)
  }
}
