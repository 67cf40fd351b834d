// Tables as JSON lines: which columns are read, and what is said of those that do not fit.
import CPluginABI
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import HFFinetunePlugin

@Suite struct RowFileTests {
  private func settings(_ json: JSONValue = [:]) throws -> Settings { try json.decode(Settings.self) }

  private func lines(_ table: BatchList, _ settings: Settings) throws -> (RowShape, [JSONValue]) {
    let shape = try RowShape(table.schema, settings, input: "train")
    let path = "\(FileManager.default.temporaryDirectory.path)/rows-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let stream = try imported(table)
    _ = try RowFile.write(stream, shape, to: path, .detached)
    let text = String(decoding: try RowFile.read(path), as: UTF8.self)
    return (shape, try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) })
  }

  private func imported(_ table: BatchList) throws -> ImportedStream {
    let place = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
    defer { place.deallocate() }
    export(table, to: place)
    return try ImportedStream(moving: place)
  }

  @Test func `chats are written with their messages and nothing else`() throws {
    let (shape, rows) = try lines(Training.chats(3), settings())
    #expect(shape.format == .chat)
    #expect(rows.count == 3)
    #expect(rows[2].object?.keys.sorted() == ["messages"])
    #expect(rows[2]["messages"]?[1]?["content"] == "3")
  }

  @Test func `columns of other names become the known ones, quotes and line ends included`() throws {
    let table = try BatchList(
      [Field("question", .utf8), Field("answer", .largeUtf8)], rows: [["a \"b\"\nc", "ü 🙂"], [.null, "x"]])
    let named = try settings(["prompt_column": "question", "completion_column": "answer"])
    let (shape, rows) = try lines(table, named)
    #expect(shape.format == .completion)
    #expect(rows[0] == ["prompt": "a \"b\"\nc", "completion": "ü 🙂"])
    #expect(rows[1]["prompt"] == .null)
  }

  @Test func `a table without the columns is refused with those it has`() throws {
    let table = try BatchList([Field("question", .utf8), Field("rating", .int64)], rows: [])
    let error = #expect(throws: PluginError.self) { try RowShape(table.schema, settings(), input: "train") }
    #expect(error?.status == .data)
    #expect(error?.message.contains("'messages', or 'prompt' and 'completion', or 'text'") == true)
    #expect(error?.message.contains("'question', 'rating'") == true)
  }

  @Test func `a column of a wrong type is named`() throws {
    let table = try BatchList([Field("text", .int64)], rows: [])
    let error = #expect(throws: PluginError.self) { try RowShape(table.schema, settings(), input: "validation") }
    #expect(error?.details["column"] == "text")
    #expect(error?.message.contains("int64") == true)
  }
}
