// A host behind the C tables: one run that can be cancelled, counts progress and keeps state.
import CPluginABI
import Glibc
import JSONValue
import PluginKit
import Testing

@testable import LocalFilesPlugin

final class RunHost {
  var host = ote_host()
  var runID = "run-1"
  var cancelAfterProgress = Int.max
  private(set) var progress: [UInt64] = []
  private(set) var state: [String: [UInt8]] = [:]
  private let runTable = UnsafeMutablePointer<ote_run_service>.allocate(capacity: 1)
  private let stateTable = UnsafeMutablePointer<ote_state_service>.allocate(capacity: 1)

  init() {
    runTable.initialize(to: runService)
    stateTable.initialize(to: stateService)
    host.struct_size = UInt32(MemoryLayout<ote_host>.size)
    host.abi = UInt32(OTE_ABI_CURRENT)
    host.host_ctx = Unmanaged.passUnretained(self).toOpaque()
    host.service = { host, id in
      guard let host else { return nil }
      let owner = RunHost.of(OpaquePointer(host.pointee.host_ctx))
      switch text(id) {
      case OTE_SERVICE_RUN: return UnsafeRawPointer(owner.runTable)
      case OTE_SERVICE_STATE: return UnsafeRawPointer(owner.stateTable)
      default: return nil
      }
    }
  }

  deinit {
    runTable.deallocate()
    stateTable.deallocate()
  }

  var run: OpaquePointer { OpaquePointer(Unmanaged.passUnretained(self).toOpaque()) }

  static func of(_ run: OpaquePointer?) -> RunHost {
    Unmanaged<RunHost>.fromOpaque(UnsafeRawPointer(run!)).takeUnretainedValue()
  }

  fileprivate func note(_ done: UInt64) { progress.append(done) }
  fileprivate var isCancelled: Bool { progress.count >= cancelAfterProgress }
  fileprivate func put(_ key: String, _ value: [UInt8]) { state[key] = value }

  /// Runs a body with a component's tables, then destroys it.
  func with<T, R>(_ component: String, _ config: JSONValue, _ id: String, _ body: (OpaquePointer, T) throws -> R) throws
    -> R
  {
    let module = try #require(plugin.module(UInt32(OTE_ABI_CURRENT)))
    var instance: OpaquePointer?
    var ops: UnsafePointer<ote_instance_ops>?
    let status = withText(component) { component in
      withText(config.text) { config in
        answer { _, error in module.pointee.create(&host, component, config, &instance, &ops, error) }.status
      }
    }
    #expect(status == OTE_OK)
    let made = try #require(instance)
    defer { ops?.pointee.destroy(made) }
    let table = try #require(withText(id) { ops?.pointee.query(made, $0) })
    return try body(made, table.load(as: T.self))
  }
}

struct Answer {
  var status: ote_status
  var text: String
  var message: String
}

/// Calls with a writer and an error, and collects what they were given.
func answer(_ call: (UnsafeMutablePointer<ote_writer>, UnsafeMutablePointer<ote_error>) -> ote_status) -> Answer {
  final class Collected { var text = "", message = "" }
  let collected = Collected()
  let context = Unmanaged.passUnretained(collected).toOpaque()
  var writer = ote_writer(struct_size: UInt32(MemoryLayout<ote_writer>.size), reserved0: 0, ctx: context) {
    writer, bytes in
    let collected = Unmanaged<Collected>.fromOpaque(writer!.pointee.ctx).takeUnretainedValue()
    collected.text += String(decoding: UnsafeBufferPointer(start: bytes.ptr, count: Int(bytes.len)), as: UTF8.self)
    return OTE_OK
  }
  var error = ote_error(struct_size: UInt32(MemoryLayout<ote_error>.size), reserved0: 0, host_ctx: context) {
    error, _, _, message, _ in
    Unmanaged<Collected>.fromOpaque(error!.pointee.host_ctx).takeUnretainedValue().message = text(message)
  }
  let status = call(&writer, &error)
  return Answer(status: status, text: collected.text, message: collected.message)
}

func text(_ value: ote_str) -> String {
  value.ptr.withMemoryRebound(to: UInt8.self, capacity: Int(value.len)) {
    String(decoding: UnsafeBufferPointer(start: $0, count: Int(value.len)), as: UTF8.self)
  }
}

func withText<R>(_ value: String, _ body: (ote_str) throws -> R) rethrows -> R {
  try value.withCString { try body(ote_str(ptr: $0, len: UInt64(strlen($0)))) }
}

private let runService = ote_run_service(
  struct_size: UInt32(MemoryLayout<ote_run_service>.size), reserved0: 0,
  cancelled: { RunHost.of($0).isCancelled ? 1 : 0 }, cancel_fd: { _ in -1 }, deadline_ns: { _ in 0 },
  progress: { run, done, _, _ in RunHost.of(run).note(done) },
  meta: { run, out in
    let json = #"{"run":"\#(RunHost.of(run).runID)","attempt":1,"pipeline":"p","node":"out","batch_rows":100}"#
    var bytes = Array(json.utf8)
    return bytes.withUnsafeMutableBufferPointer {
      out!.pointee.write(out, ote_bytes(ptr: $0.baseAddress, len: UInt64($0.count)))
    }
  })

private let stateService = ote_state_service(
  struct_size: UInt32(MemoryLayout<ote_state_service>.size), reserved0: 0,
  get: { run, key, out, revision, _ in
    guard let value = RunHost.of(run).state[text(key)] else { return OTE_E_NOT_FOUND }
    revision?.pointee = 1
    return value.withUnsafeBufferPointer {
      out!.pointee.write(out, ote_bytes(ptr: $0.baseAddress, len: UInt64($0.count)))
    }
  },
  put: { run, key, value, _, revision, _ in
    RunHost.of(run).put(text(key), Array(UnsafeBufferPointer(start: value.ptr, count: Int(value.len))))
    revision?.pointee = 1
    return OTE_OK
  }, remove: { _, _, _ in OTE_OK })
