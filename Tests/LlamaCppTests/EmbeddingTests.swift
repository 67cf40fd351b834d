// Texts into vectors.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import LlamaCppPlugin

extension LlamaCpp {
  @Suite(.serialized) struct EmbeddingTests {
    private func embed(_ texts: [JSONValue], _ model: LocalModel.Loaded) throws -> [JSONValue] {
      let input = try BatchList([Field("id", .int64), Field("text", .utf8)], rows: texts.map { [1, $0] }, batch: 3)
      return try model.model.embed(input).readRows().map { $0["embedding"] ?? .null }
    }

    @Test func `each row has its vector, alone or beside others, and a null has none`() throws {
      let model = try LocalModel.shared()
      let texts: [JSONValue] = ["One.", nil, "A second text.", "Three, four, five.", nil, "Six"]
      let together = try embed(texts, model)
      #expect(together.count == 6)
      #expect(texts.indices.filter { together[$0].isNull } == [1, 4])
      for (index, text) in texts.enumerated() where !text.isNull {
        let own = try embed([text], model)[0].array ?? []
        let beside = together[index].array ?? []
        let cosine = zip(own, beside).reduce(0) { $0 + ($1.0.double ?? 0) * ($1.1.double ?? 0) }
        #expect(own.count == 576 && cosine > 0.999 && cosine < 1.001)
      }
    }

    @Test func `texts that cannot be embedded are refused with their row`() throws {
      let model = try LocalModel.shared()
      let long = JSONValue.string(String(repeating: "word ", count: 600))
      let refused = failure { _ = try embed(["a", "b", "c", "d", long], model) }
      #expect(refused?.status == .data && refused?.details["row"] == 4)
      #expect(failure { _ = try embed(["a", ""], model) }?.details["row"] == 1)
      let numbers = try BatchList([Field("text", .int64)], rows: [[1]])
      #expect(failure { _ = try model.model.embed(numbers).readRows() }?.message.contains("\"text\"") == true)
    }

    @Test func `a cancelled run stops between groups of texts`() throws {
      let model = try LocalModel.loaded()
      model.bench.cancel(afterProgress: model.bench.seen.progress.count + 1)
      let texts = (0..<400).map { JSONValue.string("Text number \($0)") }
      #expect(failure { _ = try embed(texts, model) }?.status == .cancelled)
    }
  }
}
