// A run behind the C tables that a test can cancel: its descriptor becomes readable, as the host's does.
import CPluginABI
import Glibc
import Synchronization

@testable import PluginKit

final class ScriptedRun: @unchecked Sendable {
  private let cancelled = Atomic(false)
  private var pipes: [Int32] = [-1, -1]
  private let table = UnsafeMutablePointer<ote_run_service>.allocate(capacity: 1)
  private let host = UnsafeMutablePointer<ote_host>.allocate(capacity: 1)

  /// Without a descriptor only the flag tells.
  init(hasDescriptor: Bool = true) {
    if hasDescriptor { pipe(&pipes) }
    table.initialize(
      to: ote_run_service(
        struct_size: UInt32(MemoryLayout<ote_run_service>.size), reserved0: 0,
        cancelled: { ScriptedRun.of($0).cancelled.load(ordering: .relaxed) ? 1 : 0 },
        cancel_fd: { ScriptedRun.of($0).pipes[0] }, deadline_ns: { _ in 0 }, progress: { _, _, _, _ in },
        meta: { _, _ in OTE_E_UNSUPPORTED }))
    var c = ote_host()
    c.struct_size = UInt32(MemoryLayout<ote_host>.size)
    c.abi = UInt32(OTE_ABI_CURRENT)
    c.host_ctx = UnsafeMutableRawPointer(table)
    c.service = { host, id in
      let name = String(decoding: UnsafeRawBufferPointer(start: id.ptr, count: Int(id.len)), as: UTF8.self)
      return name == OTE_SERVICE_RUN ? UnsafeRawPointer(host?.pointee.host_ctx) : nil
    }
    host.initialize(to: c)
  }

  deinit {
    table.deallocate()
    host.deallocate()
    for descriptor in pipes where descriptor >= 0 { close(descriptor) }
  }

  var run: Run { Run(host: Host(host), handle: OpaquePointer(Unmanaged.passUnretained(self).toOpaque())) }

  func cancel() {
    cancelled.store(true, ordering: .relaxed)
    if pipes[1] >= 0 { write(pipes[1], "x", 1) }
  }

  private static func of(_ run: OpaquePointer?) -> ScriptedRun {
    Unmanaged<ScriptedRun>.fromOpaque(UnsafeRawPointer(run!)).takeUnretainedValue()
  }
}

/// The problem that the body throws.
func problem(_ body: () throws -> Void) -> PluginError? {
  do { try body() } catch { return error as? PluginError }
  return nil
}
