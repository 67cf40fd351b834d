// The writer and error a plugin hands to the host's services.
package import CPluginABI
internal import JSONValue

/// Collects what a service writes and the error it sets. Used by one call and then dropped.
package final class Answers {
  package private(set) var bytes: [UInt8] = []
  private var error: PluginError?

  /// Calls a service with a writer and an error; throws what it set, and answers what it wrote.
  package static func of(
    _ what: String, _ call: (UnsafeMutablePointer<ote_writer>, UnsafeMutablePointer<ote_error>) -> ote_status?
  ) throws -> [UInt8] {
    let answers = Answers()
    try answers.check(what, answers.run(call))
    return answers.bytes
  }

  /// The status of the call, nil where the host does not offer the function.
  func run(
    _ call: (UnsafeMutablePointer<ote_writer>, UnsafeMutablePointer<ote_error>) -> ote_status?
  ) -> ote_status? {
    let context = Unmanaged.passUnretained(self).toOpaque()
    var writer = ote_writer(
      struct_size: UInt32(MemoryLayout<ote_writer>.size), reserved0: 0, ctx: context, write: collect)
    var error = ote_error(
      struct_size: UInt32(MemoryLayout<ote_error>.size), reserved0: 0, host_ctx: context, set: keep)
    return withExtendedLifetime(self) { call(&writer, &error) }
  }

  func check(_ what: String, _ status: ote_status?) throws {
    guard let status else { throw PluginError(.unsupported, "the host does not offer \(what)") }
    if status < 0 { throw error ?? PluginError(.init(code: status), "the host failed to offer \(what)") }
  }

  fileprivate func append(_ part: ote_bytes) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: part.ptr, count: part.ptr == nil ? 0 : Int(part.len)))
  }

  fileprivate func fail(_ status: ote_status, _ flags: UInt32, _ message: ote_str, _ details: ote_str) {
    error = PluginError(
      .init(code: status), String(message), retryable: flags & UInt32(OTE_ERROR_RETRYABLE) != 0,
      details: (try? JSONValue(parsing: String(details)))?.object ?? [:])
  }
}

private let collect: @convention(c) (UnsafeMutablePointer<ote_writer>?, ote_bytes) -> ote_status = { writer, bytes in
  guard let context = writer?.pointee.ctx else { return OTE_E_INVALID_ARG }
  Unmanaged<Answers>.fromOpaque(context).takeUnretainedValue().append(bytes)
  return OTE_OK
}

private let keep: @convention(c) (UnsafeMutablePointer<ote_error>?, ote_status, UInt32, ote_str, ote_str) -> Void = {
  error, status, flags, message, details in
  guard let context = error?.pointee.host_ctx else { return }
  Unmanaged<Answers>.fromOpaque(context).takeUnretainedValue().fail(status, flags, message, details)
}
