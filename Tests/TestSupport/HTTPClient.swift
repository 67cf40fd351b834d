// The few parts of HTTP/1.1 that tests speak: one request a connection, answers with a length, in chunks, or without end.
import Foundation
import Glibc
package import JSONValue

package struct HTTPAnswer: Sendable {
  package var status = 0
  package var headers: [(name: String, value: String)] = []
  package var body: [UInt8] = []

  package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
  package var text: String { String(decoding: body, as: UTF8.self) }
  package var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
  /// The code of the problem that it holds.
  package var code: String? { json["code"]?.string }
}

/// One connection: closed with its value. Not for several threads.
package final class HTTPConnection {
  private let descriptor: Int32
  private let port: Int
  private var unread: [UInt8] = []
  private var isChunked = false
  package private(set) var answer = HTTPAnswer()

  package init(port: Int, within seconds: Int = 60) throws {
    self.port = port
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = in_addr_t(UInt32(0x7f00_0001).bigEndian)
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw Broken(what: "connect to port \(port): \(String(cString: strerror(errno)))") }
  }

  deinit { close(descriptor) }

  package struct Broken: Error, CustomStringConvertible {
    package let what: String
    package var description: String { "HTTP: \(what)" }
  }

  package func send(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Broken(what: "send: \(String(cString: strerror(errno)))") }
      done += count
    }
  }

  /// `length` announces more than the body holds where the rest is sent later, or never.
  package func request(
    _ method: String, _ path: String, headers: [(String, String)], body: [UInt8], length: Int? = nil
  ) throws {
    var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if method != "GET" { head += "Content-Length: \(length ?? body.count)\r\n" }
    try send(Array("\(head)\r\n".utf8) + body)
  }

  // MARK: answer

  /// Status and headers.
  @discardableResult
  package func readHead() throws -> HTTPAnswer {
    guard let first = try line() else { throw Broken(what: "closed before an answer") }
    answer.status = Int(first.split(separator: " ").dropFirst().first ?? "") ?? 0
    while let next = try line(), !next.isEmpty {
      let parts = next.split(separator: ":", maxSplits: 1)
      answer.headers.append((String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""))
    }
    isChunked = answer.header("Transfer-Encoding")?.lowercased() == "chunked"
    return answer
  }

  /// The whole answer.
  package func readAll() throws -> HTTPAnswer {
    try readHead()
    return try readRest()
  }

  /// The body, once the head was read.
  package func readRest() throws -> HTTPAnswer {
    if isChunked {
      while let chunk = try chunk() { answer.body += chunk }
    } else if let length = answer.header("Content-Length").flatMap({ Int($0) }) {
      while unread.count < length { guard try more() else { throw Broken(what: "cut in its body") } }
      answer.body = Array(unread.prefix(length))
    }
    return answer
  }

  /// The next chunk of a body without end; nil at its end.
  package func chunk() throws -> [UInt8]? {
    guard let head = try line() else { return nil }
    guard let size = Int(head, radix: 16) else { throw Broken(what: "no chunk: \(head.prefix(40))") }
    while unread.count < size + 2 { guard try more() else { return nil } }
    let bytes = Array(unread.prefix(size))
    unread.removeFirst(size + 2)
    return size == 0 ? nil : bytes
  }

  private func line() throws -> String? {
    while true {
      if let end = unread.firstIndex(of: 10) {
        var bytes = Array(unread[..<end])
        unread.removeFirst(end + 1)
        if bytes.last == 13 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
      }
      guard try more() else { return nil }
    }
  }

  private func more() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count < 0, errno == EINTR { return try more() }
    if count < 0, errno == EAGAIN { throw Broken(what: "no answer in time") }
    guard count > 0 else { return false }
    unread += buffer[0..<count]
    return true
  }
}
