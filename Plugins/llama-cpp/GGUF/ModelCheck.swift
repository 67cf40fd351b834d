// What llama.cpp takes for granted about a model's header and an adapter's, checked before it looks.
import PluginKit

extension GGUFFile {
  /// Refuses what is no language model, and headers on which llama.cpp would divide by zero or read past a list.
  func checkIsModel() throws {
    if text("general.type") == "adapter" {
      throw Self.wrong(path, "is a LoRA adapter, not a model. Give it as \"adapter\", and its base as \"path\".")
    }
    guard let architecture = text("general.architecture"), !architecture.isEmpty else {
      throw Self.wrong(path, "does not say its architecture (general.architecture), so it is no language model.")
    }
    for key in ["block_count", "embedding_length", "context_length", "attention.head_count"] {
      let name = "\(architecture).\(key)"
      switch values[name] {
      case .integer(let value)? where (1...(1 << 24)).contains(value): break
      case .list? where key == "attention.head_count": break
      default:
        throw Self.wrong(
          path, "lacks a usable \"\(name)\". It is of architecture \"\(architecture)\"; language models have it.")
      }
    }
    guard tensors["token_embd.weight"] != nil else {
      throw Self.wrong(path, "has no tensor token_embd.weight: it holds a vocabulary or a part of a model.")
    }
    if let count = integer("split.count"), count > 1 {
      throw Self.wrong(path, "is one of \(count) parts of a model. Merge them with llama-gguf-split first.")
    }
    try checkVocabulary()
  }

  private func checkVocabulary() throws {
    guard case .list(type: 8, let tokens)? = values["tokenizer.ggml.tokens"], (1...(1 << 24)).contains(tokens) else {
      throw Self.wrong(path, "brings no vocabulary (tokenizer.ggml.tokens).")
    }
    // llama.cpp reads these by the index of the token and asks neither for type nor for length.
    for (key, type) in [("tokenizer.ggml.scores", UInt32(6)), ("tokenizer.ggml.token_type", 5)] {
      guard let value = values[key] else { continue }
      guard value == .list(type: type, count: tokens) else {
        throw Self.wrong(path, "has \(tokens) tokens and a list \(key) that does not fit them.")
      }
    }
  }

  /// Refuses an adapter that is none, or one of another base.
  func checkIsAdapter(of base: GGUFFile) throws {
    guard text("general.type") == "adapter", text("adapter.type") == "lora" else {
      throw Self.wrong(path, "is no LoRA adapter (general.type and adapter.type are not \"adapter\" and \"lora\").")
    }
    let own = text("general.architecture")
    let wanted = base.text("general.architecture")
    guard own == wanted else { throw otherBase(base, "it is for architecture \(own ?? "?"), not \(wanted ?? "?")") }
    if let alpha = values["adapter.lora.alpha"] {
      guard case .number = alpha else { throw Self.wrong(path, "has an adapter.lora.alpha that is no number.") }
    }
    guard !tensors.isEmpty else { throw Self.wrong(path, "holds no tensors.") }
    for name in tensors.keys.sorted() { try checkPair(name, base) }
  }

  private func checkPair(_ name: String, _ base: GGUFFile) throws {
    guard let a = tensors[name], name.hasSuffix(".lora_a") else {
      guard name.hasSuffix(".lora_b"), tensors[name.dropLast(2) + "_a"] == nil else {
        if name.hasSuffix(".lora_b") || name.hasSuffix("_norm.weight") { return }
        throw Self.wrong(path, "has the tensor \(name), which is no half of a LoRA pair.")
      }
      throw Self.wrong(path, "has the tensor \(name) without its other half.")
    }
    let target = String(name.dropLast(7))
    guard let b = tensors["\(target).lora_b"] else {
      throw Self.wrong(path, "has the tensor \(name) without its other half.")
    }
    guard let weight = base.tensors[target] else { throw otherBase(base, "the base has no tensor \(target)") }
    let rank = a.extent(1)
    let fits =
      target.hasSuffix("token_embd.weight")
      ? weight.extent(0) == b.extent(1) && weight.extent(1) == a.extent(1) && a.extent(0) == b.extent(0)
      : weight.extent(0) == a.extent(0) && weight.extent(1) == b.extent(1) && rank == b.extent(0)
    guard fits, a.dimensions.count == weight.dimensions.count, b.dimensions.count == weight.dimensions.count else {
      throw otherBase(
        base, "the pair for \(target) has the shapes \(a.dimensions) and \(b.dimensions), the base \(weight.dimensions)"
      )
    }
    guard [0, 1, 30].contains(a.type), [0, 1, 30].contains(b.type) else {
      throw Self.wrong(path, "has the tensor \(name) in a quantised type; adapters are F32, F16 or BF16.")
    }
  }

  private func otherBase(_ base: GGUFFile, _ why: String) -> PluginError {
    Self.wrong(path, "is an adapter of another base than \(base.path): \(why). Serve it on the base it was trained on.")
  }
}
