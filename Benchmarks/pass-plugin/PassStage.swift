// A stage that hands every batch on as it is, so that `boundary` can weigh one edge through PluginKit.
public import CPluginABI
import PluginKit

final class PassStage: Stage {
  struct Configuration: Decodable {}

  static let descriptor = ComponentDescriptor(
    "pass", title: "Pass", summary: "Hands every batch on as it is.", inputs: [.table()], outputs: [.table()])

  init(configuration: Configuration, host: Host) {}

  func bind(_ inputs: [InputSchema], _ run: Run) -> BoundOutputs {
    inputs[0].schema.map { BoundOutputs([$0]) } ?? .deferred
  }

  func open(_ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run) -> [any BatchStream] {
    [inputs[0]]
  }
}

let plugin = Plugin(
  name: "bench-pass", version: "1.0.0", title: "Benchmark: pass", components: [.stage(PassStage.self)])

@c(ote_module_v1)
public func module(_ hostABI: UInt32) -> UnsafePointer<ote_module>? { plugin.module(hostABI) }
