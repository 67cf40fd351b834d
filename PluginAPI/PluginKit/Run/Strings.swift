// Text and bytes across the C boundary.
package import CPluginABI

extension String {
  /// Repairs what is not UTF-8.
  package init(_ borrowed: ote_str) {
    self.init(
      decoding: UnsafeRawBufferPointer(start: borrowed.ptr, count: borrowed.ptr == nil ? 0 : Int(borrowed.len)),
      as: UTF8.self)
  }

  /// The text as a borrowed C string, valid inside `body` only.
  package func withC<R>(_ body: (ote_str) throws -> R) rethrows -> R {
    var text = self
    return try text.withUTF8 { bytes in
      try bytes.withMemoryRebound(to: CChar.self) { try body(ote_str(ptr: $0.baseAddress, len: UInt64($0.count))) }
    }
  }
}

extension UnsafeMutablePointer where Pointee == ote_writer {
  package func write(_ bytes: [UInt8]) throws {
    let status = bytes.withUnsafeBufferPointer {
      pointee.write?(self, ote_bytes(ptr: $0.baseAddress, len: UInt64($0.count))) ?? OTE_E_INVALID_ARG
    }
    guard status >= 0 else { throw PluginError(.init(code: status), "the host did not take the answer") }
  }

  package func write(_ text: String) throws { try write(Array(text.utf8)) }
}

extension UnsafeMutablePointer where Pointee == ote_reader {
  /// Everything up to the end, at most 1 GiB.
  func readAll() throws -> [UInt8] {
    guard let read = pointee.read else { throw PluginError(.invalidArgument, "the reader has no read function") }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while result.count <= 1 << 30 {
      let count = chunk.withUnsafeMutableBufferPointer { read(self, $0.baseAddress, UInt64($0.count)) }
      if count == 0 { return result }
      guard count > 0, count <= Int64(chunk.count) else {
        throw PluginError(.init(code: Int32(clamping: count)), "the host's reader failed")
      }
      result.append(contentsOf: chunk[..<Int(count)])
    }
    throw PluginError(.resource, "the host's reader gave more than 1 GiB")
  }
}

extension PluginError.Status {
  /// A status from C; one it does not know counts as internal.
  init(code: Int32) { self = Self(rawValue: code) ?? .internal }
}
