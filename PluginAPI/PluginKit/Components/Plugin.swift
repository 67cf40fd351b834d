// A plugin: its name and its components, exported through one C function.
public import CPluginABI
internal import CPluginStamp
public import JSONValue

/// A plugin's last lines:
///
///     let plugin = Plugin(name: "numbers", version: "1.0.0", title: "Numbers", components: [.source(Numbers.self)])
///     @c(ote_module_v1)
///     public func module(_ hostABI: UInt32) -> UnsafePointer<ote_module>? { plugin.module(hostABI) }
public struct Plugin: Sendable {
  public let name: String
  public let version: String
  public let title: String
  let components: [AnyComponent]

  public init(name: String, version: String, title: String, components: [AnyComponent]) {
    self.name = name
    self.version = version
    self.title = title
    self.components = components
  }

  /// The descriptor that the host reads: the same bytes each time.
  public var descriptor: JSONValue {
    [
      "descriptor": 1, "name": .string(name), "version": .string(version), "title": .string(title),
      "components": .array(components.map(\.descriptor.json)),
    ]
  }

  /// The module's table for a host of this ABI, nil for a major version it does not know. Valid for the life of the
  /// process, and the same pointer each time. Any thread.
  public func module(_ hostABI: UInt32) -> UnsafePointer<ote_module>? {
    guard hostABI >> 16 == 1 else { return nil }
    // The reference keeps the linker from dropping the ELF note that marks the file as a plugin.
    guard ote_stamp_anchor() != nil else { return nil }
    return PluginRegistry.shared.module(of: self)
  }

  func make(_ component: String, configuration: [UInt8], host: Host) throws -> Instance {
    guard let entry = components.first(where: { $0.descriptor.name == component }) else {
      throw PluginError(.notFound, "plugin '\(name)' has no component '\(component)'")
    }
    return try entry.make(configuration, host)
  }
}
