// The stage `generate`: a table through a model.
import JSONValue
import PluginKit

final class GenerateStage: Stage {
  static let descriptor = GenerateSchema.descriptor

  private let configuration: GenerateConfiguration
  private let plan: PromptPlan
  private let layout: AnswerLayout

  init(configuration: GenerateConfiguration, host: Host) throws {
    self.configuration = configuration
    plan = try PromptPlan(configuration)
    layout = try AnswerLayout(configuration)
    _ = try CacheConfiguration.checked(configuration.cache)
    guard (configuration.at_most ?? 0) == 0 || configuration.on_error == .null else {
      throw PluginError.configuration(
        "at_most needs on_error: null, else the first failing row ends it", at: "/at_most")
    }
  }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    guard let schema = inputs.first?.schema else { return .deferred }
    _ = try plan.bound(to: schema)
    return BoundOutputs([try layout.schema(beside: schema)])
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    guard let rows = inputs.first else { throw PluginError(.invalidArgument, "the host passed no rows") }
    return [
      AnswerStream(
        rows, schema: try layout.schema(beside: rows.schema), prompt: try plan.bound(to: rows.schema), layout,
        configuration,
        run)
    ]
  }
}
