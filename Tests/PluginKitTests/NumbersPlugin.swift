// A complete source in thirty lines, as a plugin's author writes it.
import CPluginABI
import JSONValue
import PluginKit

final class Numbers: Source {
  struct Configuration: Decodable { var count: Int }
  static let descriptor = ComponentDescriptor(
    "numbers", title: "Numbers", summary: "Counts from 0", outputs: [.table()],
    config: ["type": "object", "properties": ["count": ["type": "integer"]], "required": ["count"]])
  private let schema = Schema([Field("n", .int64, nullable: false)])
  private let count: Int

  init(configuration: Configuration, host: Host) throws {
    guard configuration.count >= 0 else { throw PluginError.configuration("count is negative", at: "/count") }
    count = configuration.count
  }

  func bind(_ run: Run) -> Schema? { schema }

  func open(_ scan: ScanRequest, _ run: Run) -> any BatchStream {
    let end = min(count, scan.limit ?? .max)
    var next = 0
    var builder = BatchBuilder(schema)
    return GeneratedStream(schema: schema) {
      try run.checkCancelled()
      while next < end, builder.rowCount < run.meta.batchRows {
        builder[0].append(Int64(next))
        next += 1
      }
      return builder.rowCount > 0 ? builder.finish() : nil
    }
  }
}

let numbersPlugin = Plugin(name: "numbers", version: "1.0.0", title: "Numbers", components: [.source(Numbers.self)])
