// Files of this machine as the rows that a sink is given.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport

/// Belongs to one test.
final class Files: @unchecked Sendable {
  private let folder = TemporaryFolder()
  private var rows: [[JSONValue]] = []

  func add(_ name: String, _ text: String, relative: String? = nil) throws {
    let path = "\(folder.path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let attributes: JSONValue = ["relative_path": .string(relative ?? name)]
    rows.append([.string("file://\(path)"), .string(path), .null, .null, .null, "text/csv", .string(attributes.text)])
  }

  func addMissing() { rows.append(["https://example.org/a.csv", .null, .null, .null, .null, .null, .null]) }
  func reset() { rows = [] }

  func stream() throws -> any BatchStream { try BatchList(Schema.files.fields, rows: rows, batch: 2) }
}

/// A stream at whose end a test looks around.
final class CountedStream: BatchStream {
  let schema: Schema
  private let inner: any BatchStream
  private let look: () throws -> Void
  private(set) var looked = false

  init(_ inner: any BatchStream, _ look: @escaping () throws -> Void) {
    self.inner = inner
    schema = inner.schema
    self.look = look
  }

  func next() throws -> RecordBatch? {
    if let batch = try inner.next() { return batch }
    if !looked {
      looked = true
      try look()
    }
    return nil
  }
}
