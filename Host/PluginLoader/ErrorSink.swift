// The host's side of ote_error and ote_writer: what a call reported, and the bytes it wrote.
package import CPluginABI
package import JSONValue

/// Receives the one set() of a failing call. Lives on the heap so that a plugin may set from another thread.
package final class ErrorSink {
  package private(set) var sets = 0
  package private(set) var status: ote_status = 0
  package private(set) var retryable = false
  package private(set) var message = ""
  package private(set) var details: JSONValue = [:]
  private let table: UnsafeMutablePointer<ote_error>

  package init() {
    table = .allocate(capacity: 1)
    table.initialize(to: ote_error())
    table.pointee.struct_size = UInt32(MemoryLayout<ote_error>.size)
    table.pointee.host_ctx = Unmanaged.passUnretained(self).toOpaque()
    table.pointee.set = { error, status, flags, message, details in
      guard let context = error?.pointee.host_ctx else { return }
      Unmanaged<ErrorSink>.fromOpaque(context).takeUnretainedValue().set(status, flags, message, details)
    }
  }

  deinit { table.deallocate() }

  package var pointer: UnsafeMutablePointer<ote_error> { table }

  private func set(_ status: ote_status, _ flags: UInt32, _ message: ote_str, _ details: ote_str) {
    sets += 1
    guard sets == 1 else { return }  // the first reason is the one that counts
    self.status = status
    retryable = flags & UInt32(OTE_ERROR_RETRYABLE) != 0
    self.message = String((message.text ?? "(the message is not UTF-8)").prefix(8192))
    if let text = details.text, !text.isEmpty, let value = try? JSONValue(parsing: text), value.object != nil {
      self.details = value
    }
  }
}

/// Collects what a plugin writes, up to a limit.
package final class ByteSink {
  package private(set) var bytes: [UInt8] = []
  package private(set) var overflowed = false
  private let limit: Int
  private let table: UnsafeMutablePointer<ote_writer>

  package init(limit: Int = 16 << 20) {
    self.limit = limit
    table = .allocate(capacity: 1)
    table.initialize(to: ote_writer())
    table.pointee.struct_size = UInt32(MemoryLayout<ote_writer>.size)
    table.pointee.ctx = Unmanaged.passUnretained(self).toOpaque()
    table.pointee.write = { writer, bytes in
      guard let context = writer?.pointee.ctx else { return ote_status(OTE_E_INVALID_ARG) }
      return Unmanaged<ByteSink>.fromOpaque(context).takeUnretainedValue().append(bytes)
    }
  }

  deinit { table.deallocate() }

  package var pointer: UnsafeMutablePointer<ote_writer> { table }

  private func append(_ more: ote_bytes) -> ote_status {
    guard more.len > 0 else { return ote_status(OTE_OK) }
    guard let start = more.ptr, more.len <= UInt64(limit), bytes.count + Int(more.len) <= limit else {
      overflowed = true
      return ote_status(OTE_E_RESOURCE)
    }
    bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: Int(more.len)))
    return ote_status(OTE_OK)
  }

  /// The bytes as JSON; null when nothing was written.
  package func json() throws -> JSONValue { bytes.isEmpty ? .null : try JSONValue(parsing: bytes) }
}
