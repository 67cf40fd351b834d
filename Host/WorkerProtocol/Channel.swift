// Framed JSON messages over a stream socket: four bytes of length, little endian, then the message.
import Glibc

import FoundationEssentials
import Synchronization

/// Sends whole messages from any thread. Owns nothing: the descriptor belongs to the caller.
package final class MessageWriter: Sendable {
  private let descriptor: Int32
  private let lock = Mutex(())

  package init(descriptor: Int32) { self.descriptor = descriptor }

  package enum Delivery: Sendable {
    case sent
    /// The message is longer than a frame may be; the other side has seen nothing of it.
    case tooLong
    case gone
  }

  @discardableResult
  package func send(_ message: some Encodable) -> Delivery {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let body = try? encoder.encode(message), body.count <= FrameReader.frameBytesMax else { return .tooLong }
    var frame = [UInt8]()
    frame.reserveCapacity(body.count + 4)
    withUnsafeBytes(of: UInt32(body.count).littleEndian) { frame.append(contentsOf: $0) }
    frame.append(contentsOf: body)
    return lock.withLock { _ in writeAll(frame) } ? .sent : .gone
  }

  private func writeAll(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let n = Glibc.send(
          descriptor, buffer.baseAddress! + offset, buffer.count - offset, Int32(MSG_NOSIGNAL))
        if n < 0, errno == EINTR { continue }
        if n <= 0 { return false }
        offset += n
      }
      return true
    }
  }
}

/// Cuts received bytes into messages. A frame longer than the limit, or one that does not decode, is an error: the other
/// side may be a plugin's work.
package struct FrameReader {
  package static let frameBytesMax = 64 << 20

  package enum Failure: Error { case frameTooLong(Int), malformed(String) }

  private var buffer: [UInt8] = []
  private var start = 0
  private let limit: Int

  package init(limit: Int = FrameReader.frameBytesMax) { self.limit = limit }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if start > 0, start == buffer.count {
      buffer.removeAll(keepingCapacity: true)
      start = 0
    } else if start > 1 << 20 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole message, or nil until more bytes come.
  package mutating func next<T: Decodable>(_ type: T.Type) throws -> T? {
    guard buffer.count - start >= 4 else { return nil }
    let length = (0..<4).reduce(0) { $0 | Int(buffer[start + $1]) << (8 * $1) }
    guard length <= limit else { throw Failure.frameTooLong(length) }
    guard buffer.count - start >= 4 + length else { return nil }
    let body = Data(buffer[(start + 4)..<(start + 4 + length)])
    start += 4 + length
    do {
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
      return try decoder.decode(type, from: body)
    } catch {
      throw Failure.malformed("\(error)")
    }
  }
}

/// Reads messages from a descriptor, blocking; for a worker's own thread.
package struct MessageReader {
  private let descriptor: Int32
  private var frames = FrameReader()
  private var chunk = [UInt8](repeating: 0, count: 64 << 10)

  package init(descriptor: Int32) { self.descriptor = descriptor }

  /// nil when the other side has closed.
  package mutating func next<T: Decodable>(_ type: T.Type) throws -> T? {
    while true {
      if let message = try frames.next(type) { return message }
      let n = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      if n < 0, errno == EINTR { continue }
      if n <= 0 { return nil }
      chunk.withUnsafeBytes { frames.append(UnsafeRawBufferPointer(rebasing: $0[0..<n])) }
    }
  }
}
