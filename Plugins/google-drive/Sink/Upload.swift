// One file of this machine into Drive, in pieces: goes on after a cut, compared with its checksum.
import Crypto
import FoundationEssentials
import Glibc
import HTTPTransfer
import JSONValue
import PluginKit

struct StagedFile: Sendable {
  var id: String
  /// Below the target folder.
  var name: String
  var bytes: Int64
}

struct Upload {
  /// Bytes of a piece: a multiple of 256 KiB, as Drive asks.
  private static let pieceBytes: Int64 = 8 << 20

  let client: DriveClient
  let path: String
  /// Below the target folder.
  let name: String
  let mediaType: String
  let parent: String
  let row: Int

  func run() throws -> StagedFile {
    let file = try UploadedFile(path, row: row)
    let sum = try file.md5()
    for _ in 0..<3 {
      let session = try start(file)
      guard let made = try send(file, session) else { continue }
      try file.requireUnchanged()
      if made.md5 == nil || made.md5 == sum { return StagedFile(id: made.id, name: name, bytes: file.length) }
      client.run.log(.warning, "'\(name)' did not arrive as it was sent: uploading it again")
      try client.remove(made.id, "remove a broken upload of '\(name)'")
    }
    throw PluginError(
      .io, "could not upload '\(name)': it did not arrive whole in three tries", retryable: true,
      details: [
        "file": .string(path), "next": "Run it again; if it stays so, look at what stands between here and Google.",
      ])
  }

  /// Opens an upload session and answers its address.
  private func start(_ file: UploadedFile) throws -> String {
    let last = name.split(separator: "/").last.map(String.init) ?? name
    let body: JSONValue = [
      "name": .string(last), "parents": [.string(parent)],
      "appProperties": [StagingFolder.runKey: .string(StagingFolder.short(client.run.meta.run))],
    ]
    let url = client.url(
      "/upload/drive/v3/files",
      [("uploadType", "resumable"), ("supportsAllDrives", "true"), ("fields", DriveFile.fields)])
    let response = try client.send("upload '\(name)'") {
      var request = HTTPRequest("POST", url, json: body)
      request.headers["X-Upload-Content-Type"] = mediaType
      request.headers["X-Upload-Content-Length"] = String(file.length)
      return request
    }
    guard response.isSuccess else { throw problem(response) }
    guard let session = response.headers["Location"], client.endpoints.trusts(session) else {
      throw PluginError(
        .io, "could not upload '\(name)': Drive named no address of its own for the upload", retryable: true,
        details: ["file": .string(path)])
    }
    return session
  }

  /// nil where the session is no longer known: it has to be begun again.
  private func send(_ file: UploadedFile, _ session: String) throws -> DriveFile? {
    var offset: Int64 = 0
    var told: Int64 = 0
    var attempt = 1
    var asksOnly = false
    while true {
      let answer: HTTPResponse
      do {
        answer = try put(file, session, from: asksOnly ? nil : offset)
      } catch let error as PluginError where error.retryable && attempt < client.attempts {
        try client.pause(attempt: attempt)
        (attempt, asksOnly) = (attempt + 1, true)
        continue
      }
      if answer.isSuccess {
        client.pulse.add(file.length - told)
        return try client.read(answer.json(), "upload '\(name)'")
      }
      if answer.status == 308 {
        let next = Self.received(answer.headers["Range"])
        guard next <= file.length else { throw problem(answer) }
        if next > offset || asksOnly { attempt = next > offset ? 1 : attempt }
        if next <= offset, !asksOnly {
          attempt += 1
          guard attempt <= client.attempts else { throw problem(answer) }
        }
        client.pulse.add(next - told)
        (offset, told, asksOnly) = (next, next, false)
      } else if answer.status == 404 || answer.status == 410 {
        client.pulse.add(-told)
        return nil
      } else if DriveProblem(answer).isPassing || (!asksOnly && Self.isOutOfStep(answer)), attempt < client.attempts {
        try client.pause(attempt: attempt)
        (attempt, asksOnly) = (attempt + 1, true)
      } else {
        throw problem(answer)
      }
    }
  }

  /// A piece from an offset on; with no offset it asks how much has come.
  private func put(_ file: UploadedFile, _ session: String, from offset: Int64?) throws -> HTTPResponse {
    let length = offset.map { min(Self.pieceBytes, file.length - $0) } ?? 0
    return try client.send("upload '\(name)'", isRepeatable: false) {
      var request = HTTPRequest("PUT", session)
      request.headers["Content-Type"] = mediaType
      if let offset, length > 0 {
        request.headers["Content-Range"] = "bytes \(offset)-\(offset + length - 1)/\(file.length)"
        request.body = .file(descriptor: file.descriptor, offset: offset, length: length)
      } else {
        if offset == nil || file.length > 0 { request.headers["Content-Range"] = "bytes */\(file.length)" }
        request.body = .bytes([])
      }
      return request
    }
  }

  /// libcurl sends a piece again by itself when a kept connection ends under it: Drive may have a part of it by then.
  private static func isOutOfStep(_ answer: HTTPResponse) -> Bool { [400, 409, 412, 416].contains(answer.status) }

  /// "bytes=0-524287" means 524,288 bytes have come; no header means none.
  private static func received(_ range: String?) -> Int64 {
    guard let range, let dash = range.lastIndex(of: "-"), let last = Int64(range[range.index(after: dash)...]) else {
      return 0
    }
    return last + 1
  }

  private func problem(_ response: HTTPResponse) -> PluginError {
    DriveProblem(response).error("upload '\(name)'", file: path, host: response.host)
  }
}

/// The file that is read.
private final class UploadedFile {
  let descriptor: Int32
  let length: Int64
  private let path: String
  private let row: Int
  private let before: stat

  init(_ path: String, row: Int) throws {
    self.path = path
    self.row = row
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw PluginError.data("cannot open \(path): \(String(cString: strerror(errno)))", file: path, row: row)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw PluginError.data("\(path) is not a plain file", file: path, row: row)
    }
    before = status
    length = Int64(status.st_size)
  }

  deinit { close(descriptor) }

  func md5() throws -> String {
    var sum = Insecure.MD5()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var offset: off_t = 0
    while true {
      let count = pread(descriptor, &buffer, buffer.count, offset)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw PluginError(.io, "cannot read \(path): \(String(cString: strerror(errno)))") }
      if count == 0 { break }
      buffer.withUnsafeBytes { sum.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      offset += off_t(count)
    }
    return sum.finalize().hexadecimal
  }

  func requireUnchanged() throws {
    var now = stat()
    guard fstat(descriptor, &now) == 0, now.st_size == before.st_size, now.st_mtim.tv_sec == before.st_mtim.tv_sec,
      now.st_mtim.tv_nsec == before.st_mtim.tv_nsec
    else { throw PluginError.data("\(path) was changed while it was uploaded", file: path, row: row) }
  }
}

extension Insecure.MD5Digest {
  var hexadecimal: String {
    map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
