// A host made of C callbacks, as small as the tests need it.
import CPluginABI
import Glibc
import JSONValue
import Testing

@testable import PluginKit

/// Stands for the host and for the one run there is. Used by one test on one thread.
final class FakeHost {
  var host = ote_host()
  var lines: [String] = []
  var cancelled = false
  var stored: [UInt8]?
  private var tables: [String: UnsafeMutableRawPointer] = [:]
  /// Names that live as long as the host.
  private let name = strdup("fake host")

  init() {
    host.struct_size = size(ote_host.self)
    host.abi = UInt32(OTE_ABI_CURRENT)
    host.host_ctx = Unmanaged.passUnretained(self).toOpaque()
    host.name = ote_str(ptr: name, len: 9)
    host.service = { host, id in
      host.map { FakeHost.of($0.pointee.host_ctx).tables[String(id)].map { UnsafeRawPointer($0) } } ?? nil
    }
    add(OTE_SERVICE_LOG, logTable)
    add(OTE_SERVICE_RUN, runTable)
    add(OTE_SERVICE_METRICS, metricsTable)
    add(OTE_SERVICE_SECRETS, secretsTable)
    add(OTE_SERVICE_STATE, stateTable)
    // An older host's table: publish and fetch are not there.
    add(OTE_SERVICE_FILES, filesTable)
  }

  deinit {
    for table in tables.values { table.deallocate() }
    free(name)
  }

  private func add<T>(_ id: String, _ table: T) {
    let place = UnsafeMutablePointer<T>.allocate(capacity: 1)
    place.initialize(to: table)
    tables[id] = UnsafeMutableRawPointer(place)
  }

  var run: OpaquePointer { OpaquePointer(Unmanaged.passUnretained(self).toOpaque()) }

  static func of(_ pointer: UnsafeMutableRawPointer?) -> FakeHost {
    Unmanaged<FakeHost>.fromOpaque(pointer!).takeUnretainedValue()
  }
  static func of(_ run: OpaquePointer?) -> FakeHost { of(run.map { UnsafeMutableRawPointer($0) }) }
}

private let logTable = ote_log_service(
  struct_size: size(ote_log_service.self), reserved0: 0,
  log: { host, run, level, message, fields in
    FakeHost.of(run).lines.append("\(level) \(String(message)) \(String(fields))")
  })

private let runTable = ote_run_service(
  struct_size: size(ote_run_service.self), reserved0: 0, cancelled: { FakeHost.of($0).cancelled ? 1 : 0 },
  cancel_fd: { _ in 5 }, deadline_ns: { _ in 77 },
  progress: { run, done, total, phase in FakeHost.of(run).lines.append("\(done)/\(total) \(String(phase))") },
  meta: { _, out in
    try? out?.write(#"{"run":"r1","attempt":2,"pipeline":"p","node":"n","threads":2,"batch_rows":10}"#)
    return OTE_OK
  })

private let metricsTable = ote_metrics_service(
  struct_size: size(ote_metrics_service.self), reserved0: 0,
  record: { run, name, value, unit, labels in
    FakeHost.of(run).lines.append("\(String(name)) \(value) \(String(unit)) \(String(labels))")
  })

private let secretsTable = ote_secrets_service(
  struct_size: size(ote_secrets_service.self), reserved0: 0,
  get: { _, reference, out, error in
    guard String(reference) == "good" else { return report(PluginError(.denied, "not yours"), to: error) }
    try? out?.write("hunter2")
    return OTE_OK
  })

private let stateTable = ote_state_service(
  struct_size: size(ote_state_service.self), reserved0: 0,
  get: { run, _, out, revision, _ in
    guard let stored = FakeHost.of(run).stored else { return OTE_E_NOT_FOUND }
    try? out?.write(stored)
    revision?.pointee = 41
    return OTE_OK
  },
  put: { run, _, value, expected, revision, _ in
    FakeHost.of(run).stored = Array(UnsafeBufferPointer(start: value.ptr, count: Int(value.len)))
    revision?.pointee = expected + 41
    return OTE_OK
  },
  remove: { run, _, _ in
    FakeHost.of(run).stored = nil
    return OTE_OK
  })

private let filesTable = ote_files_service(
  struct_size: 16, reserved0: 0,
  temp_dir: { _, out, _ in
    try? out?.write("/scratch")
    return OTE_OK
  },
  publish: { _, _, _, _, _, _ in fatalError("beyond struct_size") }, fetch: { _, _, _, _ in OTE_E_INTERNAL })

/// What a call answered: status, text written, and every error set.
final class Outcome {
  var status: ote_status = 0
  var text = ""
  var errors: [PluginError] = []
  var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }

  init(_ call: (UnsafeMutablePointer<ote_writer>, UnsafeMutablePointer<ote_error>) -> ote_status) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    var writer = ote_writer(struct_size: size(ote_writer.self), reserved0: 0, ctx: context) { writer, bytes in
      let outcome = Unmanaged<Outcome>.fromOpaque(writer!.pointee.ctx).takeUnretainedValue()
      outcome.text += String(decoding: UnsafeBufferPointer(start: bytes.ptr, count: Int(bytes.len)), as: UTF8.self)
      return OTE_OK
    }
    var error = ote_error(struct_size: size(ote_error.self), reserved0: 0, host_ctx: context) {
      error, status, flags, message, details in
      let outcome = Unmanaged<Outcome>.fromOpaque(error!.pointee.host_ctx).takeUnretainedValue()
      let details = details.len == 0 ? [:] : (try? JSONValue(parsing: String(details)))?.object ?? [:]
      outcome.errors.append(
        PluginError(.init(code: status), String(message), retryable: flags & 1 != 0, details: details))
    }
    status = call(&writer, &error)
    #expect(errors.count == (status < 0 ? 1 : 0), "a failure sets its error exactly once")
  }
}

/// An instance made through the plugin's C table.
final class FakeInstance {
  let fake = FakeHost()
  private(set) var handle: OpaquePointer?
  private var ops: UnsafePointer<ote_instance_ops>?
  let created: Outcome

  init(_ plugin: Plugin, _ component: String, _ configuration: String = "{}") throws {
    let module = try #require(plugin.module(UInt32(OTE_ABI_CURRENT)))
    let fake = fake
    var handle: OpaquePointer?
    var ops: UnsafePointer<ote_instance_ops>?
    created = component.withC { component in
      configuration.withC { configuration in
        Outcome { _, error in module.pointee.create(&fake.host, component, configuration, &handle, &ops, error) }
      }
    }
    self.handle = handle
    self.ops = ops
  }

  deinit { if let handle { ops?.pointee.destroy(handle) } }

  func table<T>(_ id: String, _ type: T.Type) -> T? {
    id.withC { ops?.pointee.query(handle, $0) }.map { $0.load(as: T.self) }
  }

  func interrupt() { ops?.pointee.interrupt(handle) }
}
