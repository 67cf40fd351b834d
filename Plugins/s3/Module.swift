// The plugin itself: its name, its components and the one exported symbol.
public import CPluginABI
import PluginKit

let plugin = Plugin(
  name: "s3", version: "1.0.0", title: "S3", components: [.source(S3Source.self), .sink(S3Sink.self)])

@c(ote_module_v1)
public func module(_ hostABI: UInt32) -> UnsafePointer<ote_module>? { plugin.module(hostABI) }
