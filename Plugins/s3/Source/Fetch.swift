// Fetches one range of one object into its file, and goes on where a connection was cut.
import FileNames
import Glibc
import HTTPTransfer
import JSONValue
import PluginKit

struct Fetch {
  let client: S3Client
  let bucket: String
  let run: Run
  let isStopped: () -> Bool
  let onBytes: (Int) -> Void

  /// Throws `PluginError`. Nothing else than the whole range counts as done.
  func fetch(_ part: DownloadPart) throws {
    let descriptor = part.download.descriptor
    var position = part.range.lowerBound
    while position < part.range.upperBound {
      let before = position
      do {
        try ask(part, from: &position, descriptor)
      } catch let error as PluginError where error.retryable && error.status != .state && position > before {
        // It came further than before: that is worth another round of tries.
        run.log(.info, "'\(part.download.object.key)' goes on at byte \(position): \(error.message)")
        continue
      }
      guard position > before else { throw changed(part, "sent nothing of the range that was asked for") }
    }
  }

  private func ask(_ part: DownloadPart, from position: inout Int64, _ descriptor: Int32) throws {
    let object = part.download.object
    var call = S3Call(bucket: bucket, key: object.key, doing: "fetch 's3://\(bucket)/\(object.key)'")
    call.shouldStop = isStopped
    if !object.etag.isEmpty { call.headers["If-Match"] = "\"\(object.etag)\"" }
    var at = position
    defer { position = at }
    let isWhole = part.range == 0..<object.size
    call.onHead = { response in
      guard response.isSuccess else { return }
      at = try start(of: response, part, asked: at, isWhole: isWhole)
    }
    _ = try client.answer(
      call, run,
      into: .chunks { bytes in
        guard at + Int64(bytes.count) <= part.range.upperBound else {
          throw changed(part, "sent more than was asked for")
        }
        try write(bytes, at, descriptor, part.download.path)
        at += Int64(bytes.count)
        onBytes(bytes.count)
      },
      adjust: { _, call in
        if !isWhole || at > 0 { call.headers["Range"] = "bytes=\(at)-\(part.range.upperBound - 1)" }
      })
  }

  /// Where in the object the body begins.
  private func start(of response: HTTPResponse, _ part: DownloadPart, asked: Int64, isWhole: Bool) throws -> Int64 {
    if response.status == 206 {
      // bytes 0-99/1234
      let words = (response.headers["Content-Range"] ?? "").split(whereSeparator: { " -/".contains($0) })
      guard words.count == 4, words[0] == "bytes", Int64(words[1]) == asked else {
        throw changed(part, "sent another range than was asked for")
      }
      if let total = Int64(words[3]), total != part.download.object.size {
        throw changed(part, "has another size by now")
      }
      return asked
    }
    guard isWhole else {
      throw PluginError(
        .unsupported, "\(response.host) sends whole objects only. Set range_size to 0", details: ["path": "/range_size"]
      )
    }
    return 0
  }

  private func changed(_ part: DownloadPart, _ why: String) -> PluginError {
    let place = "s3://\(bucket)/\(part.download.object.key)"
    return PluginError(
      .io, "\(place) changed while it was fetched, or the store is wrong about it: it \(why). Run again",
      details: ["file": .string(place)])
  }

  private func write(_ bytes: UnsafeRawBufferPointer, _ offset: Int64, _ descriptor: Int32, _ path: String) throws {
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset) + done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw DownloadFolder.problem("write", path) }
      done += count
    }
  }
}
