// One request under way: what libcurl's callbacks read and fill. All of them run on the thread that sends.
internal import Glibc
internal import JSONValue
internal import PluginKit

final class Exchange {
  /// Bytes kept of the body of an answer that is not good.
  private static let problemBytes = 64 << 10

  let request: HTTPRequest
  let limits: HTTPLimits
  private(set) var response = HTTPResponse()
  private(set) var sent: Int64 = 0
  /// CLOCK_MONOTONIC of the last byte in either direction.
  private(set) var lastByte = monotonicSeconds()
  /// What a callback failed with: libcurl itself only knows that it did.
  private(set) var failure: (any Error)?
  /// Enough of a bad answer has come: the rest is not worth waiting for.
  private(set) var hasEnough = false
  var hidesRedirects = false
  private let receiver: HTTPReceiver
  private var headerBytes = 0
  private var sentOfBody: Int64 = 0
  private var headIsWhole = false
  private var headIsTold = false

  init(_ request: HTTPRequest, _ receiver: HTTPReceiver, limits: HTTPLimits, host: String) {
    self.request = request
    self.receiver = receiver
    self.limits = limits
    response.host = host
  }

  // MARK: headers

  /// False ends the transfer.
  func header(_ line: UnsafeRawBufferPointer) -> Bool {
    lastByte = monotonicSeconds()
    headerBytes += line.count
    guard headerBytes <= limits.headers else {
      return fail(PluginError(.io, "\(response.host) sent more than \(limits.headers) bytes of headers"))
    }
    var bytes = line[...]
    while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
    let text = String(decoding: bytes, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      // The head of an interim answer (1xx) is followed by the one that counts.
      response.headers = HTTPHeaders()
      headIsWhole = false
      response.status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    } else if text.isEmpty {
      headIsWhole = true
    } else if let colon = text.utf8.firstIndex(of: 0x3A) {
      let value = text[text.utf8.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      response.headers.add(String(text[..<colon]), String(value.trimmedAtEnd))
    }
    return true
  }

  private var isHiddenRedirect: Bool {
    hidesRedirects && (300..<400).contains(response.status) && response.headers["Location"] != nil
  }

  private func tellHead() throws {
    guard !headIsTold, !isHiddenRedirect else { return }
    headIsTold = true
    try request.onHead?(response)
  }

  // MARK: body of the answer

  /// Answers how much was taken; another number than was given ends the transfer.
  func body(_ bytes: UnsafeRawBufferPointer) -> Int {
    do {
      try tellHead()
      try take(bytes)
    } catch {
      failure = error
      return 0
    }
    lastByte = monotonicSeconds()
    return hasEnough ? 0 : bytes.count
  }

  private func take(_ bytes: UnsafeRawBufferPointer) throws {
    guard response.isSuccess else {
      response.body += bytes.prefix(Self.problemBytes - response.body.count)
      response.received += Int64(bytes.count)
      hasEnough = response.body.count == Self.problemBytes
      return
    }
    switch receiver {
    case .memory(let limit):
      guard response.body.count + bytes.count <= limit else { throw tooLarge(Int64(limit)) }
      response.body += bytes
    case .file(let descriptor, let offset, let limit):
      guard response.received + Int64(bytes.count) <= limit else { throw tooLarge(limit) }
      try write(bytes, to: descriptor, at: offset + response.received)
    case .chunks(let call):
      try call(bytes)
    }
    response.received += Int64(bytes.count)
  }

  private func tooLarge(_ limit: Int64) -> PluginError {
    PluginError(.io, "\(response.host) sent more than the \(limit) bytes that were expected", details: response.details)
  }

  private func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int64) throws {
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset) + done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let code = errno
        throw PluginError(
          code == ENOSPC || code == EDQUOT ? .resource : .io,
          "what \(response.host) sent could not be written to disk: \(String(cString: strerror(code)))")
      }
      done += count
    }
  }

  // MARK: body of the request

  /// Bytes given, 0 at the end, nil to end the transfer.
  func supply(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
    do {
      let count = try next(buffer)
      lastByte = monotonicSeconds()
      sentOfBody += Int64(count)
      sent += Int64(count)
      return count
    } catch {
      failure = error
      return nil
    }
  }

  private func next(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    switch request.body {
    case .none: return 0
    case .bytes(let bytes):
      let count = min(buffer.count, bytes.count - Int(sentOfBody))
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: .init(rebasing: $0[Int(sentOfBody)..<(Int(sentOfBody) + count)]))
      }
      return count
    case .file(let descriptor, let offset, let length):
      let wanted = min(buffer.count, Int(length - sentOfBody))
      guard wanted > 0 else { return 0 }
      while true {
        let count = pread(descriptor, buffer.baseAddress, wanted, off_t(offset + sentOfBody))
        if count < 0, errno == EINTR { continue }
        if count > 0 { return count }
        let why = count == 0 ? "it became shorter" : String(cString: strerror(errno))
        throw PluginError(.io, "the file that is sent to \(response.host) could not be read: \(why)")
      }
    case .pull(_, let call):
      return try call(buffer)
    }
  }

  /// libcurl sends a body again when a kept connection turns out to be closed.
  func rewind(to offset: Int64) -> Bool {
    if case .pull = request.body { return offset == 0 && sentOfBody == 0 }
    sentOfBody = offset
    return true
  }

  // MARK: end

  private func fail(_ error: PluginError) -> Bool {
    failure = error
    return false
  }

  func finish() throws -> HTTPResponse {
    // libcurl takes a connection that closes among the headers for the end of the answer.
    guard headIsWhole else {
      throw PluginError(
        .io, "\(response.host), reading its answer: it closed the connection among the headers", retryable: true,
        details: ["host": .string(response.host), "phase": "reading its answer"])
    }
    try tellHead()
    return response
  }
}

extension Substring {
  fileprivate var trimmedAtEnd: Substring {
    var text = self
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
