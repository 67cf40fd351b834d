// The header of a GGUF file, read and checked before llama.cpp, which ends the process at much that is wrong, sees it.
import CLlama
import JSONValue
import PluginKit

/// What a GGUF file says about itself. Strings and numbers are kept, of lists only type and length.
struct GGUFFile: Sendable {
  enum Value: Sendable, Hashable {
    case integer(Int64)
    case number(Double)
    case bool(Bool)
    case text(String)
    case list(type: UInt32, count: UInt64)
  }

  struct Tensor: Sendable, Hashable {
    var dimensions: [UInt64]
    var type: Int32
    var offset: UInt64

    /// The dimensions as llama.cpp has them: always four.
    func extent(_ index: Int) -> UInt64 { index < dimensions.count ? dimensions[index] : 1 }
  }

  let path: String
  private(set) var values: [String: Value] = [:]
  private(set) var tensors: [String: Tensor] = [:]

  /// Throws `PluginError(.data)` for whatever is no whole GGUF file. The library has to be loaded.
  init(path: String) throws {
    self.path = path
    let bytes = try FileBytes(path: path)
    do { try read(bytes) } catch is FileBytes.Ended {
      throw Self.wrong(
        path, "is cut off: it has \(bytes.size) bytes and its header needs more. Copy or download it again.")
    }
  }

  static func wrong(_ path: String, _ words: String) -> PluginError {
    PluginError(.data, "the file \(path) \(words)", details: ["file": .string(path)])
  }

  func text(_ key: String) -> String? { if case .text(let text)? = values[key] { text } else { nil } }
  func integer(_ key: String) -> Int64? { if case .integer(let value)? = values[key] { value } else { nil } }

  private mutating func read(_ bytes: FileBytes) throws {
    guard bytes.size >= 4, try bytes.bytes(4) == Array("GGUF".utf8) else {
      throw Self.wrong(path, "is no GGUF file: it does not begin with the letters GGUF.")
    }
    let version: UInt32 = try bytes.number()
    guard version == 2 || version == 3 else {
      throw Self.wrong(path, "is GGUF of version \(version); versions 2 and 3 can be read.")
    }
    let tensorCount: UInt64 = try bytes.number()
    let valueCount: UInt64 = try bytes.number()
    // An entry of either kind takes 12 bytes at least.
    guard tensorCount <= bytes.left / 12, valueCount <= bytes.left / 12 else { throw FileBytes.Ended() }
    for _ in 0..<valueCount { try readValue(bytes) }
    for _ in 0..<tensorCount { try readTensor(bytes) }
    try checkExtents(headerEnd: bytes.position, size: bytes.size)
  }

  private func string(_ bytes: FileBytes, limit: UInt64) throws -> String {
    let length: UInt64 = try bytes.number()
    guard length <= bytes.left else { throw FileBytes.Ended() }
    guard length <= limit else { throw Self.wrong(path, "has a text of \(length) bytes where \(limit) is the most.") }
    let raw = try bytes.bytes(length)
    guard !raw.contains(0) else { throw Self.wrong(path, "has a text with a zero byte in it.") }
    return String(decoding: raw, as: UTF8.self)
  }

  private mutating func readValue(_ bytes: FileBytes) throws {
    let key = try string(bytes, limit: 65_535)
    let type: UInt32 = try bytes.number()
    guard values[key] == nil else { throw Self.wrong(path, "has the key \(key) twice.") }
    values[key] = type == 9 ? try readList(bytes, key) : try readScalar(bytes, type, key)
  }

  private func readScalar(_ bytes: FileBytes, _ type: UInt32, _ key: String) throws -> Value {
    switch type {
    case 0: .integer(Int64(try bytes.number(UInt8.self)))
    case 1: .integer(Int64(try bytes.number(Int8.self)))
    case 2: .integer(Int64(try bytes.number(UInt16.self)))
    case 3: .integer(Int64(try bytes.number(Int16.self)))
    case 4: .integer(Int64(try bytes.number(UInt32.self)))
    case 5: .integer(Int64(try bytes.number(Int32.self)))
    case 6: .number(Double(Float(bitPattern: try bytes.number())))
    case 7: .bool(try bytes.number(UInt8.self) != 0)
    case 8: .text(try string(bytes, limit: 1 << 24))
    case 10: .integer(Int64(clamping: try bytes.number(UInt64.self)))
    case 11: .integer(try bytes.number(Int64.self))
    case 12: .number(Double(bitPattern: try bytes.number()))
    default: throw Self.wrong(path, "gives \"\(key)\" the unknown type \(type).")
    }
  }

  private static let widths: [UInt32: UInt64] = [
    0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8,
  ]

  private func readList(_ bytes: FileBytes, _ key: String) throws -> Value {
    let type: UInt32 = try bytes.number()
    let count: UInt64 = try bytes.number()
    if type == 8 {
      guard count <= bytes.left / 8 else { throw FileBytes.Ended() }
      for _ in 0..<count { try bytes.skip(try bytes.number(UInt64.self)) }
      return .list(type: type, count: count)
    }
    guard let width = Self.widths[type] else {
      throw Self.wrong(path, "gives the list \"\(key)\" items of the unknown type \(type).")
    }
    guard count <= bytes.left / width else { throw FileBytes.Ended() }
    try bytes.skip(count * width)
    return .list(type: type, count: count)
  }

  private mutating func readTensor(_ bytes: FileBytes) throws {
    let name = try string(bytes, limit: 63)
    let count: UInt32 = try bytes.number()
    guard (1...4).contains(count) else { throw Self.wrong(path, "gives the tensor \(name) \(count) dimensions.") }
    let dimensions = try (0..<count).map { _ in try bytes.number(UInt64.self) }
    let type: Int32 = try bytes.number()
    let offset: UInt64 = try bytes.number()
    guard tensors[name] == nil else { throw Self.wrong(path, "has the tensor \(name) twice.") }
    tensors[name] = Tensor(dimensions: dimensions, type: type, offset: offset)
  }

  private func checkExtents(headerEnd: UInt64, size: UInt64) throws {
    let alignment = values["general.alignment"].map { value -> UInt64 in
      if case .integer(let number) = value { UInt64(clamping: number) } else { 0 }
    }
    let step = alignment ?? 32
    guard step >= 1, step <= 1 << 20, step & (step - 1) == 0 else {
      throw Self.wrong(path, "has an alignment that is no power of two.")
    }
    let (rounded, overflow) = headerEnd.addingReportingOverflow(step - 1)
    let start = rounded & ~(step - 1)
    for (name, tensor) in tensors.sorted(by: { $0.value.offset < $1.value.offset }) {
      guard !overflow, tensor.offset % step == 0 else {
        throw Self.wrong(path, "puts the tensor \(name) at an odd place.")
      }
      guard let bytes = Self.byteCount(tensor) else {
        throw Self.wrong(
          path,
          "gives the tensor \(name) the type \(tensor.type) and dimensions \(tensor.dimensions), which do not fit.")
      }
      let (from, over) = start.addingReportingOverflow(tensor.offset)
      let (end, beyond) = from.addingReportingOverflow(bytes)
      guard !over, !beyond, end <= size else {
        throw Self.wrong(
          path,
          "is cut off: it has \(size) bytes and the tensor \(name) ends at \(over || beyond ? "no place" : "\(end)"). "
            + "Copy or download it again.")
      }
    }
  }

  /// nil for an unknown type, no values, or more than fits.
  private static func byteCount(_ tensor: Tensor) -> UInt64? {
    let values = UInt64(cllama_type_values(tensor.type))
    let width = UInt64(cllama_type_bytes(tensor.type))
    guard values > 0, width > 0, tensor.dimensions[0] % values == 0 else { return nil }
    var count: UInt64 = 1
    for dimension in tensor.dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard dimension > 0, !overflow, product <= 1 << 50 else { return nil }
      count = product
    }
    return count / values * width
  }
}
