// Streams over the C interface.
import CPluginABI
import JSONValue
import Testing

@testable import PluginKit

private final class Recorder: BatchStream {
  let schema = Schema([Field("n", .int64)])
  var closed = 0
  var asked = 0
  private let failure: any Error
  private let batches: Int

  init(batches: Int, failure: any Error = PluginError(.io, "the disk is gone", details: ["file": "a.csv"])) {
    self.batches = batches
    self.failure = failure
  }

  func next() throws -> RecordBatch? {
    asked += 1
    if asked > batches { throw failure }
    var builder = BatchBuilder(schema)
    builder[0].append(Int64(asked))
    return builder.finish()
  }

  func close() { closed += 1 }
}

@Test func `a stream goes out and comes back as it was`() throws {
  let batches = try [Sample("utf8", Sample.words).batch, Sample("utf8", ["x"]).batch]
  var c = ArrowArrayStream()
  export(BatchList(schema: batches[0].schema, batches: batches), to: &c)
  let stream = try ImportedStream(moving: &c)
  #expect(c.release == nil)
  #expect(stream.schema == batches[0].schema)
  #expect(stream.neighbour is BatchList)
  for batch in batches { #expect(try stream.next()?.rows == batch.rows) }
  #expect(try stream.next() == nil)
  #expect(try stream.next() == nil)
  stream.close()
  #expect(try stream.next() == nil)
}

@Test func `a stream is closed once, also when nobody read it`() throws {
  let unread = Recorder(batches: 1)
  var c = ArrowArrayStream()
  export(unread, to: &c)
  c.release(&c)
  #expect(c.release == nil)
  #expect(unread.closed == 1)
  #expect(unread.asked == 0)

  let dropped = Recorder(batches: 1)
  export(dropped, to: &c)
  do { _ = try ImportedStream(moving: &c).next() }
  #expect(dropped.closed == 1)
}

@Test func `batches outlive their stream`() throws {
  var c = ArrowArrayStream()
  export(Recorder(batches: 1), to: &c)
  let batch = try ImportedStream(moving: &c).next()
  #expect(batch?.column(0).int64(0) == 1)
}

@Test func `a failure keeps its words, its status and its details`() throws {
  let recorder = Recorder(batches: 1)
  var c = ArrowArrayStream()
  export(recorder, to: &c)
  var array = ArrowArray()
  #expect(c.get_last_error(&c) == nil)
  #expect(c.get_next(&c, &array) == 0)
  array.release(&array)
  #expect(c.get_next(&c, &array) != 0)
  #expect(c.get_last_error(&c).map { String(cString: $0) } == "the disk is gone")
  #expect(streamError(in: &c)?.details == ["file": "a.csv"])
  // Asked again against the rules, it fails again and leaves the plugin's stream alone.
  #expect(c.get_next(&c, &array) != 0)
  #expect(recorder.asked == 2)
  c.release(&c)
}

@Test func `a reader in the same module gets the very error`() throws {
  var c = ArrowArrayStream()
  export(Recorder(batches: 0, failure: PluginError(.authentication, "refused", retryable: true)), to: &c)
  let stream = try ImportedStream(moving: &c)
  #expect(throws: PluginError(.authentication, "refused", retryable: true)) { try stream.next() }
}

@Test(arguments: [
  (PluginError.Status.cancelled, PluginError.Status.cancelled), (.data, .data), (.configuration, .data), (.io, .io),
  (.timeout, .timeout), (.resource, .resource), (.denied, .denied), (.unsupported, .unsupported), (.internal, .io),
])
func `a foreign stream's errno becomes a status`(thrown: PluginError.Status, seen: PluginError.Status) throws {
  var c = ArrowArrayStream()
  export(Recorder(batches: 0, failure: PluginError(thrown, "words")), to: &c)
  // With another release function it is a stranger's.
  c.release = { stream in ownRelease?(stream) }
  let stream = try ImportedStream(moving: &c)
  #expect(stream.neighbour == nil)
  #expect(throws: PluginError(seen, "words")) { try stream.next() }
}

/// The release function of this module's streams.
private let ownRelease = {
  var c = ArrowArrayStream()
  export(BatchList(schema: Schema([]), batches: []), to: &c)
  defer { c.release(&c) }
  return c.release
}()

@Test func `a stream that was given away is at its end`() throws {
  let recorder = Recorder(batches: 1)
  var c = ArrowArrayStream()
  export(recorder, to: &c)
  let stream = try ImportedStream(moving: &c)
  let release = stream.releaseFunction
  stream.takeRaw(into: &c)
  #expect(try stream.next() == nil)
  stream.close()
  #expect(recorder.closed == 0)
  #expect(release == unsafeBitCast(c.release, to: UnsafeRawPointer?.self))
  #expect(exportedStream(in: &c) === recorder)
  c.release(&c)
  #expect(recorder.closed == 1)
}

@Test func `errors of any kind find their status`() {
  struct Odd: Error, CustomStringConvertible { var description: String { "odd" } }
  #expect(PluginError(wrapping: ArrowError(message: "bad")) == PluginError(.data, "bad"))
  #expect(PluginError(wrapping: CancellationError()).status == .cancelled)
  #expect(PluginError(wrapping: Odd()) == PluginError(.internal, "odd"))
  #expect(PluginError.data("x", file: "f", line: 3).details == ["file": "f", "line": 3])
}
