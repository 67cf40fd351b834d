// Files that are not what they should be never reach llama.cpp, which would end the process.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import LlamaCppPlugin

extension LlamaCpp {
  @Suite(.serialized) struct GGUFTests {
    let folder = TemporaryFolder()

    private func load(_ bytes: some Sequence<UInt8>, _ name: String = "x.gguf") throws -> PluginError? {
      _ = try LocalModel.path()
      let path = try folder.write(bytes, to: name)
      let bench = PluginBench(plugin)
      return failure { try bench.instance("model", ["path": .string(path)]).load() }
    }

    @Test func `the real model's header is read whole`() throws {
      try Library.load()
      let file = try GGUFFile(path: LocalModel.path())
      try file.checkIsModel()
      #expect(file.tensors.count == 272 && file.values.count == 33)
      #expect(file.text("general.license") == "apache-2.0" && file.integer("llama.context_length") == 8192)
      #expect(file.tensors["blk.0.attn_k.weight"]?.dimensions == [576, 192])
    }

    @Test func `a model cut off anywhere is refused with its size`() throws {
      let whole = try Data(contentsOf: URL(fileURLWithPath: LocalModel.path()), options: .alwaysMapped)
      let header = 1_800_000
      let cuts =
        [0, 1, 3] + (0..<24).map { 4 + $0 * 3 } + (1..<30).map { $0 * header / 30 }
        + [header, header + 1, whole.count / 2, whole.count - 100_000, whole.count - 1]
      for cut in cuts {
        let refused = try load(whole.prefix(cut))
        #expect(refused?.status == .data, "cut at \(cut)")
        #expect(refused?.details["file"] == .string("\(folder.path)/x.gguf"))
        if cut > 4 { #expect(refused?.message.contains("cut off") == true, "cut at \(cut): \(refused?.message ?? "")") }
      }
    }

    @Test func `bytes of the header that are wrong never end the process`() throws {
      let whole = try Data(contentsOf: URL(fileURLWithPath: LocalModel.path()), options: .alwaysMapped)
      // Only the header is parsed here: that much of it is what llama.cpp would trust.
      var random = SystemRandomNumberGenerator()
      var refused = 0
      let path = try folder.write(whole, to: "changed.gguf")
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      for _ in 0..<60 {
        let at = UInt64.random(in: 0..<1400, using: &random)
        let old = whole[Int(at)]
        try handle.seek(toOffset: at)
        try handle.write(contentsOf: [UInt8.random(in: 0...255, using: &random)])
        do { try GGUFFile(path: path).checkIsModel() } catch {
          #expect((error as? PluginError)?.status == .data)
          refused += 1
        }
        try handle.seek(toOffset: at)
        try handle.write(contentsOf: [old])
      }
      #expect(refused > 0)
    }

    private func model(_ change: (inout GGUFWriter) -> Void) -> [UInt8] {
      var writer = GGUFWriter(
        values: [
          ("general.architecture", .text("llama")), ("llama.block_count", .integer(1)),
          ("llama.embedding_length", .integer(32)),
          ("llama.context_length", .integer(64)), ("llama.attention.head_count", .integer(2)),
          ("tokenizer.ggml.tokens", .texts(["a", "b"])), ("tokenizer.ggml.token_type", .integers([1, 1])),
        ],
        tensors: [.init(name: "token_embd.weight", dimensions: [32, 2], values: [Float](repeating: 0, count: 64))])
      change(&writer)
      return writer.bytes
    }

    @Test func `headers that lie are refused with what is wrong`() throws {
      let cases: [(String, [UInt8])] = [
        ("GGUF", Array("{\"a\": 1}".utf8)),
        ("architecture", model { $0.values[0] = ("general.architecture", .integer(1)) }),
        ("adapter", model { $0.values.append(("general.type", .text("adapter"))) }),
        ("head_count", model { $0.values[4] = ("llama.attention.head_count", .integer(0)) }),
        ("block_count", model { $0.values[1] = ("llama.block_count", .text("1")) }),
        ("vocabulary", model { $0.values[5] = ("tokenizer.ggml.tokens", .integers([1])) }),
        ("token_type", model { $0.values[6] = ("tokenizer.ggml.token_type", .integers([1])) }),
        ("scores", model { $0.values.append(("tokenizer.ggml.scores", .integers([1, 1]))) }),
        ("twice", model { $0.values.append($0.values[0]) }), ("twice", model { $0.tensors.append($0.tensors[0]) }),
        ("alignment", model { $0.values.append(("general.alignment", .integer(3))) }),
        ("alignment", model { $0.values.append(("general.alignment", .integer(0))) }),
        ("odd place", model { $0.tensors[0].offset = 5 }), ("cut off", model { $0.tensors[0].offset = 1 << 40 }),
        ("cut off", model { $0.tensors[0].offset = UInt64.max - 31 }),
        ("do not fit", model { $0.tensors[0].dimensions = [1 << 62, 1 << 62] }),
        ("do not fit", model { $0.tensors[0].type = 999 }), ("do not fit", model { $0.tensors[0].type = 4 }),
        ("do not fit", model { $0.tensors[0].dimensions = [0, 2] }),
        ("dimensions", model { $0.tensors[0].dimensions = [1, 1, 1, 1, 1] }),
        ("token_embd", model { $0.tensors[0].name = "other.weight" }),
        ("63 is the most", model { $0.tensors[0].name = String(repeating: "n", count: 64) }),
        ("parts", model { $0.values.append(("split.count", .integer(4))) }),
      ]
      for (word, bytes) in cases {
        let refused = try load(bytes)
        #expect(
          refused?.status == .data && refused?.message.contains(word) == true, "\(word): \(refused?.message ?? "none")")
      }
    }

    @Test func `what only llama.cpp can judge is refused in its words`() throws {
      let unknown = try load(
        model {
          $0.values = $0.values.map { ($0.0.replacing("llama.", with: "nosuch."), $0.1) };
          $0.values[0].1 = .text("nosuch")
        })
      #expect(unknown?.status == .data && unknown?.message.contains("architecture") == true)
      let lacking = try load(model { _ in })
      #expect(lacking?.status == .data && lacking?.message.contains("llama.cpp") == true)
    }

    @Test func `a model that is not there or not named is refused in words`() throws {
      let bench = PluginBench(plugin)
      #expect(failure { try bench.instance("model", ["path": "/no/such.gguf"]).load() }?.status == .notFound)
      #expect(failure { try bench.instance("model", ["path": .string(folder.path)]).load() }?.status == .data)
      #expect(failure { try bench.instance("model").load() }?.details["path"] == "/path")
      let hf: JSONValue = ["format": "hf", "path": "/x"]
      #expect(failure { try bench.instance("model").load(hf) }?.status == .unsupported)
      let gguf: JSONValue = ["format": "gguf", "path": "/x.gguf"]
      #expect(failure { try bench.instance("model", ["path": "/y.gguf"]).load(gguf) }?.status == .configuration)
      for (key, value): (String, JSONValue) in [
        ("context", 3), ("parallel", 9), ("threads", -1), ("batch", 1), ("max_tokens", 0),
      ] {
        #expect(failure { _ = try bench.instance("model", [key: value]) }?.details["path"] == .string("/\(key)"))
      }
    }

    @Test func `test and list tell what a file is without loading it`() throws {
      let bench = PluginBench(plugin)
      let model = try bench.instance("model", ["path": .string(LocalModel.path())])
      #expect(try model.check()["ok"] == true)
      let listed = try model.models()
      #expect(listed.first?["context_length"] == 8192)
      let broken = try bench.instance("model", ["path": .string(folder.write("no", to: "no.gguf"))])
      #expect(failure { _ = try broken.check() }?.status == .data)
    }
  }
}
