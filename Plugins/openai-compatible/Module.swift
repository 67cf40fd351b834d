// The plugin itself: its name, its component and the one exported symbol.
public import CPluginABI
import PluginKit

let plugin = Plugin(
  name: "openai-compatible", version: "1.0.0", title: "OpenAI-compatible models",
  components: [.provider(OpenAIModel.self)])

@c(ote_module_v1)
public func module(_ hostABI: UInt32) -> UnsafePointer<ote_module>? { plugin.module(hostABI) }
