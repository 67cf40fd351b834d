// GGUF files made in a test: small LoRA adapters, and headers that lie.
import Foundation

package struct GGUFWriter {
  package enum Value {
    case text(String), float(Float), integer(UInt32), floats([Float]), integers([Int32]), texts([String])
  }

  package struct Tensor {
    package var name: String
    package var dimensions: [UInt64]
    package var type: UInt32 = 0
    /// Values of F32.
    package var values: [Float]
    /// Where it says that it lies; nil: where it does.
    package var offset: UInt64?

    package init(name: String, dimensions: [UInt64], type: UInt32 = 0, values: [Float], offset: UInt64? = nil) {
      self.name = name
      self.dimensions = dimensions
      self.type = type
      self.values = values
      self.offset = offset
    }
  }

  package var values: [(String, Value)]
  package var tensors: [Tensor]

  package init(values: [(String, Value)] = [], tensors: [Tensor] = []) {
    self.values = values
    self.tensors = tensors
  }

  private static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
  private static func bytes(_ text: String) -> [UInt8] { bytes(UInt64(text.utf8.count)) + Array(text.utf8) }

  private static func bytes(_ value: Value) -> [UInt8] {
    switch value {
    case .text(let text): bytes(UInt32(8)) + bytes(text)
    case .float(let number): bytes(UInt32(6)) + bytes(number.bitPattern)
    case .integer(let number): bytes(UInt32(4)) + bytes(number)
    case .floats(let list):
      bytes(UInt32(9)) + bytes(UInt32(6)) + bytes(UInt64(list.count)) + list.flatMap { bytes($0.bitPattern) }
    case .integers(let list):
      bytes(UInt32(9)) + bytes(UInt32(5)) + bytes(UInt64(list.count)) + list.flatMap { bytes($0) }
    case .texts(let list): bytes(UInt32(9)) + bytes(UInt32(8)) + bytes(UInt64(list.count)) + list.flatMap { bytes($0) }
    }
  }

  package var bytes: [UInt8] {
    var out =
      Array("GGUF".utf8) + Self.bytes(UInt32(3)) + Self.bytes(UInt64(tensors.count)) + Self.bytes(UInt64(values.count))
    for (key, value) in values { out += Self.bytes(key) + Self.bytes(value) }
    var data: [UInt8] = []
    for tensor in tensors {
      out += Self.bytes(tensor.name) + Self.bytes(UInt32(tensor.dimensions.count))
      for dimension in tensor.dimensions { out += Self.bytes(dimension) }
      out += Self.bytes(tensor.type) + Self.bytes(tensor.offset ?? UInt64(data.count))
      tensor.values.withUnsafeBytes { data += Array($0) }
      data += [UInt8](repeating: 0, count: (32 - data.count % 32) % 32)
    }
    out += [UInt8](repeating: 0, count: (32 - out.count % 32) % 32)
    return out + data
  }

  /// A random adapter of SmolLM2's attention in the first layers.
  package static func adapter(
    seed: UInt64, strength: Float, width: UInt64 = 576, architecture: String = "llama"
  ) -> GGUFWriter {
    var state = seed &* 6_364_136_223_846_793_005 &+ 1
    func values(_ count: UInt64) -> [Float] {
      (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (Float(state >> 40) / Float(1 << 24) - 0.5) * strength
      }
    }
    var writer = GGUFWriter(values: [
      ("general.architecture", .text(architecture)), ("general.type", .text("adapter")),
      ("adapter.type", .text("lora")),
      ("adapter.lora.alpha", .float(8)),
    ])
    for layer in 0..<6 {
      let name = "blk.\(layer).attn_q.weight"
      writer.tensors.append(Tensor(name: "\(name).lora_a", dimensions: [width, 4], values: values(width * 4)))
      writer.tensors.append(Tensor(name: "\(name).lora_b", dimensions: [4, 576], values: values(4 * 576)))
    }
    return writer
  }
}
