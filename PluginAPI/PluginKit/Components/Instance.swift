// The erased owner of a component: C function pointers cannot capture generics, so class dispatch carries them.
package import CPluginABI
internal import JSONValue

/// One component instance behind an `ote_instance *`. Each kind overrides what it offers.
class Instance {
  let host: Host

  init(host: Host) { self.host = host }

  var component: any Component { fatalError("an instance without a component") }

  /// The table of the component's kind.
  func table(_ interface: String) -> UnsafeRawPointer? { nil }

  func query(_ interface: String) -> UnsafeRawPointer? {
    switch interface {
    case OTE_STREAM_ERROR: UnsafeRawPointer(streamErrorTable)
    case OTE_CHECKPOINT: component is any Checkpointing ? UnsafeRawPointer(checkpointTable) : nil
    case OTE_OPTIONS: component is any DynamicOptions ? UnsafeRawPointer(optionsTable) : nil
    default: table(interface)
    }
  }

  func run(_ handle: OpaquePointer?) -> Run { Run(host: host, handle: handle) }

  /// The plugin's own instance behind the C handle.
  @inline(__always)
  static func of(_ handle: OpaquePointer?) -> Instance {
    guard let handle else { fatalError("the host passed a NULL instance") }
    return Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
  }
}

/// Fails a call whose table does not belong to the instance: the host broke the contract.
func instance<T: Instance>(_ handle: OpaquePointer?, _ type: T.Type) throws -> T {
  guard let typed = Instance.of(handle) as? T else {
    throw PluginError(.invalidArgument, "the function belongs to another kind of component")
  }
  return typed
}

/// Runs a call and maps what it throws to a status, setting the C error exactly once.
@inline(__always)
func answering(_ error: UnsafeMutablePointer<ote_error>?, _ body: () throws -> ote_status) -> ote_status {
  do { return try body() } catch let failure { return report(PluginError(wrapping: failure), to: error) }
}

package func report(_ failure: PluginError, to error: UnsafeMutablePointer<ote_error>?) -> ote_status {
  if let error, error.pointee.struct_size >= UInt32(MemoryLayout<ote_error>.size), let set = error.pointee.set {
    let details = failure.details.isEmpty ? "" : JSONValue.object(failure.details).text
    failure.message.withC { message in
      details.withC {
        set(error, failure.status.rawValue, failure.retryable ? UInt32(OTE_ERROR_RETRYABLE) : 0, message, $0)
      }
    }
  }
  return failure.status.rawValue
}

/// A table that lives as long as the process.
func permanent<T>(_ value: T) -> UnsafeMutablePointer<T> {
  let pointer = UnsafeMutablePointer<T>.allocate(capacity: 1)
  pointer.initialize(to: value)
  return pointer
}

package func size<T>(_ type: T.Type) -> UInt32 { UInt32(MemoryLayout<T>.size) }

/// Bytes of a JSON argument; empty text counts as an empty object.
func parsed(_ text: ote_str) throws -> JSONValue {
  if text.len == 0 { return [:] }
  do { return try JSONValue(parsing: String(text)) } catch {
    throw PluginError(.invalidArgument, "the host passed JSON that does not parse: \(error)")
  }
}

nonisolated(unsafe) let instanceOps = permanent(
  ote_instance_ops(
    struct_size: size(ote_instance_ops.self), reserved0: 0,
    destroy: { handle in
      guard let handle else { return }
      Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(handle)).release()
    },
    query: { handle, id in Instance.of(handle).query(String(id)) },
    interrupt: { handle in Instance.of(handle).component.interrupt() }))
