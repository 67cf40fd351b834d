// Batches on disk: what goes in comes out, and damage is noticed.
import Foundation
import JSONValue
import Model
import PluginKit
import TestSupport
import Testing

@testable import Engine

struct BatchFileTests {
  private func written(_ folder: TemporaryFolder, rows: [Int] = [3, 0, 7]) throws -> String {
    let path = "\(folder.path)/batches"
    let writer = try BatchFileWriter(path: path, schema: Scripted.numbers)
    var first = 0
    for count in rows {
      try writer.append(Scripted.batch(from: first, rows: count))
      first += count
    }
    try writer.finish(durable: false)
    return path
  }

  private func numbers(_ path: String) throws -> [Int64] {
    let reader = try BatchFileReader(path: path)
    var numbers: [Int64] = []
    while let batch = try reader.next() {
      let column = batch.column(0)
      numbers += (0..<batch.rowCount).map { column.int64($0) ?? -1 }
    }
    return numbers
  }

  @Test func `what was written is read back in order`() throws {
    let folder = TemporaryFolder()
    let path = try written(folder)
    #expect(try BatchFileReader(path: path).schema == Scripted.numbers)
    #expect(try numbers(path) == (0..<10).map { Int64($0) })
    #expect(BatchFileReader.isComplete(path: path))
  }

  @Test func `a reader may follow while the file grows`() throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/growing"
    let writer = try BatchFileWriter(path: path, schema: Scripted.numbers)
    let reader = try BatchFileReader(path: path)
    for round in 0..<5 {
      try writer.append(Scripted.batch(from: round * 4, rows: 4))
      #expect(try reader.next()?.column(0).int64(3) == Int64(round * 4 + 3))
    }
    #expect(!BatchFileReader.isComplete(path: path))
  }

  @Test func `a file cut off at any byte is neither complete nor read to an end`() throws {
    let folder = TemporaryFolder()
    let whole = try Array(Data(contentsOf: URL(fileURLWithPath: written(folder))))
    for length in 0..<whole.count {
      let path = try folder.write(whole[..<length], to: "cut")
      #expect(!BatchFileReader.isComplete(path: path), "cut at \(length)")
      #expect(throws: (any Error).self, "cut at \(length)") { try numbers(path) }
    }
  }

  @Test func `a file with any byte changed is read or refused, never trusted with a length`() throws {
    let folder = TemporaryFolder()
    let whole = try Array(Data(contentsOf: URL(fileURLWithPath: written(folder))))
    for index in whole.indices {
      for mask: UInt8 in [0xff, 0x80, 0x01] {
        var bytes = whole
        bytes[index] ^= mask
        let path = try folder.write(bytes, to: "changed")
        do { _ = try numbers(path) } catch let problem as Problem {
          #expect(problem.code == .artifactCorrupt)
        }
      }
    }
  }

  @Test func `a file that cannot be made or opened names its path and the reason`() throws {
    let problem = #expect(throws: Problem.self) {
      _ = try BatchFileWriter(path: "/nowhere/at/all", schema: Scripted.numbers)
    }
    #expect(problem?.code == .inputOutputFailed)
    #expect(problem?.detail.contains("/nowhere/at/all") == true)
    #expect(throws: Problem.self) { _ = try BatchFileReader(path: "/nowhere/at/all") }
  }

  @Test func `a full disk is reported as one`() throws {
    guard let disk = TinyDisk(kibibytes: 64) else { return }
    let problem = #expect(throws: Problem.self) {
      let writer = try BatchFileWriter(path: "\(disk.path)/batches", schema: Scripted.numbers)
      for first in 0..<100 { try writer.append(Scripted.batch(from: first * 1000, rows: 1000)) }
    }
    #expect(problem?.code == .diskFull)
  }

  @Test func `two batches stand side by side without a copy and release each other once`() throws {
    var extra = BatchBuilder(Schema([Field("x", .int64)]))
    for value in 0..<5 { extra[0].append(Int64(value * 10)) }
    let left = Scripted.batch(from: 0, rows: 9).slice(2, 5)
    let joined = try left.appending(columns: extra.finish())
    try joined.validate(full: true)
    #expect(joined.schema.fields.map(\.name) == ["n", "s", "x"])
    #expect((0..<3).map { joined.column($0).text(4) } == ["6", "row 6", "40"])
    let taken = joined.take([4, 0])
    #expect(taken.column(2).int64(0) == 40)
  }
}
