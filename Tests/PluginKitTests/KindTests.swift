// Stages, checks and sinks through their C tables.
import CPluginABI
import JSONValue
import Testing

@testable import PluginKit

private let schema = Schema([Field("n", .int64)])

private func batch(_ values: [Int64]) -> RecordBatch {
  var builder = BatchBuilder(schema)
  for value in values { builder[0].append(value) }
  return builder.finish()
}

private func withC<R>(_ schema: Schema, _ body: (UnsafePointer<ArrowSchema>) throws -> R) rethrows -> R {
  var c = ArrowSchema()
  schema.export(to: &c)
  defer { c.release(&c) }
  return try body(&c)
}

/// A stream that counts how often it is closed.
private final class Input: BatchStream {
  let schema = PluginKitTests.schema
  var closed = 0
  private var rest: [RecordBatch]
  init(_ batches: [RecordBatch]) { rest = batches }
  func next() -> RecordBatch? { rest.isEmpty ? nil : rest.removeFirst() }
  func close() { closed += 1 }
}

@Test func `a stage binds and opens`() throws {
  let made = try FakeInstance(oddPlugin, "doubling")
  let stage = try #require(made.table(OTE_STAGE, ote_stage.self))
  var out = ArrowSchema()
  let bound = withC(schema) { c in
    #"{"inputs": ["left"]}"#.withC { request in
      Outcome { answer, error in
        withUnsafePointer(to: UnsafePointer<ArrowSchema>?.some(c)) { list in
          stage.bind(made.handle, made.fake.run, request, 1, list, nil, 1, &out, answer, error)
        }
      }
    }
  }
  #expect(bound.status == OTE_OK)
  #expect(bound.json == ["columns": [["left"], nil]])
  #expect(try Schema(importing: &out) == schema)
  out.release(&out)

  let input = Input([batch([1, 2]), batch([3])])
  var c = ArrowArrayStream()
  export(input, to: &c)
  var result = ArrowArrayStream()
  let opened = "{}".withC { request in
    Outcome { _, error in stage.open(made.handle, made.fake.run, request, 1, &c, 1, &result, error) }
  }
  #expect(opened.status == OTE_OK)
  #expect(c.release == nil)
  let stream = try ImportedStream(moving: &result)
  var counts: [Int] = []
  while let batch = try stream.next() { counts.append(batch.rowCount) }
  #expect(counts == [2, 2, 1, 1])
  #expect(input.closed == 0)
  stream.close()
  #expect(input.closed == 1)
}

@Test func `a stage without schemas defers, and its sample is released`() throws {
  let made = try FakeInstance(oddPlugin, "doubling")
  let stage = try #require(made.table(OTE_STAGE, ote_stage.self))
  let input = Input([])
  var sample = ArrowArrayStream()
  export(input, to: &sample)
  var out = ArrowSchema()
  let none: UnsafePointer<ArrowSchema>? = nil
  let bound = "".withC { request in
    Outcome { answer, error in
      withUnsafePointer(to: none) { list in
        withUnsafeMutablePointer(to: &sample) { sample in
          withUnsafePointer(to: UnsafeMutablePointer<ArrowArrayStream>?.some(sample)) { samples in
            stage.bind(made.handle, made.fake.run, request, 1, list, samples, 1, &out, answer, error)
          }
        }
      }
    }
  }
  #expect(bound.status == OTE_DEFERRED)
  #expect(bound.text.isEmpty)
  #expect(sample.release == nil)
  #expect(input.closed == 1)
}

@Test(arguments: ["failing", "too many"])
func `a stage that fails has released its inputs`(mode: String) throws {
  let made = try FakeInstance(oddPlugin, "doubling", #"{"mode": "\#(mode)"}"#)
  let stage = try #require(made.table(OTE_STAGE, ote_stage.self))
  let input = Input([])
  var c = ArrowArrayStream()
  export(input, to: &c)
  var result = ArrowArrayStream()
  let opened = "".withC { request in
    Outcome { _, error in stage.open(made.handle, made.fake.run, request, 1, &c, 1, &result, error) }
  }
  #expect(opened.status == (mode == "failing" ? OTE_E_UNSUPPORTED : OTE_E_INTERNAL))
  #expect(input.closed == 1)
  #expect(result.release == nil)
}

@Test func `a check sees the batches and names the rows that fail`() throws {
  let made = try FakeInstance(oddPlugin, "even")
  let check = try #require(made.table(OTE_CHECK, ote_check.self))
  let request = #"{"inputs": ["table", "limits"]}"#
  var reference = ArrowArrayStream()
  export(BatchList(schema: schema, batches: [batch([9, 9])]), to: &reference)
  let begun = withC(schema) { c in
    request.withC { request in
      Outcome { _, error in check.begin(made.handle, made.fake.run, request, c, 1, &reference, error) }
    }
  }
  #expect(begun.status == OTE_OK)
  #expect(reference.release == nil)
  for (first, values) in [(Int64(0), [Int64(2), 3]), (2, [4, 5, 7])] {
    var array = ArrowArray()
    batch(values).export(to: &array)
    #expect(Outcome { _, error in check.observe(made.handle, made.fake.run, &array, first, error) }.status == OTE_OK)
    #expect(array.release != nil)
    array.release(&array)
  }
  var failing = ArrowArrayStream()
  let finished = Outcome { out, error in check.finish(made.handle, made.fake.run, out, &failing, error) }
  #expect(finished.json.at(pointer: "/findings/0/failing_rows") == 3)
  #expect(finished.json.at(pointer: "/findings/0/passed") == false)
  #expect(finished.json["report"] == ["limits:2"])
  let rows = try ImportedStream(moving: &failing).next()
  #expect(rows?.rows == [[0, 1], [0, 3], [0, 4]])
}

@Test func `a check refuses a missing column, a bad batch and keeping a batch`() throws {
  let made = try FakeInstance(oddPlugin, "even", #"{"mode": "keeping"}"#)
  let check = try #require(made.table(OTE_CHECK, ote_check.self))
  let bound = withC(Schema([Field("m", .int64)])) { c in
    "".withC { request in Outcome { _, error in check.bind(made.handle, made.fake.run, request, c, 0, nil, error) } }
  }
  #expect(bound.errors == [.configuration("no column 'n'", at: "/column")])
  _ = withC(schema) { c in
    "".withC { request in Outcome { _, error in check.begin(made.handle, made.fake.run, request, c, 0, nil, error) } }
  }
  var array = ArrowArray()
  batch([1, 2]).export(to: &array)
  defer { array.release(&array) }
  array.length = 3
  let bad = Outcome { _, error in check.observe(made.handle, made.fake.run, &array, 0, error) }
  #expect(bad.status == OTE_E_DATA)
  array.length = 2
  let kept = Outcome { _, error in check.observe(made.handle, made.fake.run, &array, 0, error) }
  #expect(kept.status == OTE_E_INTERNAL)
}

@Test func `a sink writes a stream and answers its receipt`() throws {
  let made = try FakeInstance(oddPlugin, "counting")
  let sink = try #require(made.table(OTE_SINK, ote_sink.self))
  let begun = withC(schema) { c in
    "".withC { request in Outcome { _, error in sink.begin(made.handle, made.fake.run, request, c, error) } }
  }
  #expect(begun.status == OTE_OK)
  let input = Input([batch([1, 2]), batch([3])])
  var c = ArrowArrayStream()
  export(input, to: &c)
  let written = Outcome { out, error in sink.write(made.handle, made.fake.run, &c, out, error) }
  #expect(written.json == ["rows": 3, "bytes": 0])
  #expect(input.closed == 1)
  #expect(Outcome { _, error in sink.abort(made.handle, made.fake.run, error) }.status == OTE_OK)
  let receipt = Outcome { out, error in sink.commit(made.handle, made.fake.run, out, error) }
  #expect(receipt.json == ["rows": 3, "log": ["begin", "abort"]])
}

@Test func `a finding without failures has no stream`() throws {
  let empty = CheckResult.failingStream([[], []])
  #expect(try empty.next() == nil)
  let many = CheckResult.failingStream([[Int64](0..<70_000), [5]])
  #expect(try many.next()?.rowCount == 65_536)
  #expect(try many.next()?.rows.last == [1, 5])
  #expect(try many.next() == nil)
}
