// Server-sent events, by the WHATWG's rules (HTML standard, 9.2.6).
package import PluginKit

package struct ServerSentEvent: Sendable, Hashable {
  /// "message" where the stream names none.
  package var type: String
  package var data: String
  /// The last id the stream gave, of this event or of one before.
  package var id: String
}

package struct EventStreamParser {
  /// Bytes of one event, and of one line.
  package let limit: Int
  /// Milliseconds that the server asks to wait before connecting again.
  package private(set) var retry: Int?
  private var line: [UInt8] = []
  private var isFirstLine = true
  private var afterReturn = false
  private var type: [UInt8] = []
  private var data: [UInt8] = []
  private var id = ""

  package init(limit: Int = 8 << 20) { self.limit = limit }

  /// Calls `event` for each event that these bytes complete. What is unfinished at the end of the stream is dropped, as
  /// the standard asks. Throws `PluginError` past the limit.
  package mutating func feed(
    _ bytes: some Sequence<UInt8>, _ event: (ServerSentEvent) throws -> Void
  ) throws {
    for byte in bytes {
      if byte == 0x0A, afterReturn {
        afterReturn = false
        continue
      }
      afterReturn = byte == 0x0D
      if byte == 0x0A || byte == 0x0D {
        try endLine(event)
      } else {
        line.append(byte)
        if line.count > limit { throw tooLarge }
      }
    }
  }

  private mutating func endLine(_ event: (ServerSentEvent) throws -> Void) throws {
    defer { line.removeAll(keepingCapacity: true) }
    if isFirstLine {
      isFirstLine = false
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    }
    if line.isEmpty { return try dispatch(event) }
    guard let colon = line.firstIndex(of: 0x3A) else { return try field(line[...], []) }
    if colon == 0 { return }  // a comment
    var value = line[(colon + 1)...]
    if value.first == 0x20 { value.removeFirst() }
    try field(line[..<colon], value)
  }

  private mutating func field(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) throws {
    if name.elementsEqual("data".utf8) {
      data += value
      data.append(0x0A)
      if data.count > limit { throw tooLarge }
    } else if name.elementsEqual("event".utf8) {
      type = Array(value)
    } else if name.elementsEqual("id".utf8) {
      if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
    } else if name.elementsEqual("retry".utf8) {
      if !value.isEmpty, value.allSatisfy({ (0x30...0x39).contains($0) }) {
        retry = Int(String(decoding: value, as: UTF8.self)) ?? retry
      }
    }
  }

  private mutating func dispatch(_ event: (ServerSentEvent) throws -> Void) throws {
    defer {
      type.removeAll(keepingCapacity: true)
      data.removeAll(keepingCapacity: true)
    }
    guard data.popLast() != nil else { return }
    let name = type.isEmpty ? "message" : String(decoding: type, as: UTF8.self)
    try event(ServerSentEvent(type: name, data: String(decoding: data, as: UTF8.self), id: id))
  }

  private var tooLarge: PluginError {
    PluginError(.io, "the server sent an event of more than \(limit) bytes")
  }
}

extension HTTPClient {
  /// Sends the request and hands out the events of a good answer as they come.
  package func events(
    _ request: HTTPRequest, _ run: Run?, limit: Int = 8 << 20, _ event: @escaping (ServerSentEvent) throws -> Void
  ) throws -> HTTPResponse {
    var parser = EventStreamParser(limit: limit)
    return try send(request, run, into: .chunks { try parser.feed($0, event) })
  }
}
