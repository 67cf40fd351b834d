// The objects below a prefix, page by page: ListObjectsV2.
import HTTPTransfer
import PluginKit

struct ListedObject: Sendable, Hashable {
  var key: String
  var size: Int64
  /// Without its quotes.
  var etag: String
  /// Microseconds since 1970.
  var modified: Int64?
  var storageClass: String?
}

struct ObjectListing {
  let client: S3Client
  let bucket: String
  let prefix: String
  /// "/" lists one folder: what lies deeper comes as `folders`.
  var delimiter: String?
  /// As many as a page may have; the store may give fewer.
  var pageSize = 1000
  /// Asked while it waits.
  var shouldStop: (@Sendable () -> Bool)?
  private(set) var isAtEnd = false
  private var token: String?

  init(_ client: S3Client, bucket: String, prefix: String, delimiter: String? = nil) {
    self.client = client
    self.bucket = bucket
    self.prefix = prefix
    self.delimiter = delimiter
  }

  /// The next page; empty pages are possible before the end.
  mutating func nextPage(_ run: Run?, life: @escaping () -> Void = {}) throws -> (
    objects: [ListedObject], folders: [String]
  ) {
    var call = S3Call(bucket: bucket, doing: "list the bucket '\(bucket)'")
    call.query = [("list-type", "2"), ("encoding-type", "url"), ("max-keys", String(pageSize)), ("prefix", prefix)]
    if let delimiter { call.query.append(("delimiter", delimiter)) }
    if let token { call.query.append(("continuation-token", token)) }
    call.life = life
    call.shouldStop = shouldStop
    let response = try client.answer(call, run, into: .memory(limit: 32 << 20))
    let root = try client.xml(response, call)
    func broken(_ why: String) -> PluginError {
      PluginError(.io, "could not \(call.doing): \(response.host) answered with \(why)", details: response.details)
    }
    guard root.name == "ListBucketResult" else { throw broken("<\(root.name)> where a list should be") }
    let isEncoded = root["EncodingType"] == "url"
    func text(_ value: String) throws -> String {
      guard isEncoded else { return value }
      guard let decoded = PercentEncoding.decode(value.replacing("+", with: " ")) else {
        throw broken("a key that cannot be decoded: '\(value.prefix(80))'")
      }
      return decoded
    }
    let objects = try root.all("Contents").map { item in
      guard let key = item["Key"], let size = item["Size"].flatMap({ Int64($0) }), size >= 0 else {
        throw broken("an object without key or size")
      }
      return ListedObject(
        key: try text(key), size: size, etag: (item["ETag"] ?? "").filter { $0 != "\"" },
        modified: item["LastModified"].flatMap(Times.microseconds), storageClass: item["StorageClass"])
    }
    let folders = try root.all("CommonPrefixes").compactMap { try $0["Prefix"].map(text) }
    let next = root["NextContinuationToken"]
    if root["IsTruncated"] == "true" {
      guard let next, !next.isEmpty, next != token else { throw broken("a page without the way to the next one") }
      token = next
    } else {
      isAtEnd = true
    }
    return (objects, folders)
  }
}
