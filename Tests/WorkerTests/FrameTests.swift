// Messages on the wire: cut anywhere, too long, or not messages at all.
import CWorker
import Glibc
import JSONValue
import Model
import Testing

@testable import WorkerProtocol

/// The bytes of messages as a writer sends them.
func frames(_ messages: [some Encodable]) -> [UInt8] {
  var sockets: [Int32] = [-1, -1]
  precondition(ote_socketpair(&sockets) == 0)
  defer { sockets.forEach { close($0) } }
  let writer = MessageWriter(descriptor: sockets[0])
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 18)
  for message in messages {
    precondition(writer.send(message) == .sent)
    let count = recv(sockets[1], &chunk, chunk.count, 0)
    bytes += chunk[0..<count]
  }
  return bytes
}

func logLine(_ text: String) -> WorkerMessage {
  .log(LogLine(at: TimeStamp.now(), level: .info, node: "n", from: "plugin", text: text))
}

extension FrameReader {
  mutating func append(_ bytes: some Sequence<UInt8>) {
    Array(bytes).withUnsafeBytes { self.append($0) }
  }
}

struct FrameTests {
  private func texts(_ reader: inout FrameReader) throws -> [String] {
    var texts: [String] = []
    while let message = try reader.next(WorkerMessage.self) {
      if case .log(let line) = message { texts.append(line.text) }
    }
    return texts
  }

  @Test func `messages arrive whole wherever the bytes are cut`() throws {
    let bytes = frames(["one", "", "drei ü"].map(logLine))
    for cut in 0...bytes.count {
      var reader = FrameReader()
      reader.append(bytes[..<cut])
      var seen = try texts(&reader)
      reader.append(bytes[cut...])
      seen += try texts(&reader)
      #expect(seen == ["one", "", "drei ü"], "cut at \(cut)")
    }
  }

  @Test func `messages arrive whole byte by byte`() throws {
    var reader = FrameReader()
    var seen: [String] = []
    for byte in frames(["one", "two"].map(logLine)) {
      reader.append([byte])
      seen += try texts(&reader)
    }
    #expect(seen == ["one", "two"])
  }

  @Test func `a frame longer than the limit is refused before its bytes are there`() throws {
    var reader = FrameReader(limit: 16)
    reader.append([17, 0, 0, 0])
    #expect(throws: FrameReader.Failure.self) { try reader.next(WorkerMessage.self) }
    var huge = FrameReader()
    huge.append([0xff, 0xff, 0xff, 0xff])
    #expect(throws: FrameReader.Failure.self) { try huge.next(WorkerMessage.self) }
  }

  @Test(arguments: ["", "{", "[]", "{\"nobody\":{}}", "{\"log\":{\"_0\":{}}}", "\u{0}\u{1}"])
  func `a frame that is no message is refused`(body: String) throws {
    var reader = FrameReader()
    reader.append([UInt8(body.utf8.count), 0, 0, 0] + body.utf8)
    #expect(throws: FrameReader.Failure.self) { try reader.next(WorkerMessage.self) }
  }

  @Test func `numbers that JSON does not know survive the wire`() throws {
    var report = NodeReport(name: "n", use: "p/c", pluginDigest: "")
    report.metrics = ["inf": .infinity, "nan": .nan]
    var reader = FrameReader()
    reader.append(frames([WorkerMessage.progress([report])]))
    guard case .progress(let nodes)? = try reader.next(WorkerMessage.self) else {
      Issue.record("no progress came")
      return
    }
    #expect(nodes[0].metrics?["inf"] == .infinity)
    #expect(nodes[0].metrics?["nan"]?.isNaN == true)
  }

  @Test func `a hundred thousand small messages do not slow the reader down`() throws {
    let one = frames([logLine("x")])
    var reader = FrameReader()
    var count = 0
    // Cut so that a message always straddles the chunks: the buffer is never empty.
    let stream = Array(repeating: one, count: 1000).flatMap { $0 }
    reader.append(stream[..<7])
    for _ in 0..<100 {
      reader.append(stream[7...])
      reader.append(stream[..<7])
      while try reader.next(WorkerMessage.self) != nil { count += 1 }
    }
    #expect(count == 100_000)
  }

  @Test func `a message that is longer than a frame is not sent at all`() throws {
    var sockets: [Int32] = [-1, -1]
    #expect(ote_socketpair(&sockets) == 0)
    let writer = MessageWriter(descriptor: sockets[0])
    let text = String(repeating: "x", count: FrameReader.frameBytesMax)
    #expect(writer.send(logLine(text)) == .tooLong)
    #expect(writer.send(logLine("short")) == .sent)
    close(sockets[1])
    #expect(writer.send(logLine("nobody reads")) == .gone)
    close(sockets[0])
  }

  @Test func `a large message goes through a small socket in parts`() throws {
    var sockets: [Int32] = [-1, -1]
    #expect(ote_socketpair(&sockets) == 0)
    let writer = MessageWriter(descriptor: sockets[0])
    let text = String(repeating: "0123456789", count: 500_000)
    let sending = Threaded { [text] in
      writer.send(logLine(text))
      writer.send(logLine("after"))
    }
    var reader = MessageReader(descriptor: sockets[1])
    var seen: [Int] = []
    for _ in 0..<2 { if case .log(let line)? = try reader.next(WorkerMessage.self) { seen.append(line.text.count) } }
    #expect(seen == [5_000_000, 5])
    sending.join()
    sockets.forEach { close($0) }
  }
}

/// A plain thread that a test can wait for.
final class Threaded: @unchecked Sendable {
  private var handle: UInt64 = 0
  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  init(_ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(Body(body)).toOpaque()
    let code = ote_thread_start(
      &handle, "test", { Unmanaged<Body>.fromOpaque($0!).takeRetainedValue().run() }, context)
    precondition(code == 0)
  }

  func join() { ote_thread_join(handle) }
}
