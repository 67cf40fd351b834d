// Reads the host's growing C structs by the header's reading rule.
internal import CPluginABI
internal import Glibc

/// A copy of a table that begins with struct_size: what the producer did not have reads as zero, which is "not
/// offered".
func copyTable<T>(_ pointer: UnsafeRawPointer, as type: T.Type) -> T {
  withUnsafeTemporaryAllocation(of: T.self, capacity: 1) { local in
    let target = UnsafeMutableRawPointer(local.baseAddress.unsafelyUnwrapped)
    let offered = Int(pointer.load(as: UInt32.self))
    memset(target, 0, MemoryLayout<T>.size)
    memcpy(target, pointer, min(offered, MemoryLayout<T>.size))
    return local[0]
  }
}

/// The host's services, looked up once.
struct ServiceTables {
  var log = ote_log_service()
  var run = ote_run_service()
  var metrics = ote_metrics_service()
  var secrets = ote_secrets_service()
  var state = ote_state_service()
  var files = ote_files_service()
  var models = ote_models_service()

  init() {}

  init(_ service: (String) -> UnsafeRawPointer?) {
    if let table = service(OTE_SERVICE_LOG) { log = copyTable(table, as: ote_log_service.self) }
    if let table = service(OTE_SERVICE_RUN) { run = copyTable(table, as: ote_run_service.self) }
    if let table = service(OTE_SERVICE_METRICS) { metrics = copyTable(table, as: ote_metrics_service.self) }
    if let table = service(OTE_SERVICE_SECRETS) { secrets = copyTable(table, as: ote_secrets_service.self) }
    if let table = service(OTE_SERVICE_STATE) { state = copyTable(table, as: ote_state_service.self) }
    if let table = service(OTE_SERVICE_FILES) { files = copyTable(table, as: ote_files_service.self) }
    if let table = service(OTE_SERVICE_MODELS) { models = copyTable(table, as: ote_models_service.self) }
  }
}
