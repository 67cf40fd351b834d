// The web UI's files, read from their folder once and kept: pages are one file, the rest is named by its content.
import Crypto
import Foundation
import Model
import Synchronization

final class StaticFiles: Sendable {
  private struct File: Sendable {
    var bytes: [UInt8]
    var packed: [UInt8]?
    var type: String
    var etag: String
  }

  /// One file of the UI is smaller than this; anything larger is none of ours.
  private static let bytesMax = 8 << 20
  private static let types = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
    "woff2": "font/woff2", "svg": "image/svg+xml", "json": "application/json", "map": "application/json",
    "txt": "text/plain; charset=utf-8", "png": "image/png", "ico": "image/x-icon",
    "md": "text/markdown; charset=utf-8",
  ]

  private let folder: String
  private let kept = Mutex<[String: File]>([:])

  init(folder: String) { self.folder = folder }

  /// A path without a dot in its last part is a page of the UI: every page is index.html.
  func answer(_ path: String, acceptsGzip: Bool, etag: String?) -> Answer {
    let last = path.split(separator: "/").last ?? ""
    let isAsset = path.hasPrefix("/assets/") || (last.contains(".") && !path.hasPrefix("/datasets/"))
    guard let file = file(isAsset ? String(path.dropFirst()) : "index.html") else {
      return ProblemAnswer.answer(
        Problem(.nothingHere, isAsset ? "there is no file \(path)" : "the web UI is not installed in \(folder)"))
    }
    var headers = [
      ("ETag", file.etag), ("Content-Security-Policy", SecurityHeaders.page),
      ("Cache-Control", path.hasPrefix("/assets/") ? "public, max-age=31536000, immutable" : "no-cache"),
      ("Vary", "Accept-Encoding"),
    ]
    if etag == file.etag { return Answer(status: 304, headers: headers) }
    guard acceptsGzip, let packed = file.packed else {
      return Answer(content: .bytes(file.bytes, type: file.type), headers: headers)
    }
    headers.append(("Content-Encoding", "gzip"))
    return Answer(content: .bytes(packed, type: file.type), headers: headers)
  }

  private func file(_ name: String) -> File? {
    guard !name.contains(".."), !name.contains("\0"), !name.hasPrefix("/") else { return nil }
    if let file = kept.withLock({ $0[name] }) { return file }
    let path = "\(folder)/\(name)"
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)), bytes.count <= Self.bytesMax else {
      return nil
    }
    let packed = (try? Data(contentsOf: URL(fileURLWithPath: path + ".gz"))).map { Array($0) }
    let digest = SHA256.hash(data: bytes).prefix(12).map { String($0, radix: 16) }.joined()
    let type = Self.types[name.split(separator: ".").last.map(String.init) ?? ""] ?? "application/octet-stream"
    let file = File(bytes: Array(bytes), packed: packed, type: type, etag: "\"\(digest)\"")
    kept.withLock { $0[name] = file }
    return file
  }
}
