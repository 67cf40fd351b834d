// The duckdb plugin: files, SQL and datasets on one engine, so that a chain of them runs as one query.
public import CPluginABI
import PluginKit

let plugin = Plugin(
  name: "duckdb", version: "1.0.0", title: "DuckDB",
  components: [
    .stage(ReadStage.self), .stage(SQLStage.self), .stage(WriteStage.self), .source(TableSource.self),
    .sink(DatasetSink.self),
  ])

@c(ote_module_v1)
public func module(_ hostABI: UInt32) -> UnsafePointer<ote_module>? { plugin.module(hostABI) }
