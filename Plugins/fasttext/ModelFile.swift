// Whether a file is a whole model of fastText's. The library trusts what it reads: a file that was cut off would send it into an endless
// loop, and one that lies about sizes into any amount of memory.
import Glibc
import JSONValue
import PluginKit

struct ModelFile {
  private static let magic: Int32 = 793_712_314
  private static let version: Int32 = 12

  /// Throws `PluginError` with what is wrong.
  static func check(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      throw PluginError(
        code == ENOENT ? .notFound : code == EACCES ? .denied : .io,
        "cannot read \(path): \(String(cString: strerror(code)))",
        details: ["file": .string(path)])
    }
    defer { close(descriptor) }
    var state = stat()
    guard fstat(descriptor, &state) == 0, state.st_mode & S_IFMT == S_IFREG, state.st_size > 0 else {
      throw refused(path, "it is empty or no file")
    }
    let size = Int(state.st_size)
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw PluginError(.resource, "cannot look into \(path)", details: ["file": .string(path)])
    }
    defer { munmap(start, size) }
    var walk = Walk(UnsafeRawBufferPointer(start: start, count: size))
    do { try walk.model() } catch let flaw as Flaw { throw refused(path, flaw.words) }
  }

  private static func refused(_ path: String, _ words: String) -> PluginError {
    PluginError(
      .data, "\(path) is no model of fastText's that can be used: \(words)",
      details: [
        "file": .string(path), "next": "Copy or train it again; it has to be a .bin or .ftz file of version 0.9.",
      ])
  }

  private struct Flaw: Error { let words: String }

  private struct Walk {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private mutating func skip(_ count: Int) throws {
      guard count >= 0, count <= bytes.count - place else {
        throw Flaw(words: "it was cut off, or lies about its size")
      }
      place += count
    }

    private mutating func number<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) throws -> Int {
      let from = place
      try skip(MemoryLayout<T>.size)
      return Int(bytes.loadUnaligned(fromByteOffset: from, as: T.self))
    }

    /// A product of sizes that may be lies.
    private func product(_ one: Int, _ other: Int) throws -> Int {
      let (value, overflow) = one.multipliedReportingOverflow(by: other)
      guard one >= 0, other >= 0, !overflow else { throw Flaw(words: "it lies about its size") }
      return value
    }

    mutating func model() throws {
      guard try number(Int32.self) == Int(ModelFile.magic) else { throw Flaw(words: "it does not begin like one") }
      guard try number(Int32.self) == Int(ModelFile.version) else { throw Flaw(words: "it is of another version") }
      // Twelve settings and the sampling threshold.
      try skip(12 * 4 + 8)
      try dictionary()
      try matrix(quantized: try number(UInt8.self) != 0)
      try matrix(quantized: try number(UInt8.self) != 0)
      guard place == bytes.count else { throw Flaw(words: "there is more in it than a model") }
    }

    private mutating func dictionary() throws {
      let entries = try number(Int32.self)
      let (words, labels) = (try number(Int32.self), try number(Int32.self))
      _ = try number(Int64.self)
      let pruned = try number(Int64.self)
      guard entries >= 0, words >= 0, labels >= 0, words + labels == entries else {
        throw Flaw(words: "its dictionary does not add up")
      }
      for _ in 0..<entries {
        guard place < bytes.count, let end = bytes[place...].firstIndex(of: 0) else {
          throw Flaw(words: "its dictionary was cut off")
        }
        place = end + 1
        try skip(8 + 1)
      }
      if pruned > 0 { try skip(try product(pruned, 8)) }
    }

    private mutating func matrix(quantized: Bool) throws {
      let hasNorms = quantized ? try number(UInt8.self) != 0 : false
      let (rows, columns) = (try number(Int64.self), try number(Int64.self))
      guard quantized else { return try skip(try product(try product(rows, columns), 4)) }
      try skip(try number(Int32.self))
      try quantizer()
      guard hasNorms else { return }
      try skip(rows)
      try quantizer()
    }

    private mutating func quantizer() throws {
      let dimension = try number(Int32.self)
      try skip(3 * 4)
      try skip(try product(dimension, 256 * 4))
    }
  }
}
