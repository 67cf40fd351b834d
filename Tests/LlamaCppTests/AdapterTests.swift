// LoRA adapters: for one request, for all, and never for the next.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import Synchronization
import TestSupport
import Testing

@testable import LlamaCppPlugin

extension LlamaCpp {
  @Suite(.serialized) struct AdapterTests {
    let folder = TemporaryFolder()

    private func write(_ writer: GGUFWriter, _ name: String) throws -> String {
      try folder.write(writer.bytes, to: name)
    }

    private func request(_ adapter: String?, scale: Double = 1) -> GenerateRequest {
      .with("The quick brown fox jumps over the lazy dog. The capital of France is", maxTokens: 3) {
        $0.adapter = adapter.map { ["path": .string($0), "scale": .double(scale)] }
        $0.topLogProbabilities = 20
      }
    }

    private func distance(_ one: Answer, _ other: Answer) -> Double {
      let first = Dictionary(one.tokens[0].top.map { ($0.token, $0.logProbability) }, uniquingKeysWith: { a, _ in a })
      let shared = other.tokens[0].top.compactMap { item in first[item.token].map { abs($0 - item.logProbability) } }
      return shared.count < 10 ? 99 : shared.max() ?? 99
    }

    /// llama.cpp's server gets this wrong: after a change of an adapter's scale it goes on with keys and values that were
    /// computed with the old one.
    @Test func `a change of adapter or scale leaves no trace in the next answer`() throws {
      let path = try write(.adapter(seed: 1, strength: 2), "one.gguf")
      let fresh = try LocalModel.loaded()
      let plain = try fresh.ask(request(nil))
      let tuned = try LocalModel.loaded().ask(request(path))
      let half = try LocalModel.loaded().ask(request(path, scale: 0.5))
      #expect(distance(plain, tuned) > 0.5 && distance(half, tuned) > 0.1)
      for _ in 0..<2 {
        #expect(distance(try fresh.ask(request(path)), tuned) < 0.001)
        #expect(distance(try fresh.ask(request(nil)), plain) < 0.001)
        #expect(distance(try fresh.ask(request(path, scale: 0.5)), half) < 0.001)
        #expect(distance(try fresh.ask(request(path, scale: 0)), plain) < 0.001)
      }
    }

    @Test func `requests with different adapters at once each get their own`() throws {
      let paths = try [
        nil, write(.adapter(seed: 1, strength: 2), "1.gguf"), write(.adapter(seed: 2, strength: 2), "2.gguf"),
      ]
      let model = try LocalModel.loaded()
      let alone = try paths.map { try model.ask(request($0)) }
      let answers = Mutex<[Int: Answer]>([:])
      DispatchQueue.concurrentPerform(iterations: 18) { index in
        let answer = try? model.ask(request(paths[index % 3]))
        answers.withLock { $0[index] = answer }
      }
      for index in 0..<18 {
        let answer = try #require(answers.withLock { $0[index] })
        #expect(distance(answer, alone[index % 3]) < 0.1)
      }
    }

    @Test func `the connected adapter counts for all requests, on the base its document names`() throws {
      let path = try write(.adapter(seed: 1, strength: 2), "doc.gguf")
      let base: JSONValue = ["format": "gguf", "path": .string(try LocalModel.path())]
      let document: JSONValue = ["name": "tuned", "format": "gguf-lora", "path": .string(path), "base": base]
      let bench = PluginBench(plugin)
      let model = try bench.instance("model", ["context": 512])
      try model.load(document)
      let tuned = try LocalModel.loaded(["adapter": .string(path)]).ask(request(nil))
      #expect(distance(try Answer(model.generate(request(nil))), tuned) < 0.001)
      let hf: JSONValue = [
        "format": "hf-lora", "path": "/x", "files": ["gguf-lora": .string(path)], "base": ["format": "hf"],
      ]
      #expect(failure { try bench.instance("model").load(hf) }?.details["path"] == "/path")
      let other = try bench.instance("model", ["path": .string(LocalModel.path()), "context": 512])
      try other.load(hf)
      #expect(distance(try Answer(other.generate(request(nil))), tuned) < 0.001)
    }

    @Test func `an adapter of another base is refused before llama.cpp sees it`() throws {
      let model = try LocalModel.shared()
      func refused(_ writer: GGUFWriter) throws -> PluginError? {
        let path = try write(writer, "bad.gguf")
        return failure { _ = try model.ask(request(path)) }
      }
      let good = GGUFWriter.adapter(seed: 3, strength: 0.1)
      for wrong in [
        GGUFWriter.adapter(seed: 3, strength: 0.1, width: 640), .adapter(seed: 3, strength: 0.1, architecture: "gemma"),
      ] {
        let error = try refused(wrong)
        #expect(error?.status == .data && error?.message.contains("another base") == true)
      }
      var changed = good
      changed.tensors[0].name = "blk.99.attn_q.weight.lora_a"
      changed.tensors[1].name = "blk.99.attn_q.weight.lora_b"
      #expect(try refused(changed)?.message.contains("no tensor blk.99") == true)
      changed = good
      changed.tensors.removeLast()
      #expect(try refused(changed)?.message.contains("other half") == true)
      changed.tensors.append(.init(name: "stray.weight", dimensions: [4], values: [1, 2, 3, 4]))
      #expect(try refused(changed)?.status == .data)
      changed = good
      changed.values[3] = ("adapter.lora.alpha", .text("8"))
      #expect(try refused(changed)?.message.contains("alpha") == true)
      changed = good
      changed.values[2] = ("adapter.type", .integer(1))
      #expect(try refused(changed)?.message.contains("no LoRA adapter") == true)
      let bytes = good.bytes
      for cut in [0, 10, 100, 400, bytes.count / 2, bytes.count - 1] {
        let path = try folder.write(bytes.prefix(cut), to: "cut.gguf")
        #expect(failure { _ = try model.ask(request(path)) }?.status == .data)
      }
      #expect(failure { _ = try model.ask(request("/no/such.gguf")) }?.status == .notFound)
      #expect(try model.ask(.with("The capital of France is", maxTokens: 1)).text == " Paris")
    }

    @Test func `an adapter whose numbers are not finite fails its request and no other`() throws {
      let model = try LocalModel.loaded()
      var writer = GGUFWriter.adapter(seed: 4, strength: 0.1)
      writer.tensors[0].values[0] = .nan
      let path = try write(writer, "nan.gguf")
      #expect(failure { _ = try model.ask(request(path)) }?.status == .data)
      #expect(try model.ask(.with("The capital of France is", maxTokens: 1)).text == " Paris")
    }
  }
}
