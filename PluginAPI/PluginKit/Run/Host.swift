// The host as a plugin sees it.
internal import CPluginABI
public import JSONValue

/// How much a log line matters.
public enum LogLevel: Int32, Sendable, Hashable {
  case debug = 0
  case info = 1
  case warning = 2
  case error = 3
}

/// The host that made a component. Valid until the plugin's teardown; any thread.
public struct Host: @unchecked Sendable {
  public let name: String
  public let version: String
  /// The ABI the host speaks, major << 16 | minor.
  public let abi: UInt32
  let pointer: UnsafePointer<ote_host>?
  let tables: ServiceTables

  init(_ pointer: UnsafePointer<ote_host>) {
    let host = copyTable(pointer, as: ote_host.self)
    self.pointer = pointer
    abi = host.abi
    name = String(host.name)
    version = String(host.version)
    tables = ServiceTables { id in host.service.flatMap { service in id.withC { service(pointer, $0) } } }
  }

  private init() {
    pointer = nil
    abi = UInt32(OTE_ABI_CURRENT)
    name = "none"
    version = "0"
    tables = ServiceTables()
  }

  /// A host that offers nothing: for tests and for looking at a component outside a run.
  public static let detached = Host()

  /// A line in the log of the run, or of the host where there is no run.
  public func log(_ level: LogLevel, _ message: String, fields: [String: JSONValue] = [:], run: Run? = nil) {
    guard let log = tables.log.log, let pointer else { return }
    message.withC { message in
      (fields.isEmpty ? "" : JSONValue.object(fields).text).withC { fields in
        log(pointer, run?.handle, level.rawValue, message, fields)
      }
    }
  }

  /// The C table of a service ("ote.models/1"), nil where it is not offered or not permitted. Valid until teardown.
  public func service(_ id: String) -> UnsafeRawPointer? {
    guard let pointer else { return nil }
    let service = copyTable(pointer, as: ote_host.self).service
    return service.flatMap { service in id.withC { service(pointer, $0) } }
  }
}
