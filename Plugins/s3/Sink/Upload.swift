// One file on its way into the bucket: in one request, or in parts that appear together.
import Crypto
import FileNames
import HTTPTransfer
import JSONValue
import PluginKit

/// A file that waits for the commit.
struct StagedFile: Sendable {
  var file: LocalFile
  var key: String
  var mediaType: String
  /// nil: it is sent at the commit, in one request.
  var upload: PartUpload?
}

struct PartUpload: Sendable, Codable, Hashable {
  var key: String
  var id: String
  /// By number from 1.
  var etags: [String] = []
}

struct Uploader: Sendable {
  /// S3's limits.
  static let partsMax: Int64 = 10_000
  static let objectBytesMax: Int64 = 5 << 40

  let client: S3Client
  let settings: SinkConfiguration
  /// Called about once a second while a request lasts.
  let life: @Sendable () -> Void

  private var bucket: String { settings.bucket }

  private func call(_ method: String, _ key: String, _ query: [(String, String)] = []) -> S3Call {
    var call = S3Call(method, bucket: bucket, key: key, doing: "store 's3://\(bucket)/\(key)'")
    call.query = query
    call.life = life
    return call
  }

  /// Cleaning up is tried, but not for long: there is no run that could end it.
  private func cleaning(_ key: String, _ query: [(String, String)] = []) -> S3Call {
    var call = call("DELETE", key, query)
    call.idleSeconds = 15
    call.attempts = 3
    return call
  }

  // MARK: parts

  func begin(_ key: String, mediaType: String, _ run: Run) throws -> PartUpload {
    var call = call("POST", key, [("uploads", "")])
    call.headers["Content-Type"] = mediaType
    call.headers["x-amz-storage-class"] = settings.storageClass
    let root = try client.xml(try client.answer(call, run), call)
    guard root.name == "InitiateMultipartUploadResult", let id = root["UploadId"], !id.isEmpty else {
      throw PluginError(.io, "could not \(call.doing): the store began no upload")
    }
    return PartUpload(key: key, id: id)
  }

  func partBytes(_ size: Int64) -> Int64 {
    let least = (size + Self.partsMax - 1) / Self.partsMax
    return max(settings.partBytes, ((least + (1 << 20) - 1) >> 20) << 20)
  }

  /// Sends all parts, several at once, and answers their ETags in order.
  func sendParts(_ file: LocalFile, _ upload: PartUpload, _ run: Run, progress: (Int64) -> Void) throws -> [String] {
    let step = partBytes(file.size)
    let count = Int((file.size + step - 1) / step)
    let tally = ByteTally(count)
    let etags = Locked([String](repeating: "", count: count))
    try file.reading { descriptor in
      try Parallel.run(
        count, threads: settings.parallel,
        tick: {
          try run.checkCancelled()
          progress(tally.total)
        }
      ) { index, isStopped in
        let range = Int64(index) * step..<min(file.size, Int64(index + 1) * step)
        let response = try sendPart(
          index + 1, of: upload, file, range, descriptor, run, isStopped, onSent: { tally.set(index, $0) })
        guard let etag = response.headers["ETag"], !etag.isEmpty else {
          throw PluginError(.io, "\(response.host) answered an upload of a part without its ETag")
        }
        etags.with { $0[index] = etag }
      }
    }
    progress(file.size)
    return etags.with { $0 }
  }

  private func sendPart(
    _ number: Int, of upload: PartUpload, _ file: LocalFile, _ range: Range<Int64>, _ descriptor: Int32, _ run: Run,
    _ isStopped: @escaping () -> Bool, onSent: @escaping (Int64) -> Void
  ) throws -> HTTPResponse {
    var call = call("PUT", upload.key, [("partNumber", String(number)), ("uploadId", upload.id)])
    call.payloadHash = hex(try file.digest(range, descriptor, SHA256()))
    call.body = .file(descriptor: descriptor, offset: range.lowerBound, length: Int64(range.count))
    call.shouldStop = isStopped
    call.onSent = onSent
    return try client.answer(call, run)
  }

  /// Makes the parts one object. Answers its ETag, nil where it exists already and stays.
  func complete(_ upload: PartUpload, ifNew: Bool, _ run: Run) throws -> String? {
    var call = call("POST", upload.key, [("uploadId", upload.id)])
    let parts = upload.etags.enumerated().map {
      "<Part><PartNumber>\($0.offset + 1)</PartNumber><ETag>\(Self.escaped($0.element))</ETag></Part>"
    }
    let body = Array("<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>".utf8)
    call.body = .bytes(body)
    call.payloadHash = hex(SHA256.hash(data: body))
    call.headers["Content-Type"] = "application/xml"
    if ifNew { call.headers["If-None-Match"] = "*" }
    // A store may think about thousands of parts for minutes.
    call.idleSeconds = 300
    do {
      var round = 1
      while true {
        let response = try client.answer(call, run)
        let root = try client.xml(response, call)
        if root.name == "CompleteMultipartUploadResult" { return root["ETag"] ?? "" }
        // The status came before the work was done: the body tells how it ended.
        let problem = client.problem(response, call)
        guard round < 3, ["InternalError", "SlowDown"].contains(root["Code"] ?? "") else { throw problem }
        try Pause.wait(Double(round), run)
        round += 1
      }
    } catch let error as PluginError {
      // A try may have been heard although its answer was lost.
      let isTaken = error.details["http_status"] == 412
      if isTaken || error.details["http_status"] == 404,
        let there = try etag(of: upload.key, run), Self.plain(there) == Self.etag(ofParts: upload.etags)
      {
        return there
      }
      if isTaken { return nil }
      throw error
    }
  }

  /// Forgets the parts of all, also when one cannot be; throws the first failure then.
  func abort(_ uploads: [PartUpload]) throws {
    var failure: (any Error)?
    for upload in uploads { do { try abort(upload) } catch { failure = failure ?? error } }
    if let failure { throw failure }
  }

  /// No run: it has to be done for a cancelled one too.
  private func abort(_ upload: PartUpload) throws {
    let call = cleaning(upload.key, [("uploadId", upload.id)])
    do { _ = try client.answer(call, nil) } catch let error as PluginError where error.details["http_status"] == 404 {}
  }

  // MARK: one request

  /// Answers the object's ETag, nil where it exists already and stays.
  func put(
    _ staged: StagedFile, ifNew: Bool, _ run: Run, _ isStopped: @escaping () -> Bool, onSent: @escaping (Int64) -> Void
  ) throws -> String? {
    try staged.file.reading { descriptor in
      var call = call("PUT", staged.key)
      call.headers["Content-Type"] = staged.mediaType
      call.headers["x-amz-storage-class"] = settings.storageClass
      if ifNew { call.headers["If-None-Match"] = "*" }
      call.payloadHash = hex(try staged.file.digest(0..<staged.file.size, descriptor, SHA256()))
      call.body = .file(descriptor: descriptor, offset: 0, length: staged.file.size)
      call.shouldStop = isStopped
      call.onSent = onSent
      do {
        return try client.answer(call, run).headers["ETag"] ?? ""
      } catch let error as PluginError where error.details["http_status"] == 412 && ifNew {
        // A try may have been heard although its answer was lost; libcurl also makes some of its own.
        guard let there = try etag(of: staged.key, run) else { return nil }
        let own = try staged.file.digest(0..<staged.file.size, descriptor, Insecure.MD5())
        return Self.plain(there) == hex(own) ? there : nil
      }
    }
  }

  /// nil where there is no such object.
  func etag(of key: String, _ run: Run?) throws -> String? {
    var call = call("HEAD", key)
    call.doing = "look for 's3://\(bucket)/\(key)'"
    do { return try client.answer(call, run).headers["ETag"] ?? "" } catch let error as PluginError
      where error.details["http_status"] == 404 && error.details["path"] != "/bucket"
    { return nil }
  }

  func remove(_ key: String) throws { _ = try client.answer(cleaning(key), nil) }

  // MARK: ETags

  private static func plain(_ etag: String) -> String { etag.filter { $0 != "\"" }.lowercased() }

  /// What S3 makes of the parts' MD5: nil where they are something else.
  static func etag(ofParts etags: [String]) -> String? {
    var bytes: [UInt8] = []
    for etag in etags {
      let digits = Array(plain(etag))
      guard digits.count == 32 else { return nil }
      for start in stride(from: 0, to: 32, by: 2) {
        guard let byte = UInt8(String(digits[start..<(start + 2)]), radix: 16) else { return nil }
        bytes.append(byte)
      }
    }
    return "\(hex(Insecure.MD5.hash(data: bytes)))-\(etags.count)"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
