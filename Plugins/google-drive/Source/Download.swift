// One file from Drive onto the disk: resumed after a cut, compared with its checksum.
import Crypto
import FoundationEssentials
import Glibc
import HTTPTransfer
import JSONValue
import PluginKit

struct DownloadedFile: Sendable {
  /// As Drive described it when these bytes were read.
  var item: DriveItem
  var path: String
  var bytes: Int64
}

struct Download {
  let client: DriveClient
  let item: DriveItem
  let path: String

  func run() throws -> DownloadedFile {
    var item = item
    let file = try LocalFile(path, client.pulse)
    // A file that somebody changes while it is read is read again; one that never matches its checksum is an error.
    for _ in 0..<3 {
      try file.restart()
      try transfer(item, into: file)
      if try isWhole(item, file) { return DownloadedFile(item: item, path: path, bytes: file.length) }
      let now = try client.file(item.file.id, "look at '\(item.relative)' again")
      if now.etag == item.file.etag {
        client.run.log(.warning, "'\(item.relative)' did not match its checksum: read again")
      }
      let name = item.file.name
      item.file = now
      item.file.name = name
    }
    throw PluginError(
      .data, "the bytes of '\(item.relative)' did not match the checksum that Drive gives, three times in a row",
      details: [
        "file": .string(item.relative),
        "next":
          "Run it again when nobody changes the file; if it stays so, look at what stands between here and Google.",
      ])
  }

  private func isWhole(_ item: DriveItem, _ file: LocalFile) throws -> Bool {
    if item.format != nil { return true }
    if let size = item.file.size, size != file.length { return false }
    return item.file.md5.map { $0 == file.md5Text } ?? true
  }

  private func transfer(_ item: DriveItem, into file: LocalFile) throws {
    let doing = item.format == nil ? "download '\(item.relative)'" : "export '\(item.relative)'"
    // Each try that brought something on earns a new round of them.
    while true {
      let before = file.length
      do {
        let response = try client.send(doing, into: .chunks { try file.append($0) }) { try request(item, file) }
        if response.status == 416 { return try file.restart() }
        guard response.isSuccess else {
          throw DriveProblem(response).error(doing, file: item.relative, host: response.host)
        }
        return
      } catch let error as PluginError where error.retryable && item.format == nil && file.length > before {
        continue
      }
    }
  }

  private func request(_ item: DriveItem, _ file: LocalFile) throws -> HTTPRequest {
    let id = PercentEncoding.encode(item.file.id)
    if let format = item.format {
      try file.restart()
      return HTTPRequest("GET", client.url("/drive/v3/files/\(id)/export", [("mimeType", format.mimeType)]))
    }
    var request = HTTPRequest(
      "GET", client.url("/drive/v3/files/\(id)", [("alt", "media"), ("supportsAllDrives", "true")]))
    if file.length > 0 { request.headers["Range"] = "bytes=\(file.length)-" }
    request.onHead = { response in
      guard response.isSuccess, file.length > 0 else { return }
      let begins = response.headers["Content-Range"].map { $0.hasPrefix("bytes \(file.length)-") } ?? false
      if response.status != 206 || !begins { try file.restart() }
    }
    return request
  }
}

/// The file that is being written, with the checksum of what is in it. One thread at a time.
private final class LocalFile {
  private let descriptor: Int32
  private let path: String
  private let pulse: Pulse
  private var md5 = Insecure.MD5()
  private(set) var length: Int64 = 0

  init(_ path: String, _ pulse: Pulse) throws {
    self.path = path
    self.pulse = pulse
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Self.failure("make", path) }
  }

  deinit { close(descriptor) }

  var md5Text: String { md5.finalize().hexadecimal }

  func restart() throws {
    guard ftruncate(descriptor, 0) == 0 else { throw Self.failure("empty", path) }
    pulse.add(-length)
    length = 0
    md5 = Insecure.MD5()
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while let address = rest.baseAddress, rest.count > 0 {
      let count = pwrite(descriptor, address, rest.count, off_t(length))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Self.failure("write", path) }
      md5.update(bufferPointer: UnsafeRawBufferPointer(start: address, count: count))
      length += Int64(count)
      pulse.add(Int64(count))
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  private static func failure(_ what: String, _ path: String) -> PluginError {
    let code = errno
    let words = strerror(code).map { String(cString: $0) } ?? "error \(code)"
    let isFull = code == ENOSPC || code == EDQUOT
    return PluginError(
      isFull ? .resource : .io, "cannot \(what) the file \(path): \(words)",
      details: [
        "file": .string(path), "vendor_code": .int(Int64(code)),
        "next": .string(
          isFull ? "Free space where the store of the host lies." : "Look at the disk of the host's store."),
      ])
  }
}
