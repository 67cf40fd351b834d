// The llama-cpp plugin: GGUF models in this process, through llama.cpp's library.
public import CPluginABI
import PluginKit

let plugin = Plugin(
  name: "llama-cpp", version: "1.0.0", title: "llama.cpp", components: [.provider(ModelProvider.self)])

@c(ote_module_v1)
public func module(_ hostABI: UInt32) -> UnsafePointer<ote_module>? { plugin.module(hostABI) }
