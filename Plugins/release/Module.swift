// The plugin itself: its name, its components and the one exported symbol.
public import CPluginABI
import PluginKit

let plugin = Plugin(
  name: "release", version: "1.0.0", title: "Release of models",
  components: [.action(VerifyAction.self), .action(RegisterAction.self)])

@c(ote_module_v1)
public func module(_ hostABI: UInt32) -> UnsafePointer<ote_module>? { plugin.module(hostABI) }
