// LoRA adapters that are loaded, and the one in use.
import CLlama
import PluginKit

/// Belongs to the computing thread. An adapter counts for all that a context computes, and keys and values computed with
/// one are wrong with another: it is changed only while the cache is empty.
final class AdapterShelf {
  private let model: ServedModel
  private let context: OpaquePointer
  /// The most recently used last.
  private var loaded: [(identity: [Int64], handle: OpaquePointer)] = []
  private(set) var inUse: RequestPlan.Adapter?

  init(model: ServedModel, context: OpaquePointer) {
    self.model = model
    self.context = context
  }

  func use(_ adapter: RequestPlan.Adapter?, host: Host) throws {
    guard adapter != inUse else { return }
    let handle = try adapter.map { try load($0, host) }
    guard cllama_use_adapter(context, handle, adapter?.scale ?? 0) else {
      throw PluginError(.internal, "llama.cpp does not take the adapter \(adapter?.path ?? "none")")
    }
    inUse = adapter
    if loaded.count > 8 { cllama_adapter_close(loaded.removeFirst().handle) }
  }

  private func load(_ adapter: RequestPlan.Adapter, _ host: Host) throws -> OpaquePointer {
    if let index = loaded.firstIndex(where: { $0.identity == adapter.identity }) {
      let entry = loaded.remove(at: index)
      loaded.append(entry)
      return entry.handle
    }
    return try LogCapture.around(host, nil) { log in
      guard let handle = cllama_adapter_open(model.handle, adapter.path) else {
        throw GGUFFile.wrong(adapter.path, "is refused by llama.cpp: \(log.complaint ?? "no reason was given")")
      }
      loaded.append((adapter.identity, handle))
      return handle
    }
  }

  /// Before the context and the model are closed.
  func clear() {
    _ = cllama_use_adapter(context, nil, 0)
    for entry in loaded { cllama_adapter_close(entry.handle) }
    loaded = []
    inUse = nil
  }
}
