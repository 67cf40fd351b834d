// A table through `generate` and `embed` to a server: the whole way.
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import GeneratePlugin
@testable import OpenAICompatiblePlugin

@Suite(.serialized) struct TableTests {
  /// `generate` on a bench, with a model of this plugin on another.
  private func rows(
    of component: String, _ config: JSONValue, _ texts: [String], _ model: (bench: PluginBench, model: BenchInstance)
  ) throws -> (rows: [[String: JSONValue]], bench: PluginBench) {
    let stages = Plugin(
      name: "generate", version: "1.0.0", title: "Generate",
      components: [.stage(GenerateStage.self), .stage(EmbedStage.self)])
    let bench = PluginBench(stages)
    bench.models["model"] = .provider(model.model)
    bench.documents["model"] = ["name": "m"]
    let stage = try bench.instance(component, config)
    let table = try BatchList([Field("q", .utf8)], rows: texts.map { [.string($0)] })
    return try withExtendedLifetime((bench, stage)) {
      (try stage.open([(name: "rows", stream: table)])[0].readRows(), bench)
    }
  }

  @Test func `values come out of a real model's answers as columns`() throws {
    let schema: JSONValue = [
      "type": "object", "properties": ["mood": ["enum": ["good", "bad"]], "stars": ["type": "integer"]],
      "required": ["mood", "stars"], "additionalProperties": false,
    ]
    let (rows, bench) = try rows(
      of: "generate",
      [
        "messages": [["role": "user", "content": "Mood and stars of: {{q}}"]], "max_tokens": 40, "temperature": 0,
        "seed": 3, "format": ["type": "json_schema", "schema": schema], "concurrency": 2,
        "columns": [["name": "mood"], ["name": "stars", "type": "integer"]],
      ], ["I loved it", "Never again", "It was fine"], try Llama.model())
    #expect(rows.count == 3)
    for row in rows {
      #expect(["good", "bad"].contains(row["mood"]?.string), "\(row)")
      #expect(row["input_tokens"]?.int ?? 0 > 10 && (row["finish"] == "length" || row["stars"]?.int != nil))
    }
    #expect(bench.seen.metrics["rows_failed"] == 0)
  }

  @Test func `a storm that passes leaves no trace in the table`() throws {
    let (rows, _) = try rows(of: "generate", ["prompt": "{{q}}"], ["a", "b"], try Hostile.model("busy-twice-table"))
    #expect(rows.allSatisfy { $0["text"] == "Hällo 🌍!" && $0["error"] == .null })
  }

  @Test func `a row that does not fit the context is null with the server's words, the others are answered`() throws {
    let (rows, _) = try rows(
      of: "generate",
      ["prompt": "{{q}}", "max_tokens": 2, "temperature": 0, "on_error": "null", "at_most": 0.5],
      ["One, two,", String(repeating: "word ", count: 3000)], try Llama.model())
    #expect(rows[0]["text"]?.string?.isEmpty == false && rows[0]["error"] == .null)
    #expect(rows[1]["text"] == .null && rows[1]["error"]?.string?.contains("context size") == true, "\(rows[1])")
  }

  @Test func `vectors of a server become a column`() throws {
    let (rows, _) = try rows(of: "embed", ["column": "q"], ["a", "bbb", "a"], try Hostile.model("embed-table"))
    #expect(rows.map { $0["embedding"] } == [[1.0, 1.0], [3.0, 1.0], [1.0, 1.0]])
    #expect(try Hostile.seen("embed-table").map { $0["body"]?["input"] } == [["a", "bbb"]])
  }
}
