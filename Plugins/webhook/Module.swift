// The plugin itself: its name, its component and the one exported symbol.
public import CPluginABI
import PluginKit

let plugin = Plugin(
  name: "webhook", version: "1.0.0", title: "Webhook", components: [.notifier(WebhookNotifier.self)])

@c(ote_module_v1)
public func module(_ hostABI: UInt32) -> UnsafePointer<ote_module>? { plugin.module(hostABI) }
