// The plugin itself: its name, its component and the one exported symbol.
public import CPluginABI
import PluginKit

let plugin = Plugin(name: "smtp", version: "1.0.0", title: "Mail", components: [.notifier(MailNotifier.self)])

@c(ote_module_v1)
public func module(_ hostABI: UInt32) -> UnsafePointer<ote_module>? { plugin.module(hostABI) }
