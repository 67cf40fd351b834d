// Server-sent events by the WHATWG's rules, in whatever pieces they come.
import PluginKit
import Testing

@testable import HTTPTransfer

@Suite struct EventStreamTests {
  private func events(_ text: String, piece: Int = .max) throws -> [ServerSentEvent] {
    var parser = EventStreamParser()
    var events: [ServerSentEvent] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let part = rest.prefix(piece)
      rest = rest.dropFirst(part.count)
      try parser.feed(part) { events.append($0) }
    }
    return events
  }

  @Test(arguments: [1, 2, 3, 7, Int.max]) func `lines end with any of three, and pieces do not matter`(_ piece: Int)
    throws
  {
    let text = "\u{FEFF}data: é\r\ndata:b\r\n\r\n: a comment\rdata:  c\r\revent: x\nid: 7\ndata\n\ndata: lost"
    #expect(
      try events(text, piece: piece) == [
        .init(type: "message", data: "é\nb", id: ""), .init(type: "message", data: " c", id: ""),
        .init(type: "x", data: "", id: "7"),
      ])
  }

  @Test func `an event without data is none, and its name is not kept for the next`() throws {
    #expect(try events("event: a\n\ndata: 1\n\n") == [.init(type: "message", data: "1", id: "")])
  }

  @Test func `the last id stays, one with a NUL is ignored, and unknown fields too`() throws {
    let found = try events("id: 1\ndata: a\n\nid: \0\nwhat: ever\ndata: b\n\nid\ndata: c\n\n")
    #expect(found.map(\.id) == ["1", "1", ""])
  }

  @Test func `retry takes digits only`() throws {
    var parser = EventStreamParser()
    try parser.feed("retry: 250\nretry: 1x\nretry:\n\n".utf8) { _ in }
    #expect(parser.retry == 250)
  }

  @Test func `a line or an event without end is an error, not memory`() {
    var parser = EventStreamParser(limit: 100)
    #expect(throws: PluginError.self) { try parser.feed([UInt8](repeating: 0x61, count: 101)) { _ in } }
    var second = EventStreamParser(limit: 100)
    let lines = String(repeating: "data: 0123456789\n", count: 10)
    #expect(throws: PluginError.self) { try second.feed(lines.utf8) { _ in } }
  }
}
