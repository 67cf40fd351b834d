// The C functions of a module carry no context, so each plugin of this image has a numbered set of them.
internal import CPluginABI
internal import JSONValue
internal import Synchronization

/// The plugins of this image: one in a shared object, several where tests link plugins together.
final class PluginRegistry: Sendable {
  static let shared = PluginRegistry()

  private struct Entry: @unchecked Sendable {
    let plugin: Plugin
    let table: UnsafePointer<ote_module>
  }

  private let entries = Mutex<[Entry]>([])

  /// The plugin's table, made when it is first asked for; nil when all sets of functions are taken.
  func module(of plugin: Plugin) -> UnsafePointer<ote_module>? {
    entries.withLock { entries in
      if let known = entries.first(where: { $0.plugin.name == plugin.name && $0.plugin.version == plugin.version }) {
        return known.table
      }
      guard entries.count < moduleFunctions.count else { return nil }
      let functions = moduleFunctions[entries.count]
      // Tables are read by their size, so an older host does: it offers less.
      let table = permanent(
        ote_module(
          struct_size: size(ote_module.self), abi_built: UInt32(OTE_ABI_CURRENT), abi_needs: 0x0001_0000,
          reserved0: 0, setup: { _, _ in OTE_OK }, teardown: {}, describe: functions.describe,
          create: functions.create))
      entries.append(Entry(plugin: plugin, table: UnsafePointer(table)))
      return UnsafePointer(table)
    }
  }

  fileprivate func plugin(_ number: Int) -> Plugin { entries.withLock { $0[number].plugin } }
}

private typealias Describe = @convention(c) (UnsafeMutablePointer<ote_writer>?) -> ote_status
private typealias Create =
  @convention(c) (
    UnsafePointer<ote_host>?, ote_str, ote_str, UnsafeMutablePointer<OpaquePointer?>?,
    UnsafeMutablePointer<UnsafePointer<ote_instance_ops>?>?, UnsafeMutablePointer<ote_error>?
  ) -> ote_status

private let moduleFunctions: [(describe: Describe, create: Create)] = [
  ({ describe(0, $0) }, { create(0, $0, $1, $2, $3, $4, $5) }),
  ({ describe(1, $0) }, { create(1, $0, $1, $2, $3, $4, $5) }),
  ({ describe(2, $0) }, { create(2, $0, $1, $2, $3, $4, $5) }),
  ({ describe(3, $0) }, { create(3, $0, $1, $2, $3, $4, $5) }),
  ({ describe(4, $0) }, { create(4, $0, $1, $2, $3, $4, $5) }),
  ({ describe(5, $0) }, { create(5, $0, $1, $2, $3, $4, $5) }),
  ({ describe(6, $0) }, { create(6, $0, $1, $2, $3, $4, $5) }),
  ({ describe(7, $0) }, { create(7, $0, $1, $2, $3, $4, $5) }),
  ({ describe(8, $0) }, { create(8, $0, $1, $2, $3, $4, $5) }),
  ({ describe(9, $0) }, { create(9, $0, $1, $2, $3, $4, $5) }),
  ({ describe(10, $0) }, { create(10, $0, $1, $2, $3, $4, $5) }),
  ({ describe(11, $0) }, { create(11, $0, $1, $2, $3, $4, $5) }),
  ({ describe(12, $0) }, { create(12, $0, $1, $2, $3, $4, $5) }),
  ({ describe(13, $0) }, { create(13, $0, $1, $2, $3, $4, $5) }),
  ({ describe(14, $0) }, { create(14, $0, $1, $2, $3, $4, $5) }),
  ({ describe(15, $0) }, { create(15, $0, $1, $2, $3, $4, $5) }),
  ({ describe(16, $0) }, { create(16, $0, $1, $2, $3, $4, $5) }),
  ({ describe(17, $0) }, { create(17, $0, $1, $2, $3, $4, $5) }),
  ({ describe(18, $0) }, { create(18, $0, $1, $2, $3, $4, $5) }),
  ({ describe(19, $0) }, { create(19, $0, $1, $2, $3, $4, $5) }),
  ({ describe(20, $0) }, { create(20, $0, $1, $2, $3, $4, $5) }),
  ({ describe(21, $0) }, { create(21, $0, $1, $2, $3, $4, $5) }),
  ({ describe(22, $0) }, { create(22, $0, $1, $2, $3, $4, $5) }),
  ({ describe(23, $0) }, { create(23, $0, $1, $2, $3, $4, $5) }),
  ({ describe(24, $0) }, { create(24, $0, $1, $2, $3, $4, $5) }),
  ({ describe(25, $0) }, { create(25, $0, $1, $2, $3, $4, $5) }),
  ({ describe(26, $0) }, { create(26, $0, $1, $2, $3, $4, $5) }),
  ({ describe(27, $0) }, { create(27, $0, $1, $2, $3, $4, $5) }),
  ({ describe(28, $0) }, { create(28, $0, $1, $2, $3, $4, $5) }),
  ({ describe(29, $0) }, { create(29, $0, $1, $2, $3, $4, $5) }),
  ({ describe(30, $0) }, { create(30, $0, $1, $2, $3, $4, $5) }),
  ({ describe(31, $0) }, { create(31, $0, $1, $2, $3, $4, $5) }),
]

private func describe(_ number: Int, _ out: UnsafeMutablePointer<ote_writer>?) -> ote_status {
  answering(nil) {
    guard let out else { throw PluginError(.invalidArgument, "the host passed no writer") }
    try out.write(PluginRegistry.shared.plugin(number).descriptor.text)
    return OTE_OK
  }
}

private func create(
  _ number: Int, _ host: UnsafePointer<ote_host>?, _ component: ote_str, _ configuration: ote_str,
  _ out: UnsafeMutablePointer<OpaquePointer?>?, _ ops: UnsafeMutablePointer<UnsafePointer<ote_instance_ops>?>?,
  _ error: UnsafeMutablePointer<ote_error>?
) -> ote_status {
  answering(error) {
    guard let host, let out, let ops else { throw PluginError(.invalidArgument, "the host passed NULL to create") }
    let instance = try PluginRegistry.shared.plugin(number).make(
      String(component), configuration: Array(String(configuration).utf8), host: Host(host))
    out.pointee = OpaquePointer(Unmanaged.passRetained(instance).toOpaque())
    ops.pointee = UnsafePointer(instanceOps)
    return OTE_OK
  }
}
