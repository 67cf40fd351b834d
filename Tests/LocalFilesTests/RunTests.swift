// The components through the C tables: cancellation, progress, and receipts that outlive the process.
import CPluginABI
import Glibc
import JSONValue
import PluginKit
import Testing

@testable import LocalFilesPlugin

@Suite struct RunTests {
  let from = ScratchFolder()
  let to = ScratchFolder()
  let host = RunHost()

  /// One attempt of the sink: begin, write, then commit or abort.
  private func attempt(commits: Int = 1) throws -> (write: Answer, last: Answer) {
    let config: JSONValue = ["path": .string(to.path)]
    return try host.with("folder", config, OTE_SINK) { (instance, table: ote_sink) in
      var schema = ArrowSchema()
      Schema.files.export(to: &schema)
      defer { schema.release(&schema) }
      var stream = ArrowArrayStream()
      export(try makeSource(["path": .string(from.path)]).open(ScanRequest(), .detached), to: &stream)
      let begun = withText(#"{"inputs":["files"]}"#) { request in
        answer { _, error in table.begin(instance, host.run, request, &schema, error) }
      }
      #expect(begun.status == OTE_OK, "\(begun.message)")
      let written = answer { out, error in table.write(instance, host.run, &stream, out, error) }
      var last = written
      if written.status < 0 {
        last = answer { _, error in table.abort(instance, host.run, error) }
      } else {
        for _ in 0..<commits { last = answer { out, error in table.commit(instance, host.run, out, error) } }
      }
      return (written, last)
    }
  }

  @Test func `a cancelled copy ends as cancelled and leaves nothing behind`() throws {
    for name in ["a.bin", "b.bin", "c.bin"] { from.file(name, "text") }
    host.cancelAfterProgress = 2
    let (write, abort) = try attempt()
    #expect(write.status == OTE_E_CANCELLED && abort.status == OTE_OK)
    #expect(host.progress.count == 2 && to.names().isEmpty)
  }

  @Test func `a run that commits again in a new process answers its first receipt`() throws {
    from.file("a.csv", "one")
    let first = try attempt(commits: 2).last
    #expect(first.status == OTE_OK && to.names() == ["a.csv"])
    // Overwrite is "fail": without the stored receipt the same run would trip over its own file.
    to.file("note.txt")
    rename(to.path + "/a.csv", to.path + "/moved.csv")
    let again = try attempt().last
    #expect(again.status == OTE_OK && again.text == first.text)
    #expect(to.names() == ["moved.csv", "note.txt"])
    host.runID = "run-2"
    #expect(try attempt().last.text.contains("a.csv"))
    #expect(to.names() == ["a.csv", "moved.csv", "note.txt"])
  }

  @Test func `a cancelled listing stops between batches`() throws {
    for index in 0..<300 { from.write(Array("f\(index)".utf8), "") }
    host.cancelAfterProgress = 2
    try host.with("source", ["path": .string(from.path)], OTE_SOURCE) { (instance, table: ote_source) in
      var stream = ArrowArrayStream()
      let opened = withText("{}") { scan in
        answer { _, error in table.open(instance, host.run, scan, &stream, error) }
      }
      #expect(opened.status == OTE_OK, "\(opened.message)")
      let batches = try ImportedStream(moving: &stream)
      #expect(try batches.next()?.rowCount == 100)
      #expect(try batches.next()?.rowCount == 100)
      #expect(throws: (any Error).self) { try batches.next() }
      batches.close()
    }
  }
}
