// The stage `embed`: a text column through a model that makes vectors of it.
import JSONValue
import PluginKit

struct EmbedConfiguration: Decodable {
  enum Nulls: String, Decodable { case fail, null }
  let column: String
  let output: String?
  let batch_rows: Int?
  let nulls: Nulls?
  let retries: RetryConfiguration?
  let cache: CacheConfiguration?
}

final class EmbedStage: Stage {
  static let descriptor = EmbedSchema.descriptor

  private let configuration: EmbedConfiguration

  init(configuration: EmbedConfiguration, host: Host) throws {
    self.configuration = configuration
    _ = try CacheConfiguration.checked(configuration.cache)
  }

  private func schema(_ input: Schema) throws -> (Schema, column: Int) {
    let column = try input.position(of: configuration.column, at: "/column")
    guard input.fields[column].type.isText else {
      throw PluginError.configuration(
        "the column '\(configuration.column)' holds \(input.fields[column].type), not text", at: "/column")
    }
    let name = configuration.output ?? "embedding"
    guard input.index(of: name) == nil else {
      throw PluginError.configuration("the table already has a column '\(name)'", at: "/output")
    }
    return (Schema(input.fields + [EmbedStream.field(name)], metadata: input.metadata), column)
  }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    guard let input = inputs.first?.schema else { return .deferred }
    return BoundOutputs([try schema(input).0])
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    guard let rows = inputs.first else { throw PluginError(.invalidArgument, "the host passed no rows") }
    let (schema, column) = try schema(rows.schema)
    return [EmbedStream(rows, schema: schema, column: column, configuration, run)]
  }
}
